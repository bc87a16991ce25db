// From an approved device to the room, and on to the next certificate: what a care worker does at the kitchen table.
// The mails lie in the quickstart's outbox, the operator's part is done by command, the rest in a real browser.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { browser, DESK, emptyHome, faults, home, importCertificate, offerCertificate, opened, operator, PHONE, quickstart, tabTo, whileAsked } from './house.mjs';

const env = quickstart();
const { done, mail, monthly } = operator(env);
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const AGENTS = {
    windows: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0',
    macos: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
    ios: `${IPHONE} Version/18.1 Mobile/15E148 Safari/604.1`,
    android: 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
    linux: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
};
let withdraw;
const homes = [];
const askings = [];

before(() => { withdraw = offerCertificate(env); });
after(() => {
    withdraw?.();
    for (const asking of askings) asking.stop();
    for (const folder of homes) fs.rmSync(folder, { recursive: true, force: true });
});

const says = async (page, text) => assert.match(await page.locator('body').innerText(), text);
const sent = (page, act) => Promise.all([page.waitForEvent('load'), act()]);

/** A device of this system, approved: its number, the ticket of its mail, the code of the operator's terminal. */
async function approved(os, label) {
    const { device } = done('device', 'apply', '--office', env.OFFICE, '--label', label, '--os', os, '--ownership', 'office', '--application', 'S-2026-101');
    done('device', 'inspect', device, '--result', 'pass');
    const { confirmation_code: code } = done('device', 'approve', device);
    const letter = await mail(`（${device}）`, /取得用番号：([a-z2-9-]{19})/);
    return { device, number: letter[1], code };
}

/** Types number and code with the keyboard alone; the page with the steps. */
async function present(page, { number, code }) {
    await page.goto(`${env.HELP_URL}/pickup`);
    await tabTo(page, 'input[name=number]');
    await page.keyboard.type(number.toUpperCase());
    await tabTo(page, 'input[name=code]');
    await page.keyboard.type(code);
    await sent(page, () => page.keyboard.press('Enter'));
}

async function downloaded(page, folder) {
    await tabTo(page, 'form[action$="/pickup/file"] button');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    const file = path.join(folder, download.suggestedFilename());
    await download.saveAs(file);
    return file;
}

async function logIn(page, login, password) {
    await tabTo(page, 'input[name=login_id]');
    await page.keyboard.type(login);
    await tabTo(page, 'input[name=password]');
    await page.keyboard.type(password);
    await sent(page, () => page.keyboard.press('Enter'));
}

for (const viewport of [DESK, PHONE]) {
    test(`a new device is picked up, checked, and leads into the room, by keyboard, ${viewport.width} px`, async () => {
        const ticket = await approved('linux', `訪問用ノート ${viewport.width}`);
        const { login_id: login, initial_password: initial } = done('user', 'add', '--office', env.OFFICE, '--name', '山田 花子', '--profession', '看護師', '--application', 'A-101');
        const { room } = done('room', 'open', '--name', `田中 様 ${viewport.width}`);
        done('room', 'invite', room, login);
        const folder = emptyHome(env);
        homes.push(folder);
        const found = [];
        let password;
        let context = await browser(folder, viewport);
        try {
            const page = await opened(context);
            await page.goto(`${env.HELP_URL}/pickup?number=${ticket.number}`);
            found.push(...await faults(page, 'pickup'));
            await present(page, { ...ticket, code: 'abcde-fghij' });
            await says(page, /あと4回で、この番号は使えなくなります/);
            await page.reload();
            await says(page, /あと4回で、この番号は使えなくなります/);
            found.push(...await faults(page, 'pickup-wrong'));
            await present(page, ticket);
            await says(page, /電子証明書のパスワード/);
            found.push(...await faults(page, 'pickup-ready'));
            password = await page.locator('.secret').first().innerText();
            const file = await downloaded(page, folder);
            importCertificate(folder, file, password);
            // Pressed again, loaded anew, gone back to: the same file, the same password.
            await page.reload();
            await says(page, /ダウンロード済み/);
            assert.equal(await page.locator('.secret').first().innerText(), password);
            const [again] = await Promise.all([page.waitForEvent('download'), page.click('form[action$="/pickup/file"] button')]);
            assert.deepEqual(fs.readFileSync(await again.path()), fs.readFileSync(file));
            await page.goto(`${env.HELP_URL}/pickup`);
            await page.goBack();
            assert.equal(await page.locator('.secret').first().innerText(), password);
            await present(page, ticket);
            await says(page, /ダウンロード済み/);
            await says(page, /別の形式で取得する/);
            found.push(...await faults(page, 'pickup-used'));
        } finally {
            await context.close();
        }
        context = await browser(folder, viewport);
        try {
            const page = await opened(context);
            assert.equal((await page.goto(`${env.SITE_URL}/.gateway/check`)).status(), 200);
            await says(page, new RegExp(ticket.device));
            found.push(...await faults(page, 'check-green'));
            await page.goto(`${env.SITE_URL}/rooms/${room}/`);
            await logIn(page, login, initial);
            await says(page, /パスワードを変更してください/);
            found.push(...await faults(page, 'initial-password'));
            const chosen = `雪の8山-と橋唄-${viewport.width}`;
            // What was typed a moment ago is not asked for again.
            assert.equal(await page.locator('input[name=password]').count(), 0);
            for (const name of ['new_password', 'new_password_again']) {
                await tabTo(page, `input[name=${name}]`);
                await page.keyboard.type(chosen);
            }
            await sent(page, () => page.keyboard.press('Enter'));
            await page.goto(`${env.SITE_URL}/rooms/${room}/`);
            await says(page, /連絡帳/);
            found.push(...await faults(page, 'own-room'));
            // The certificate came in: the office is told that it works.
            const works = await mail(`（${ticket.device}）`, /新しい電子証明書が使えることを確認しました/);
            assert.ok(works);
            for (const [name, place] of [['office', '/office/'], ['office-renew-early', '/office/renew'], ['office-lost', '/office/lost']]) {
                assert.equal((await page.goto(env.SITE_URL + place)).status(), 200, place);
                found.push(...await faults(page, name));
            }
        } finally {
            await context.close();
        }
        assert.deepEqual(found, []);
    });
}

