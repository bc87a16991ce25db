// From nothing to the room: an office nobody knows registers and applies in the browser, operators inspect and approve
// by command, and the person picks the certificate up, proves that it works, and reads the room.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { browser, DESK, emptyHome, faults, importCertificate, offerCertificate, opened, operator, PHONE, quickstart } from './house.mjs';

const env = quickstart();
const { done, mail } = operator(env);
let withdraw;
const homes = [];

before(() => { withdraw = offerCertificate(env); });
after(() => {
    withdraw?.();
    for (const folder of homes) fs.rmSync(folder, { recursive: true, force: true });
});

const says = async (page, text) => assert.match(await page.locator('body').innerText(), text);
const press = (page, name) => Promise.all([page.waitForEvent('load'), page.getByRole('button', { name, exact: true }).click()]);
const number = async page => (await page.locator('.secret').first().innerText()).trim();
const drawn = () => `99${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;

for (const viewport of [DESK, PHONE]) {
    test(`an office registers, applies, picks up and enters its room, ${viewport.width} px`, async () => {
        const folder = emptyHome(env);
        homes.push(folder);
        const found = [];
        const address = `office-${viewport.width}-${Date.now()}@example.jp`;
        const office = drawn();
        let context = await browser(folder, viewport);
        let initial, login, ticket, device, file, password;
        try {
            const page = await opened(context);
            await page.goto(`${env.HELP_URL}/apply`);
            found.push(...await faults(page, 'apply'));
            await page.goto(`${env.HELP_URL}/apply/begin?kind=first_registration`);
            await page.fill('input[name=mail]', 'no address');
            await press(page, 'メールを送る');
            found.push(...await faults(page, 'apply-address-wrong'));
            await page.fill('input[name=mail]', address);
            await press(page, 'メールを送る');
            await says(page, new RegExp(address));
            found.push(...await faults(page, 'apply-mailed'));
            const [, link] = await mail('申請に進めます', /(https:\S+\/apply\/form\?t=\S+)/);
            await page.goto(link);
            found.push(...await faults(page, 'apply-form'));
            await page.fill('input[name=name]', 'つくし訪問看護');
            await page.getByRole('button', { name: '確認画面へ進む', exact: true }).last().click();
            await page.waitForLoadState();
            await says(page, /直すところが\d+件あります/);
            assert.equal(await page.inputValue('input[name=name]'), 'つくし訪問看護', 'what was typed is kept');
            found.push(...await faults(page, 'apply-mistakes'));
            await page.fill('input[name=office]', office);
            await page.fill('input[name=corporation]', '医療法人 つくし会');
            await page.fill('input[name=telephone]', '０４－７１００－１２３４');
            await page.fill('input[name=address]', '千葉県柏市柏1-1-1');
            await page.fill('input[name=person-1-name]', '大野 由美');
            await page.selectOption('select[name=person-1-profession]', '看護師');
            await page.check('#contact_person-1');
            await page.check('#permission');
            await page.check('#pledge');
            await page.getByRole('button', { name: '確認画面へ進む', exact: true }).last().click();
            await page.waitForLoadState();
            await says(page, /まだ送信していません/);
            found.push(...await faults(page, 'apply-review'));
            await press(page, '送信する');
            await says(page, /受け付けました/);
            found.push(...await faults(page, 'apply-done'));
            const registration = await number(page);
            done('application', 'inspect', registration, '--result', 'pass');
            const registered = done('application', 'approve', registration);
            ({ login_id: login, initial_password: initial } = registered.users[0]);

            await page.goto(`${env.HELP_URL}/apply/begin?kind=certificate`);
            await page.fill('input[name=office]', office);
            await press(page, 'メールを送る');
            found.push(...await faults(page, 'apply-certificate-mailed'));
            const [, second] = await mail('申請に進めます', /(https:\S+\/apply\/form\?t=\S+)/);
            await page.goto(second);
            await page.fill('input[name=label]', '訪問用のノートPC');
            await page.selectOption('select[name=os]', 'linux');
            await page.selectOption('select[name=ownership]', 'office');
            for (const item of ['startup_password', 'default_changed', 'os_supported', 'protected']) await page.check(`#check-${item}`);
            found.push(...await faults(page, 'apply-certificate'));
            await page.getByRole('button', { name: '確認画面へ進む', exact: true }).last().click();
            await page.waitForLoadState();
            await press(page, '送信する');
            const application = await number(page);
            done('application', 'inspect', application, '--result', 'pass');
            ticket = done('application', 'approve', application);
            device = ticket.device;
            const [, pickup] = await mail(`（${device}）`, /取得用番号：([a-z2-9-]{19})/);
            const { room } = done('room', 'open', '--name', '石井 様');
            done('room', 'invite', room, login);
            ticket.room = room;

            await page.goto(`${env.HELP_URL}/pickup`);
            await page.fill('input[name=number]', pickup);
            await page.fill('input[name=code]', ticket.confirmation_code);
            await press(page, '取得する');
            password = await page.locator('.secret').first().innerText();
            const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '電子証明書をダウンロードする' }).click()]);
            file = `${folder}/${download.suggestedFilename()}`;
            await download.saveAs(file);
        } finally {
            await context.close();
        }
        importCertificate(folder, file, password);
        context = await browser(folder, viewport);
        try {
            const page = await opened(context);
            assert.equal((await page.goto(`${env.SITE_URL}/.gateway/check`)).status(), 200);
            await says(page, new RegExp(device));
            await page.goto(`${env.SITE_URL}/rooms/${ticket.room}/`);
            await page.fill('input[name=login_id]', login);
            await page.fill('input[name=password]', initial);
            await press(page, 'ログイン');
            const chosen = `雪の8山-と橋唄-${viewport.width}`;
            await page.fill('input[name=new_password]', chosen);
            await page.fill('input[name=new_password_again]', chosen);
            await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
            await page.goto(`${env.SITE_URL}/rooms/${ticket.room}/`);
            await says(page, new RegExp(`部屋 ${ticket.room}の連絡帳`));
            // The contact applies for the rest from behind two factors.
            assert.equal((await page.goto(`${env.SITE_URL}/office/`)).status(), 200);
            await says(page, /電子証明書の更新/);
            found.push(...await faults(page, 'office-contact'));
            assert.equal((await page.goto(`${env.SITE_URL}/office/apply`)).status(), 200);
            found.push(...await faults(page, 'office-apply'));
        } finally {
            await context.close();
        }
        assert.deepEqual(found, []);
    });
}
