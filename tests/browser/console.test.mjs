// The city's operators in a real browser: two of them log in to the console, each at a device of their own; what their roles
// reach opens, what they do not reach is refused by the gate; by keyboard, without script, and only while they hold the roles.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { DESK, faults, offerCertificate, PHONE, quickstart, tabTo } from './house.mjs';
import { atConsole, FIRST, operatorHome, operators, SECOND } from './operators.mjs';

const env = quickstart();
const city = operators(env);
const homes = {};
let withdraw;

before(() => {
    withdraw = offerCertificate(env);
    for (const who of [FIRST, SECOND]) homes[who] = operatorHome(env, who);
});
after(() => {
    withdraw?.();
    city.alone();
    for (const folder of Object.values(homes)) fs.rmSync(folder, { recursive: true, force: true });
});

const says = async (page, text) => assert.match(await page.locator('body').innerText(), text);
const open = (who, more = {}) => atConsole(env, { home: homes[who], who, ...more });
const led = (page, press) => Promise.all([page.waitForEvent('load'), press()]);
const at = page => new URL(page.url()).pathname;
/** The newest line of this person about this path: what the gate said of it. */
const line = (user, place) => fs.readFileSync(env.ACCESS_LOG, 'utf8').trim().split('\n').map(text => JSON.parse(text))
    .findLast(said => said.kind === 'request' && said.user === user && said.path === place);