test('a renewal leaves nobody outside: old and new both open, until the new one has been used', async () => {
    const { device } = done('device', 'apply', '--office', env.OFFICE, '--label', '更新する端末', '--os', 'linux', '--ownership', 'office', '--application', 'S-2026-102');
    done('device', 'inspect', device, '--result', 'pass');
    done('device', 'approve', device);
    const folder = emptyHome(env);
    homes.push(folder);
    const old = path.join(folder, 'old.p12');
    const issued = monthly('cert', 'issue', '--device', device, '--format', 'p12', '--out', old);
    importCertificate(folder, old, issued.file_password);
    const found = [];
    const asking = whileAsked(env, { p12: old, password: issued.file_password });
    askings.push(asking);
    let context = await browser(folder, DESK);
    let renewed;
    try {
        const page = await opened(context);
        await page.goto(`${env.SITE_URL}/.gateway/login`);
        await says(page, /有効期限が近づいています/);
        found.push(...await faults(page, 'login-band'));
        await page.goto(`${env.SITE_URL}/`);
        await logIn(page, env.LOGIN_ID, env.PASSWORD);
        await page.goto(`${env.SITE_URL}/office/renew`);
        found.push(...await faults(page, 'renew-due'));
        await tabTo(page, 'form[action="/office/renew"] button');
        await sent(page, () => page.keyboard.press('Enter'));
        await says(page, /電子証明書のパスワード/);
        found.push(...await faults(page, 'renew-ready'));
        const password = await page.locator('.secret').first().innerText();
        renewed = { file: await downloaded(page, folder), password };
        await page.goto(`${env.SITE_URL}/office/renew`);
        await says(page, /まだ使われていません/);
        found.push(...await faults(page, 'renew-pending'));
    } finally {
        await context.close();
    }
    const both = done('cert', 'list', '--device', device);
    assert.deepEqual(both.map(one => one.state), ['issued', 'issued'], 'old and new are both in force');
    // Another browser profile that holds the new one only: the person chose it in the picker.
    const next = emptyHome(env);
    homes.push(next);
    importCertificate(next, renewed.file, renewed.password);
    context = await browser(next, PHONE);
    try {
        const page = await opened(context);
        assert.equal((await page.goto(`${env.SITE_URL}/.gateway/check`)).status(), 200);
        await page.goto(`${env.SITE_URL}/`);
        await logIn(page, env.LOGIN_ID, env.PASSWORD);
        const deadline = Date.now() + 20_000;
        while (done('cert', 'list', '--device', device).every(one => one.state !== 'superseded')) {
            assert.ok(Date.now() < deadline, 'the old certificate was not superseded by the first use of the new one');
            await new Promise(resolve => setTimeout(resolve, 100));
        }
        await page.goto(`${env.SITE_URL}/office/renew`);
        await says(page, /古い電子証明書は .* まで使えます/);
        found.push(...await faults(page, 'renew-proven'));
        assert.deepEqual(await asking.refused(), [], 'the old certificate opened all the time');
        await tabTo(page, 'form[action="/office/renew/finish"] button');
        await sent(page, () => page.keyboard.press('Enter'));
        await says(page, /古い電子証明書の利用を終わりました/);
        found.push(...await faults(page, 'renew-finished'));
        assert.equal((await page.goto(`${env.SITE_URL}/.gateway/check`)).status(), 200, 'the new one opens');
    } finally {
        await context.close();
    }
    await asking.untilRefused('KW-104');
    assert.deepEqual(found, []);
});

