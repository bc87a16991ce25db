// The main job, in a real browser: a care worker with an installed certificate and an ID and password reaches their
// room and no other; without the certificate nobody gets further than an explanation in Japanese.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { browser, DESK, faults, home, offerCertificate, opened, PHONE, quickstart, tabTo } from './house.mjs';

const env = quickstart();
let withdraw, carriesCertificate, carriesNone;

before(() => {
    withdraw = offerCertificate(env);
    carriesCertificate = home(env, { certificate: true });
    carriesNone = home(env, { certificate: false });
});

after(() => {
    withdraw?.();
    for (const folder of [carriesCertificate, carriesNone]) if (folder) fs.rmSync(folder, { recursive: true, force: true });
});

async function logIn(page, password = env.PASSWORD) {
    await tabTo(page, 'input[name=login_id]');
    await page.keyboard.type(env.LOGIN_ID);
    await tabTo(page, 'input[name=password]');
    await page.keyboard.type(password);
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

async function says(page, text) {
    assert.match(await page.locator('body').innerText(), text);
}

for (const viewport of [DESK, PHONE]) {
    test(`with both factors the invited room opens and the other stays closed, by keyboard, ${viewport.width} px`, async () => {
        const context = await browser(carriesCertificate, viewport);
        const found = [];
        try {
            const page = await opened(context);
            await page.goto(env.SITE_URL + env.ROOM_PATH);
            assert.equal(new URL(page.url()).pathname, '/.gateway/login', 'a certificate alone opens nothing but the login page');
            await says(page, new RegExp(env.DEVICE));
            found.push(...await faults(page, 'login'));

            await logIn(page, 'not-the-password-1!');
            await says(page, /ログインできませんでした/);
            found.push(...await faults(page, 'login-failed'));

            await page.goto(env.SITE_URL + env.ROOM_PATH);
            await logIn(page);
            assert.equal(page.url(), env.SITE_URL + env.ROOM_PATH, 'the login leads to the page that was asked for');
            await says(page, /連絡帳/);
            found.push(...await faults(page, 'room'));

            const post = `訪問しました。血圧 128/76、体温 36.4℃。食欲もあります。（${viewport.width}）`;
            await tabTo(page, 'textarea');
            await page.keyboard.type(post);
            await tabTo(page, 'main button');
            await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
            assert.equal(page.url(), env.SITE_URL + env.ROOM_PATH);
            await says(page, new RegExp(post.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')));
            found.push(...await faults(page, 'room-posted'));

            const foreign = await page.goto(env.SITE_URL + env.FOREIGN_ROOM_PATH);
            assert.equal(foreign.status(), 403);
            await says(page, /この部屋には招待されていません/);
            await says(page, /KW-111/);
            found.push(...await faults(page, 'not-invited'));

            for (const [name, place] of [['rooms', '/'], ['check', '/.gateway/check'], ['password', '/.gateway/password']]) {
                assert.equal((await page.goto(env.SITE_URL + place)).status(), 200, place);
                found.push(...await faults(page, name));
            }
            assert.equal((await page.goto(`${env.SITE_URL}/open?room=%E9%83%A8%E5%B1%8B`)).status(), 422);
            found.push(...await faults(page, 'rooms-mistake'));

            await page.goto(`${env.SITE_URL}/`);
            await tabTo(page, 'form[action="/.gateway/logout"] button');
            await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
            await says(page, /ログアウトしました/);
            found.push(...await faults(page, 'logged-out'));
            await page.goto(env.SITE_URL + env.ROOM_PATH);
            assert.equal(new URL(page.url()).pathname, '/.gateway/login', 'after the logout the room is closed again');
        } finally {
            await context.close();
        }
        assert.deepEqual(found, []);
    });

    test(`without a certificate a Japanese page explains what to do, ${viewport.width} px`, async () => {
        const context = await browser(carriesNone, viewport);
        const found = [];
        try {
            const page = await opened(context);
            for (const [name, place] of [['no-certificate', env.ROOM_PATH], ['no-certificate-login', '/.gateway/login']]) {
                const answer = await page.goto(env.SITE_URL + place);
                assert.equal(answer.status(), 403);
                assert.equal(await page.locator('html').getAttribute('lang'), 'ja');
                await says(page, /この端末の電子証明書を確認できませんでした/);
                await says(page, /KW-101/);
                found.push(...await faults(page, name));
            }
            assert.equal((await page.goto(env.HELP_URL)).status(), 200);
            found.push(...await faults(page, 'help'));
        } finally {
            await context.close();
        }
        assert.deepEqual(found, []);
    });
}

test('in dark colours the pages are as readable', async () => {
    const found = [];
    for (const [folder, places] of [[carriesCertificate, ['/.gateway/login', '/.gateway/check']], [carriesNone, ['/']]]) {
        const context = await browser(folder, DESK, 'dark');
        try {
            const page = await opened(context);
            for (const place of places) {
                await page.goto(env.SITE_URL + place);
                found.push(...await faults(page, `dark${place.replaceAll('/', '-')}${folder === carriesNone ? 'none' : ''}`));
            }
        } finally {
            await context.close();
        }
    }
    assert.deepEqual(found, []);
});
