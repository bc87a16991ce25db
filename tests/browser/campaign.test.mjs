// 現況届 in a real browser: a contact answers behind two factors, by keyboard and on a phone; a clerk types a paper in; one proposes
// that what nobody answered is stopped, another approves it; and whoever it stopped is back within a minute once it is undone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import { after, before, test } from 'node:test';
import { browser, faults, home, offerCertificate, opened, PHONE, quickstart, tabTo } from './house.mjs';
import { atConsole, atWork, FIRST, operatorHome, operators, SECOND } from './operators.mjs';

const env = quickstart();
const city = operators(env);
const done = (...words) => city.told(FIRST, ...words);
const homes = {};
/** An office without mail; its number is none of a real office. */
const paper = `998${String(Date.now()).slice(-7)}`;
const MINUTE = 60_000;
let withdraw, carries, campaign, leaver, colleague;

const day = days => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo' }).format(Date.now() + days * 86_400_000);
const says = async (page, text) => assert.match(await page.locator('main').innerText(), text);
const at = page => new URL(page.url()).pathname;
const rows = office => Object.fromEntries(done('campaign', 'show', campaign, office).rows.map(row => [row.id, row.answer]));

/** Opened five days ago, by a clock that was moved: the days of a step must have come. */
function openedBefore() {
    const words = env.CA_TOOLS.match(/'[^']*'|\S+/g).map(word => word.replace(/^'|'$/g, ''));
    const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
    const moved = { ...process.env, LD_PRELOAD: library, FAKETIME: '-5d', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
    const days = ['--due', day(-4), '--warn-on', day(-3), '--suspend-on', day(-2), '--delete-on', day(30)];
    const told = execFileSync(words[0], [...words.slice(1), '--json', 'campaign', 'open', ...days], { encoding: 'utf8', env: moved });
    return JSON.parse(told).campaign;
}

/** What the gate says to the other office's person, who logs in at their own device. */
function login() {
    const agent = new https.Agent({ ca: fs.readFileSync(env.SERVER_CA), cert: fs.readFileSync(env.OTHER_DEVICE_CERT), key: fs.readFileSync(env.OTHER_DEVICE_KEY) });
    const body = new URLSearchParams({ login_id: env.OTHER_LOGIN_ID, password: env.OTHER_PASSWORD, return_to: '/' }).toString();
    const headers = { accept: 'application/problem+json', 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
        const asked = https.request(`${env.SITE_URL}/.gateway/login`, { agent, method: 'POST', headers }, answer => {
            answer.resume();
            answer.on('end', () => { agent.destroy(); resolve(answer.statusCode); });
        });
        asked.on('error', reject);
        asked.end(body);
    });
}

