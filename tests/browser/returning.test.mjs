// What people lose at the gate, in a real browser: nothing. Typed text outlives the login; an ended certificate leads to the
// next one; a certificate of somebody else is called by its name; and who cancelled the choice is asked again.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { another } from './another.mjs';
import { browser, DESK, emptyHome, faults, home, importCertificate, offerCertificate, opened, operator, PHONE, quickstart } from './house.mjs';

const env = quickstart();
const WRITTEN = '訪問しました。\n血圧 128/76、"食欲" <あり>。\n\nまた明日。';
let folder, none, scratch;

before(() => {
    folder = home(env, { certificate: true });
    none = home(env, { certificate: false });
    scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'sekisho-returning-'));
});

after(() => {
    for (const each of [folder, none, scratch]) if (each) fs.rmSync(each, { recursive: true, force: true });
});

async function says(page, text) {
    assert.match(await page.locator('body').innerText(), text);
}

async function logIn(page, password = env.PASSWORD) {
    await page.fill('input[name=login_id]', env.LOGIN_ID);
    await page.fill('input[name=password]', password);
    await Promise.all([page.waitForEvent('load'), page.press('input[name=password]', 'Enter')]);
}

const pressed = (page, selector) => Promise.all([page.waitForEvent('load'), page.click(selector)]);

test('typed text meets an ended session and is not lost; before that the page warns', async () => {
    const gate = await another(env, { idle: '60s' });
    const withdraw = offerCertificate({ ...env, SITE_URL: gate.SITE_URL });
    const context = await browser(folder, PHONE);
    const found = [];
    try {
        const page = await opened(context);
        await page.goto(gate.SITE_URL + env.ROOM_PATH);
        await logIn(page);
        assert.equal(page.url(), gate.SITE_URL + env.ROOM_PATH);

        const warning = page.locator('#login');
        await warning.waitFor({ state: 'visible', timeout: 60_000 });
        await says(page, /あと約1分で自動的にログアウトします/);
        found.push(...await faults(page, 'idle-warning'));
        await page.click('#login button');
        await warning.waitFor({ state: 'hidden' });

        await page.fill('textarea', WRITTEN);
        await page.getByText('新しい画面でログインする').waitFor({ state: 'visible', timeout: 120_000 });
        await says(page, /ログアウトしました。書いた内容はこの画面に残っています/);
        found.push(...await faults(page, 'idle-ended'));
        await pressed(page, 'main button');
        await says(page, /KW-203/);
        await says(page, /書いた内容は、まだ送られていません/);
        await says(page, /血圧 128\/76/);
        found.push(...await faults(page, 'unsent'));

        // Too early: nothing happens to the text.
        await pressed(page, 'form button');
        await says(page, /血圧 128\/76/);

        const [window] = await Promise.all([context.waitForEvent('page'), page.click('text=新しい画面でログインする')]);
        await window.waitForLoadState();
        await logIn(window);
        assert.equal(new URL(window.url()).pathname, env.ROOM_PATH, 'the login leads to the page where it was written');
        await window.close();
        await pressed(page, 'form button');
        assert.equal(page.url(), gate.SITE_URL + env.ROOM_PATH);
        assert.equal(await page.locator('.text').first().innerText(), WRITTEN, 'letter by letter');
    } finally {
        await context.close();
        withdraw();
        await gate.end();
    }
    assert.deepEqual(found, []);
});

test('back and reload send nothing again, and say who is logged in', async () => {
    const withdraw = offerCertificate(env);
    const context = await browser(folder, PHONE);
    const found = [];
    try {
        const page = await opened(context);
        await page.goto(env.SITE_URL + env.ROOM_PATH);
        for (let tries = 0; tries < 2; tries++) await logIn(page, 'not-the-password-1!');
        await says(page, /ログインできませんでした/);
        assert.equal(await page.inputValue('input[name=login_id]'), env.LOGIN_ID, 'the ID stays typed');
        await page.goBack();
        await says(page, /カシワニネット ログイン/);
        await page.reload();
        await says(page, /カシワニネット ログイン/);
        await page.goto(env.SITE_URL + env.ROOM_PATH);
        await logIn(page);
        await page.goto(`${env.SITE_URL}/.gateway/login`);
        await says(page, /ログインしています/);
        found.push(...await faults(page, 'logged-in'));
        await page.goto(`${env.SITE_URL}/.gateway/logout`);
        await says(page, /ログアウトしますか/);
        found.push(...await faults(page, 'logout'));
        await pressed(page, 'article form button');
        await says(page, /ログアウトしました/);
        await page.reload();
        await says(page, /カシワニネット ログイン/);
    } finally {
        await context.close();
        withdraw();
    }
    assert.deepEqual(found, []);
});

// Many a browser hides a certificate that has ended, or that the site did not ask for. Playwright's own proxy shows what it is
// told to.
const showing = (site, certificate) => ({ clientCertificates: [{ origin: site, ...certificate }], ignoreHTTPSErrors: true });

