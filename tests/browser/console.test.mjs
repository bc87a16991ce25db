// The city's operators in a real browser: two of them log in to the console, each at a device of their own; what their roles
// reach opens, what they do not reach is refused by the gate; by keyboard, without script, and only while they hold the roles.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { DESK, faults, offerCertificate, operator, PHONE, quickstart, tabTo } from './house.mjs';
import { atConsole, FIRST, operatorHome, SECOND } from './operators.mjs';

const env = quickstart();
const { done } = operator(env);
const homes = {};
let withdraw;

before(() => {
    withdraw = offerCertificate(env);
    for (const who of [FIRST, SECOND]) homes[who] = operatorHome(env, who);
});
after(() => {
    withdraw?.();
    for (const folder of Object.values(homes)) fs.rmSync(folder, { recursive: true, force: true });
});

const says = async (page, text) => assert.match(await page.locator('body').innerText(), text);
const open = (who, more = {}) => atConsole(env, { home: homes[who], who, ...more });
const led = (page, press) => Promise.all([page.waitForEvent('load'), press()]);
const at = page => new URL(page.url()).pathname;
/** The newest line of this kind about this path: what the gate said of it. */
const line = (user, place) => fs.readFileSync(env.ACCESS_LOG, 'utf8').trim().split('\n').map(text => JSON.parse(text))
    .findLast(said => said.kind === 'request' && said.user === user && said.path === place);
/** Waits until this holds; a change is in force some 50 ms after its commit. */
async function until(what, holds) {
    const deadline = Date.now() + 20_000;
    for (;;) {
        if (await holds()) return;
        if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}

test('two operators log in, each at a device of their own, and see what their roles are', async () => {
    for (const [who, roles] of [[FIRST, /受付.*承認.*監査.*認証局の鍵/], [SECOND, /受付.*承認.*認証局の鍵/]]) {
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

test('by keyboard alone: to the device by the search field, on hold with a reason, its receipt, and back in service', async () => {
    for (const viewport of [DESK, PHONE]) {
        const { context, page } = await open(FIRST, { viewport });
        try {
            await page.keyboard.press('/');
            assert.ok(await page.evaluate(() => document.activeElement?.matches('#q')), '/ leads to the search field');
            await page.keyboard.type(env.OTHER_DEVICE);
            await led(page, () => page.keyboard.press('Enter'));
            assert.equal(at(page), `/console/devices/${env.OTHER_DEVICE}`, 'one exact hit opens at once');
            for (const [act, back] of [['suspend', /一時停止/], ['resume', /再開/]]) {
                await tabTo(page, `main a[href$="/${act}"]`);
                await led(page, () => page.keyboard.press('Enter'));
                assert.equal(at(page), `/console/change/devices/${env.OTHER_DEVICE}/${act}`);
                await says(page, back);
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
        await page.goto(`${env.CONSOLE_URL}devices/${env.OTHER_DEVICE}`);
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