/** Waits until this holds; a change is in force some 50 ms after its commit, a line on disk as soon. */
async function until(what, holds) {
    const deadline = Date.now() + 20_000;
    while (!await holds()) {
        if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}

/** This address is refused by the gate itself, and its line names the policy. */
async function refusedAtTheGate(page, who, place, policy) {
    const answer = await page.goto(env.SITE_URL + place);
    assert.equal(answer.status(), 403, place);
    await says(page, /KW-113/);
    const login = env[`${who}_LOGIN_ID`];
    await until(`the line of ${place}`, () => line(login, place)?.policy === policy);
    assert.equal(line(login, place).upstream_us, null, 'the desk never heard of it');
}

test('two operators log in, each at a device of their own, and see what their roles are', async () => {
    for (const [who, roles] of [[FIRST, /受付.*承認.*監査.*認証局の鍵/], [SECOND, /監査/]]) {
        const { context, page } = await open(who);
        try {
            assert.equal(at(page), '/console/', 'the login leads to the page that was asked for');
            await says(page, roles);
            await says(page, new RegExp(env[`${who}_LOGIN_ID`]));
        } finally {
            await context.close();
        }
    }
});

test('who only reads is offered no act, and who types its address is refused by the gate, with the policy in its line', async () => {
    const { context, page } = await open(SECOND);
    try {
        await page.goto(`${env.CONSOLE_URL}devices/${env.OTHER_DEVICE}`);
        assert.equal(await page.locator('a[href*="/console/change/"], a[href*="/console/approve/"], a[href*="/console/custody/"]').count(), 0);
        await says(page, /職員が行えます/);
        await refusedAtTheGate(page, SECOND, `/console/change/devices/${env.OTHER_DEVICE}/suspend`, 'console-change-by-role-only');
        await refusedAtTheGate(page, SECOND, '/console/approve/proposals/P-000001/approve', 'console-approve-by-role-only');
        await refusedAtTheGate(page, SECOND, '/console/custody/proposals/P-000001/approve', 'console-custody-by-role-only');
        assert.deepEqual(await faults(page, 'console-refused'), []);
    } finally {
        await context.close();
    }
});

test('by keyboard alone: to the device by the search field, on hold with a reason, its receipt, and back in service', async () => {
    for (const viewport of [DESK, PHONE]) {
        const { context, page } = await open(FIRST, { viewport });
        try {
            await page.keyboard.press('/');
            assert.ok(await page.evaluate(() => document.activeElement?.matches('#q')), '/ leads to the search field');
            await page.keyboard.type(env.OTHER_DEVICE);
            await led(page, () => page.keyboard.press('Enter'));
            assert.equal(at(page), `/console/devices/${env.OTHER_DEVICE}`, 'one exact hit opens at once');
            for (const act of ['suspend', 'resume']) {
                await tabTo(page, `main a[href$="/${act}"]`);
                await led(page, () => page.keyboard.press('Enter'));
                assert.equal(at(page), `/console/change/devices/${env.OTHER_DEVICE}/${act}`);
                await tabTo(page, 'input[name=why]');
                await page.keyboard.type('電話で確かめた');
                await tabTo(page, 'main form button[type=submit]');
                await led(page, () => page.keyboard.press('Enter'));
                assert.equal(at(page), `/console/devices/${env.OTHER_DEVICE}`);
                assert.match(page.url(), /\?done=\d+$/, 'the thing is shown, with what was done');
                await says(page, /行いました/);
                assert.ok(await page.evaluate(() => document.activeElement?.matches('#done')), 'what was done has the focus');
            }
            assert.deepEqual(await faults(page, 'console-device-done'), []);
        } finally {
            await context.close();
        }
    }
});

test('without script all of it works as well', async () => {
    const { context, page } = await open(FIRST, { script: false });
    try {
        await page.fill('#q', env.OTHER_DEVICE);
        await led(page, () => page.press('#q', 'Enter'));
        assert.equal(at(page), `/console/devices/${env.OTHER_DEVICE}`);
        for (const act of ['suspend', 'resume']) {
            await led(page, () => page.locator(`main a[href$="/${act}"]`).first().click());
            await page.fill('input[name=why]', '電話で確かめた');
            await led(page, () => page.locator('main form button[type=submit]').first().click());
            assert.match(page.url(), /\?done=\d+$/);
            await says(page, /行いました/);
        }
    } finally {
        await context.close();
    }
});

test('a login that ended while a form was filled in costs nothing that was typed', async () => {
    const { context, page } = await open(FIRST, { place: `change/devices/${env.OTHER_DEVICE}/suspend` });
    try {
        const reason = '置き忘れ（事務室を確認中）';
        await page.getByLabel('理由').fill(reason);
        const elsewhere = await context.newPage();
        await elsewhere.goto(env.CONSOLE_URL);
        await led(elsewhere, () => elsewhere.getByRole('button', { name: 'ログアウト' }).click());
        await led(page, () => page.getByRole('button', { name: '端末を一時停止する' }).click());
        await says(page, /まだ送られていません/);
        await says(page, new RegExp(reason));
        assert.deepEqual(await faults(page, 'console-unsent'), []);
        const [window] = await Promise.all([context.waitForEvent('page'), page.click('text=新しい画面でログインする')]);
        await window.waitForLoadState();
        await window.fill('input[name=login_id]', env[`${FIRST}_LOGIN_ID`]);
        await window.fill('input[name=password]', env[`${FIRST}_PASSWORD`]);
        await led(window, () => window.press('input[name=password]', 'Enter'));
        await led(page, () => page.locator('main form button').first().click());
        assert.equal(at(page), `/console/devices/${env.OTHER_DEVICE}`);
        await says(page, /行いました/);
        await says(page, new RegExp(reason));
    } finally {
        city.told(FIRST, 'device', 'resume', env.OTHER_DEVICE);
        await context.close();
    }
});

test('roles that are taken away end what an open console reaches, at the next click', async () => {
    city.together();
    const { context, page } = await open(SECOND);
    try {
        const place = `/console/change/devices/${env.OTHER_DEVICE}/suspend`;
        await until('the roles are there', async () => (await page.goto(env.SITE_URL + place)).status() === 200);
        city.alone();
        await until('the roles are gone', async () => (await page.reload()).status() === 403);
        await says(page, /KW-113/);
        assert.equal((await page.goto(env.CONSOLE_URL)).status(), 200, 'an auditor still reads');
        city.readsNothing();
        await until('the last role is gone', async () => (await page.goto(env.CONSOLE_URL)).status() === 403);
        await refusedAtTheGate(page, SECOND, '/console/', 'console-home-by-role-only');
    } finally {
        city.reads();
        await context.close();
    }
});