test('a lost device is out within a second of pressing the button, and a receipt says so', async () => {
    const ticket = await approved('linux', 'なくす端末');
    const folder = emptyHome(env);
    homes.push(folder);
    const found = [];
    const context = await browser(folder, PHONE);
    try {
        const page = await opened(context);
        await present(page, ticket);
        const [password, loss] = await page.locator('.secret').allInnerTexts();
        const file = await downloaded(page, folder);
        const asking = whileAsked(env, { p12: file, password });
        askings.push(asking);
        await asking.untilPassed();
        await page.goto(`${env.HELP_URL}/lost`);
        found.push(...await faults(page, 'lost'));
        await tabTo(page, 'input[name=device]');
        await page.keyboard.type(ticket.device);
        await tabTo(page, 'input[name=code]');
        await page.keyboard.type('abcde-fghij');
        await sent(page, () => page.keyboard.press('Enter'));
        await says(page, /端末番号または利用停止コードをご確認ください/);
        found.push(...await faults(page, 'lost-wrong'));
        await tabTo(page, 'input[name=code]');
        await page.keyboard.type(loss);
        const pressed = Date.now();
        await sent(page, () => page.keyboard.press('Enter'));
        const out = await asking.untilRefused('KW-107');
        console.log(`pressed → first refusal: ${out - pressed} ms`);
        assert.ok(out - pressed < 5_000, 'a busy machine');
        await says(page, /端末の利用を止めました/);
        await says(page, /すべての入口で止まったことを確かめました/);
        await page.reload();
        await says(page, /すべての入口で止まったことを確かめました/);
        found.push(...await faults(page, 'lost-stopped'));
    } finally {
        await context.close();
    }
    assert.equal(done('device', 'show', ticket.device).suspended, true);
    assert.deepEqual(found, []);
});

for (const [os, agent] of Object.entries(AGENTS)) {
    test(`the steps for ${os} can be read, wide and narrow`, async () => {
        const ticket = await approved(os, `手順を見る ${os}`);
        const found = [];
        for (const viewport of [DESK, PHONE]) {
            const context = await browser(homes[0] ?? emptyHome(env), viewport, 'light', agent);
            try {
                const page = await opened(context);
                await present(page, ticket);
                await says(page, /電子証明書のパスワード/);
                found.push(...await faults(page, `steps-${os}`));
                const elsewhere = await browser(homes[0] ?? emptyHome(env), viewport, 'light', os === 'windows' ? AGENTS.ios : AGENTS.windows);
                try {
                    const other = await opened(elsewhere);
                    await present(other, ticket);
                    await says(other, /この端末用の取得用番号ではないようです|電子証明書のパスワード/);
                    found.push(...await faults(other, `other-device-${os}`));
                } finally {
                    await elsewhere.close();
                }
            } finally {
                await context.close();
            }
        }
        assert.deepEqual(found, []);
    });
}

test('in LINE or in Chrome on an iPhone the page sends the reader to Safari', async () => {
    const found = [];
    for (const agent of [`${IPHONE} Mobile/15E148 Safari Line/14.20.0`, `${IPHONE} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1`]) {
        const context = await browser(homes[0] ?? emptyHome(env), PHONE, 'light', agent);
        try {
            const page = await opened(context);
            assert.equal((await page.goto(`${env.HELP_URL}/pickup?number=abcd-efgh-ijkm-npqr`)).status(), 403);
            await says(page, /Safari（サファリ）で開いてください/);
            found.push(...await faults(page, 'pickup-safari'));
        } finally {
            await context.close();
        }
    }
    assert.deepEqual(found, []);
});