test('an ended certificate leads to the next one: no login, one button, a code and a mail', async () => {
    const { done, mail, monthly } = operator(env);
    const { device } = done('device', 'apply', '--office', env.OFFICE, '--label', '期限の切れたPC', '--os', 'windows', '--ownership', 'office', '--application', 'S-2026-009');
    done('device', 'inspect', device, '--result', 'pass');
    done('device', 'approve', device);
    done('office', 'update', env.OFFICE, '--mail', 'ended@example.jp');
    const p12 = path.join(scratch, 'old.p12');
    const { file_password: password } = monthly('cert', 'issue', '--device', device, '--format', 'p12', '--out', p12);
    const gate = await another(env, { days: 40 });
    const found = [];
    const context = await browser(none, PHONE, 'light', undefined, showing(gate.SITE_URL, { pfxPath: p12, passphrase: password }));
    try {
        const page = await opened(context);
        await page.goto(gate.SITE_URL + env.ROOM_PATH);
        await says(page, /KW-102/);
        await says(page, new RegExp(device));
        found.push(...await faults(page, 'ended'));
        await pressed(page, 'text=新しい電子証明書を申し込む');
        await says(page, /期限の切れたPC/);
        found.push(...await faults(page, 'ended-offer'));
        await pressed(page, 'form button');
        const code = await page.locator('.secret').innerText();
        await page.reload();
        assert.equal(await page.locator('.secret').innerText(), code, 'a reload asks for nothing again');
        found.push(...await faults(page, 'ended-asked'));

        const [, number] = await mail('更新の申込みがありました', /取得用番号：(\S+)/);
        await page.goto(`${gate.HELP_URL}/pickup?number=${number}`);
        await page.fill('#code', code);
        await pressed(page, 'form button[type=submit]');
        if (await page.locator('input[name=here]').count()) await pressed(page, 'form:has(input[name=here]) button');
        const secret = (await page.locator('.secret').first().innerText()).trim();
        const [download] = await Promise.all([page.waitForEvent('download'), page.click('form[action$="/pickup/file"] button')]);
        const next = path.join(scratch, 'next.p12');
        await download.saveAs(next);

        const renewed = await browser(none, PHONE, 'light', undefined, showing(gate.SITE_URL, { pfxPath: next, passphrase: secret }));
        try {
            const check = await opened(renewed);
            assert.equal((await check.goto(`${gate.SITE_URL}/.gateway/check`)).status(), 200);
            await says(check, new RegExp(device));
        } finally {
            await renewed.close();
        }
    } finally {
        await context.close();
        await gate.end();
    }
    assert.deepEqual(found, []);
});

for (const viewport of [DESK, PHONE]) {
    test(`a certificate of another CA is named by its issuer, ${viewport.width} px`, async () => {
        const openssl = (...words) => execFileSync('openssl', words, { cwd: scratch, stdio: 'ignore' });
        openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-utf8', '-days', '30',
            '-subj', '/C=JP/O=国民健康保険中央会/CN=介護電子請求', '-addext', 'extendedKeyUsage=clientAuth', '-keyout', 'foreign.key', '-out', 'foreign.pem');
        const certificate = { certPath: path.join(scratch, 'foreign.pem'), keyPath: path.join(scratch, 'foreign.key') };
        const context = await browser(none, viewport, 'light', undefined, showing(env.SITE_URL, certificate));
        const found = [];
        try {
            const page = await opened(context);
            assert.equal((await page.goto(env.SITE_URL + env.ROOM_PATH)).status(), 403);
            await says(page, /国保中央会の証明書が選ばれました/);
            found.push(...await faults(page, 'foreign-certificate'));
        } finally {
            await context.close();
        }
        assert.deepEqual(found, []);
    });
}

test('a browser that remembers "no certificate" is asked again under the second name of the site', async () => {
    const second = env.SITE_URL.replace('//localhost', '//reselect.localhost');
    const withdraw = offerCertificate(env, [env.SITE_URL, second]);
    const store = emptyHome(env);
    const context = await browser(store, PHONE);
    const found = [];
    try {
        const page = await opened(context);
        await page.goto(env.SITE_URL + env.ROOM_PATH);
        await says(page, /KW-101/);
        found.push(...await faults(page, 'no-certificate-cases'));
        importCertificate(store, env.DEVICE_P12, env.DEVICE_P12_PASSWORD);
        await page.reload();
        await says(page, /KW-101/);
        await pressed(page, 'a.button:has-text("証明書を選び直す")');
        assert.equal(page.url(), `${second}/.gateway/check`);
        await says(page, /この端末は、ご利用いただけます/);
        await pressed(page, 'text=ログイン画面へ');
        await logIn(page);
        await page.goto(second + env.ROOM_PATH);
        await says(page, /連絡帳/);
    } finally {
        await context.close();
        withdraw();
        fs.rmSync(store, { recursive: true, force: true });
    }
    assert.deepEqual(found, []);
});