/** Waits until this holds; how long that took. */
async function until(what, holds) {
    const begun = Date.now();
    while (!await holds()) {
        if (Date.now() - begun > MINUTE) throw new Error(`not within a minute: ${what}`);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
    return Date.now() - begun;
}

/** The office's page, as this person of it, behind both factors. */
async function atOffice(viewport, [login_id, password]) {
    const context = await browser(carries, viewport);
    const page = await opened(context);
    await page.goto(`${env.SITE_URL}/office/campaign`);
    await page.fill('input[name=login_id]', login_id);
    await page.fill('input[name=password]', password);
    await Promise.all([page.waitForNavigation(), page.press('input[name=password]', 'Enter')]);
    assert.equal(at(page), '/office/campaign');
    return { context, page };
}

/** Chooses by keyboard: to the row, to its choice, pressed. */
async function choose(page, row, answer) {
    const field = `input[name="answer.${row}"]`;
    await page.locator(field).first().focus();
    await page.keyboard.press('Space');
    if (answer === 'delete') await page.keyboard.press('ArrowRight');
    assert.ok(await page.locator(`${field}[value=${answer}]`).isChecked(), `${row} ${answer}`);
}

const press = async (page, name) => Promise.all([page.waitForEvent('load'), page.getByRole('button', { name }).first().press('Enter')]);

before(() => {
    withdraw = offerCertificate(env);
    carries = home(env, { certificate: true });
    for (const who of [FIRST, SECOND]) homes[who] = operatorHome(env, who);
    city.together();
    done('office', 'contact', env.LOGIN_ID);
    leaver = done('user', 'add', '--office', env.OFFICE, '--name', '退職する人', '--profession', '看護師', '--application', 'Y1-REPORT').login_id;
    done('office', 'register', paper, '--name', 'かみのき訪問介護', '--contact', '神木 一郎', '--telephone', '04-7100-3333', '--address', '千葉県柏市', '--pledge', '2026-04-01', '--application', 'S1-REPORT');
    colleague = done('user', 'add', '--office', paper, '--name', '神木一郎', '--profession', '介護職', '--application', 'Y1-REPORT').login_id;
    for (const { campaign: earlier, state } of done('campaign', 'list')) if (state === 'open') done('campaign', 'close', earlier, '--why', '試験のため');
    campaign = openedBefore();
    // The operators' own devices are asked about, too: what nobody answers is stopped.
    done('campaign', 'answer', campaign, done('user', 'show', env.OPERATOR_LOGIN_ID).office, '--others-continue');
});
after(() => {
    withdraw?.();
    if (campaign) done('campaign', 'close', campaign, '--why', '試験のため');
    city.alone();
    for (const folder of [carries, ...Object.values(homes)]) if (folder) fs.rmSync(folder, { recursive: true, force: true });
});

test('a contact answers on a phone and by keyboard, half of it first, and is told who else has to say that they go on', async () => {
    const { context, page } = await atOffice(PHONE, [env.LOGIN_ID, env.PASSWORD]);
    try {
        await says(page, /まだ回答していないもの/);
        assert.equal(await page.locator('main input[type=radio]:checked').count(), 0, 'none is chosen at first');
        assert.deepEqual(await faults(page, 'campaign-form'), []);
        await tabTo(page, 'main input[type=radio]');
        await choose(page, leaver, 'delete');
        await press(page, '途中まで保存する');
        await says(page, /途中まで保存しました/);
        assert.equal(rows(env.OFFICE)[leaver], 'delete');
        await page.goto(`${env.SITE_URL}/office/campaign`);
        assert.ok(await page.locator(`input[name="answer.${leaver}"][value=delete]`).isChecked(), 'it comes back');
        await press(page, '確認画面へ進む');
        await says(page, /確かめるところが\d+件あります/);
        assert.deepEqual(await faults(page, 'campaign-left'), []);
        await press(page, '残りをすべて');
        assert.equal(rows(env.OFFICE)[env.LOGIN_ID], null, 'nothing is written by it');
        await press(page, '確認画面へ進む');
        await says(page, /退職する人[^]*元には戻せません/);
        await says(page, /ほかの人が確かめるまで提出できません/);
        assert.deepEqual(await faults(page, 'campaign-review'), []);
        await press(page, '確認を待つ');
        await says(page, /ほかの人が確かめるまで/);
        assert.deepEqual(await faults(page, 'campaign-waits'), []);
    } finally {
        await context.close();
    }
});

test('a clerk stands in for who cannot be reached by browser, hands the office in, and types a paper in row by row', async () => {
    const { context, page } = await atConsole(env, { home: homes[FIRST], who: FIRST });
    try {
        const clerk = atWork(page);
        await clerk.search(campaign);
        assert.equal(at(page), `/console/campaigns/${campaign}`, 'its number leads to it');
        assert.deepEqual(await faults(page, 'campaign-console'), []);
        await page.goto(`${env.CONSOLE_URL}campaigns/${campaign}/offices/${env.OFFICE}`);
        await clerk.link('提出済みにする');
        await clerk.press('提出済みにする');
        await clerk.said(/確かめてから、チェックを入れてください/);
        assert.deepEqual(await faults(page, 'campaign-confirm'), []);
        await clerk.tickAll();
        await clerk.press('提出済みにする');
        await clerk.said(/提出済み/);
        assert.equal(done('user', 'show', leaver).state, 'deleted');

        await page.goto(`${env.CONSOLE_URL}campaigns/${campaign}?stage=untouched`);
        await clerk.link(new RegExp(paper));
        await clerk.link('紙・電話の回答を記録する');
        assert.equal(await page.locator('main input[type=radio]:checked').count(), 0);
        await choose(page, colleague, 'continue');
        assert.deepEqual(await faults(page, 'campaign-type-in'), []);
        await clerk.press('記録する');
        await clerk.said(/提出済み[^]*紙/);
        assert.deepEqual(rows(paper), { [colleague]: 'continue' });
        await clerk.link('この事業所の用紙を印刷する');
        await page.emulateMedia({ media: 'print' });
        assert.deepEqual(await faults(page, 'campaign-paper'), []);
    } finally {
        await context.close();
    }
});

test('a step is proposed by one and approved by another, and whoever it stopped is back within a minute by its undo', async () => {
    const one = await atConsole(env, { home: homes[FIRST], who: FIRST });
    const other = await atConsole(env, { home: homes[SECOND], who: SECOND });
    try {
        assert.equal(await login(), 303, 'who has not answered yet gets in');
        const [clerk, approver] = [atWork(one.page), atWork(other.page)];
        const step = async (word, said) => {
            await one.page.goto(`${env.CONSOLE_URL}change/campaigns/${campaign}/${word}`);
            await clerk.said(said);
            assert.deepEqual(await faults(one.page, `campaign-${word}`), []);
            await clerk.fill('理由', '期限を過ぎても回答がない');
            await clerk.press('もう1人の承認を求める');
            const no = at(one.page).split('/').pop();
            await other.page.goto(`${env.CONSOLE_URL}proposals/${no}`);
            await approver.link(`${no} を承認する`);
            await approver.press('承認する');
            await approver.said(/実行済み/);
        };
        await step('warn', /予告の手紙を送る/);
        await step('suspend', /鈴木健一[^]*一時停止する/);
        assert.equal(done('user', 'show', env.OTHER_LOGIN_ID).state, 'suspended');
        assert.equal(done('user', 'show', env.LOGIN_ID).state, 'active', 'who answered is not touched');
        await until('the gate knows of the hold', async () => await login() !== 303);

        await one.page.goto(`${env.CONSOLE_URL}campaigns/${campaign}`);
        await says(one.page, /実行済み/);
        await clerk.link('取り消す');
        assert.deepEqual(await faults(one.page, 'campaign-undo'), []);
        await clerk.fill('理由', '電話で回答があった');
        await clerk.press('段階を取り消す');
        const took = await until('the one who was stopped gets in', async () => await login() === 303);
        console.log(`back ${took} ms after the undo`);
        await says(one.page, /取消し済み/);
        assert.deepEqual(await faults(one.page, 'campaign-undone'), []);
    } finally {
        await one.context.close();
        await other.context.close();
    }
});
