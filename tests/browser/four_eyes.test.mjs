// Four eyes in a real browser: two operators, each in a browser of their own. What needs two is proposed by the one and approved
// by the other, and what a custodian does alone is told to the others, counted, and waits until one of them reviewed it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { faults, offerCertificate, operator, quickstart } from './house.mjs';
import { atConsole, atWork, FIRST, operatorHome, operators, SECOND } from './operators.mjs';

const env = quickstart();
const city = operators(env);
const { mail } = operator(env);
const [first, second] = [FIRST, SECOND].map(who => env[`${who}_LOGIN_ID`]);
const homes = {};
let withdraw, colleague;

const rolesOf = id => city.told(FIRST, 'user', 'show', id).roles ?? [];
const says = async (page, text) => assert.match(await page.locator('main').innerText(), text);
const leadsTo = (page, place) => page.locator(`main a[href="${place}"], main form[action="${place}"]`).count();
const at = page => new URL(page.url()).pathname;

/** Waits until this holds; a change is in force some 50 ms after its commit. */
async function until(what, holds) {
    const deadline = Date.now() + 20_000;
    while (!await holds()) {
        if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}

/** Sends a form to this address, as one does who typed it by hand: the page that offers it was never shown. */
async function typed(page, place, fields) {
    const [answer] = await Promise.all([
        page.waitForNavigation(),
        page.evaluate(([action, pairs]) => {
            const form = Object.assign(document.createElement('form'), { method: 'post', action });
            for (const [name, value] of pairs) form.append(Object.assign(document.createElement('input'), { name, value }));
            document.body.append(form);
            form.submit();
        }, [place, Object.entries(fields)]),
    ]);
    return answer;
}

/** The newest event about this, whole. */
function newest(about, action) {
    const listed = city.told(FIRST, 'audit', 'list', '--about', about);
    const found = listed.find(event => event.action === action);
    assert.ok(found, `${action} about ${about}: ${JSON.stringify(listed)}`);
    return city.told(FIRST, 'audit', 'show', String(found.version));
}

/** What the desk counts of it, asked at its private door as Prometheus asks. */
function counted(metric) {
    const config = env.CA_TOOLS.match(/--config (\S+)/)[1];
    const socketPath = fs.readFileSync(config, 'utf8').match(/^socket = "(.*)"$/m)[1];
    return new Promise((resolve, reject) => {
        http.get({ socketPath, path: '/metrics', headers: { host: 'desk' } }, answer => {
            let text = '';
            answer.on('data', part => { text += part; });
            answer.on('end', () => resolve(Number(text.match(new RegExp(`^${metric}(?:_total)? (\\d+)`, 'm'))?.[1] ?? NaN)));
        }).on('error', reject);
    });
}

/** By command, as a proposal of the one that the other approves. */
function together(...words) {
    const { proposal } = city.told(FIRST, ...words, '--why', '試験のため', '--propose');
    city.told(SECOND, 'proposal', 'approve', proposal);
}

before(() => {
    withdraw = offerCertificate(env);
    for (const who of [FIRST, SECOND]) homes[who] = operatorHome(env, who);
    city.together();
    const { office } = city.told(FIRST, 'user', 'show', first);
    colleague = city.told(FIRST, 'user', 'add', '--office', office, '--name', '木村直子', '--profession', '行政', '--application', 'Y1-FOUR').login_id;
});
after(() => {
    withdraw?.();
    if (colleague) together('user', 'delete', colleague);
    city.alone();
    for (const folder of Object.values(homes)) fs.rmSync(folder, { recursive: true, force: true });
});

test('one proposes a role for a colleague and cannot approve it, the other does, and the record names both', async () => {
    const one = await atConsole(env, { home: homes[FIRST], who: FIRST });
    const other = await atConsole(env, { home: homes[SECOND], who: SECOND });
    try {
        const clerk = atWork(one.page);
        await clerk.search(colleague);
        await clerk.link('役割を変える');
        await clerk.choose('監査');
        await clerk.fill('理由', '監査の担当になる');
        await clerk.press('役割を変える');
        await clerk.said(/もう1人の承認が必要です/);
        await clerk.said(new RegExp(`承認できる職員：${second}`));
        await clerk.said(new RegExp(`${colleague} の役割：なし → 監査`));
        assert.deepEqual(await faults(one.page, 'four-eyes-needs-two'), []);
        assert.deepEqual(rolesOf(colleague), [], 'nothing was done yet');
        await clerk.press('もう1人の承認を求める');

        const proposal = at(one.page);
        const no = path.basename(proposal);
        assert.match(no, /^P-\d{6}$/, 'it leads to the proposal');
        const approve = `/console/approve/proposals/${no}/approve`;
        await says(one.page, new RegExp(`承認・却下できる職員：${second}`));
        await says(one.page, /監査の担当になる/);
        await says(one.page, /これまでの記録/);
        assert.equal(await leadsTo(one.page, approve), 0, 'no button that would be refused');
        assert.ok(await leadsTo(one.page, `/console/change/proposals/${no}/withdraw`), 'who proposed it can take it back');
        assert.deepEqual(await faults(one.page, 'four-eyes-proposal'), []);
        const refused = await typed(one.page, approve, { once: 'typed by hand', why: '' });
        assert.equal(refused.status(), 422);
        await says(one.page, new RegExp(`${no} は ${first} 自身の提案です`));
        assert.equal(newest(no, 'proposal.refuse').operator, first);
        assert.deepEqual(rolesOf(colleague), []);

        await other.page.goto(env.CONSOLE_URL);
        const approver = atWork(other.page);
        await approver.link('決定か実行を待っている提案');
        await approver.link(no);
        assert.equal(at(other.page), proposal);
        await approver.link(`${no} を承認する`);
        await approver.said(/役割：なし → 監査/);
        assert.deepEqual(await faults(other.page, 'four-eyes-approve'), []);
        await approver.press('承認する');
        assert.equal(at(other.page), proposal);
        await approver.said(/実行済み/);
        assert.deepEqual(rolesOf(colleague), ['auditor']);
        await other.page.goto(`${env.CONSOLE_URL}people/${colleague}`);
        await says(other.page, /監査/);

        const event = newest(colleague, 'user.roles');
        assert.equal(event.operator, second, 'who approved did it');
        const { detail } = event;
        assert.deepEqual([detail.proposed_by, detail.proposal, detail.proof], [first, no, 'console'], JSON.stringify(event));
        await one.page.goto(env.SITE_URL + proposal);
        await says(one.page, /実行済み/);
        assert.equal(await leadsTo(one.page, `/console/change/proposals/${no}/withdraw`), 0);
    } finally {
        await one.context.close();
        await other.context.close();
    }
});

test('one custodian breaks the glass alone with a reason; the others get a letter, it is counted, and waits for its review', async () => {
    const one = await atConsole(env, { home: homes[FIRST], who: FIRST });
    const other = await atConsole(env, { home: homes[SECOND], who: SECOND });
    try {
        const before = await counted('ca_break_glass');
        const custodian = atWork(one.page);
        await custodian.search(colleague);
        await custodian.link('緊急のため、1人で一時停止する');
        await custodian.said(/緊急のときだけ/);
        await custodian.press('1人で行う');
        await custodian.said(/理由がありません/);
        assert.deepEqual(await faults(one.page, 'four-eyes-alone'), []);
        assert.equal(city.told(FIRST, 'user', 'show', colleague).state, 'active', 'nothing without a reason');
        await custodian.fill('理由', '端末と一緒に連絡が取れない');
        await custodian.press('1人で行う');
        assert.equal(at(one.page), `/console/people/${colleague}`);
        assert.equal(city.told(FIRST, 'user', 'show', colleague).state, 'suspended');

        const event = newest(colleague, 'user.suspend');
        assert.equal(event.operator, first);
        const no = event.detail.broken_glass;
        assert.match(no, /^B-\d{6}$/);
        const [letter] = await mail(no, /端末と一緒に連絡が取れない/);
        assert.ok(letter, 'the other custodians are told why');
        await until('it is counted', async () => await counted('ca_break_glass') === before + 1);

        const review = `/console/custody/proposals/${no}/review`;
        for (const { page } of [one, other]) {
            await page.goto(env.CONSOLE_URL);
            await says(page, /確認を待っている緊急の単独操作/);
        }
        await one.page.goto(`${env.CONSOLE_URL}proposals/${no}`);
        assert.equal(await leadsTo(one.page, review), 0, 'nobody reviews their own');
        await says(one.page, /別の、認証局の鍵の役割の職員が確認します/);
        const refused = await typed(one.page, review, { finding: 'justified', why: '自分で確認した' });
        assert.equal(refused.status(), 422);
        await says(one.page, new RegExp(`${first} 自身の操作です`));

        const reviewer = atWork(other.page);
        await reviewer.link('確認を待っている緊急の単独操作');
        await reviewer.link(no);
        assert.deepEqual(await faults(other.page, 'four-eyes-broken'), []);
        await reviewer.link('確認を記録する');
        await reviewer.choose('妥当');
        await reviewer.fill('確かめたこと', '電話で確かめた');
        await reviewer.press('記録する');
        await reviewer.said(/電話で確かめた/);
        assert.equal(newest(no, 'break-glass.review').operator, second);
        for (const { page } of [one, other]) {
            await page.goto(env.CONSOLE_URL);
            assert.doesNotMatch(await page.locator('main').innerText(), /確認を待っている緊急の単独操作/);
        }
    } finally {
        await one.context.close();
        await other.context.close();
    }
});
