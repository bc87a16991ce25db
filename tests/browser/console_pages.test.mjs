// Everybody can read every page of the console: each is asked for at the gate as an operator's browser does, and looked at wide
// and on a phone, light and dark, with and without script. Which pages, stands in console.pages.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { operator, quickstart } from './house.mjs';

const env = quickstart();
const { done } = operator(env);
const pages = fileURLToPath(new URL('../pages/', import.meta.url));
/** Whose device asks; its connections are kept. */
const agent = who => new https.Agent({
    keepAlive: true,
    ca: fs.readFileSync(env.SERVER_CA),
    cert: fs.readFileSync(env[`${who}_CERT`]),
    key: fs.readFileSync(env[`${who}_KEY`]),
});
const [operators, others] = ['OPERATOR', 'OTHER_DEVICE'].map(agent);

/** As a browser asks that is led to an address, or sends a form from a page of ours. */
const LED = { accept: 'text/html', 'accept-language': 'ja', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' };

/** Asks the gate. */
function ask(address, { fields, cookie = '', device = operators, as = LED }) {
    const body = fields && new URLSearchParams(fields).toString();
    const headers = { ...as, cookie };
    if (body !== undefined) Object.assign(headers, { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) });
    const method = body === undefined ? 'GET' : 'POST';
    return new Promise((resolve, reject) => {
        const asked = https.request(address, { agent: device, method, headers }, answer => {
            const parts = [];
            answer.on('data', part => parts.push(part));
            answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(parts).toString() }));
        });
        asked.on('error', reject);
        asked.end(body);
    });
}

async function loggedIn() {
    const fields = { login_id: env.OPERATOR_LOGIN_ID, password: env.OPERATOR_PASSWORD, return_to: '/console/' };
    const { status, headers } = await ask(`${env.SITE_URL}/.gateway/login`, { fields });
    assert.equal(status, 303);
    return headers['set-cookie'].map(each => each.split(';')[0]).find(each => each.startsWith('__Host-session='));
}

/** What stands in braces: one thing of each kind, made where the quickstart has none. */
async function things() {
    // At a device that nobody else uses meanwhile: of one that is refused again and again only a count is told.
    const refused = await ask(env.SITE_URL + env.ROOM_PATH, { device: others, as: { accept: 'application/json' } });
    const { ref } = JSON.parse(refused.text);
    await until('the refusal is told to the desk', () => { try { return done('why', ref); } catch { return false; } });
    const ofOffice = ['--office', env.OFFICE, '--os', 'android', '--ownership', 'office', '--application', 'S-2026-007'];
    const applied = () => done('device', 'apply', '--label', '画面を見るための端末', ...ofOffice).device;
    const approved = applied();
    done('device', 'inspect', approved, '--result', 'pass');
    done('device', 'approve', approved);
    done('training', 'hold', '2026', '--on', '2026-10-01', '--place', '市役所');
    done('training', 'attend', '2026', env.LOGIN_ID);
    const asked = ['--kind', 'ids', '--channel', 'counter', '--office', env.OFFICE, '--person', '大野由美,看護師', '--reason', '採用'];
    return {
        DEVICE: env.DEVICE,
        OFFICE: env.OFFICE,
        LOGIN_ID: env.LOGIN_ID,
        OPERATOR: env.OPERATOR2_LOGIN_ID,
        ROOM: env.ROOM,
        REF: ref,
        APPLIED: applied(),
        SERIAL: done('cert', 'list', '--device', env.DEVICE)[0].serial,
        TICKET: done('ticket', 'issue', '--device', approved).ticket,
        APPLICATION: done('application', 'receive', ...asked, '--effective', '2026-12-01').application,
        INCIDENT: incident(done),
        PROPOSAL: done('user', 'suspend', env.OPERATOR2_LOGIN_ID, '--propose', '--why', '画面を見るため').proposal,
        GATEWAY: done('gateway', 'list')[0].gateway,
        FINGERPRINT: done('ca', 'list').find(each => each.kind === 'issuing').fingerprint,
        LETTER: 1,
        CAMPAIGN: campaign(done),
        TRAINING: 2026,
    };
}

/** A 現況届 that is open: one is at most, so it may be another test's. */
function campaign(done) {
    const open = done('campaign', 'list').find(each => each.state === 'open');
    if (open) return open.campaign;
    const day = days => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo' }).format(Date.now() + days * 86_400_000);
    return done('campaign', 'open', '--due', day(30), '--warn-on', day(40), '--suspend-on', day(50), '--delete-on', day(60)).campaign;
}

/** An incident with a note and an extract of the gateway's own log. */
function incident(done) {
    const what = ['--what', '画面を見るための事故', '--found', '2026-01-05', '--reported-by', '担当者'];
    const { incident: number } = done('incident', 'open', '--device', env.DEVICE, ...what);
    done('incident', 'note', number, '--text', '警察に届けた');
    done('incident', 'extract', number, '--from', '2026-11-01', env.ACCESS_LOG);
    return number;
}

/** Waits until this holds. */
async function until(what, holds) {
    const deadline = Date.now() + 20_000;
    while (!await holds()) {
        if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
        await new Promise(resolve => setTimeout(resolve, 100));
    }
}

/** The lines of console.pages, with what stands in braces put there. */
function listed(things) {
    const lines = fs.readFileSync(new URL('console.pages', import.meta.url), 'utf8').split('\n');
    return lines.filter(line => line.trim() && !line.startsWith('#')).map(line => {
        const filled = line.replace(/\{(\w+)\}/g, (_, name) => things[name] ?? assert.fail(`${line}: nothing to put into {${name}}`));
        const [name, status, address, fields] = filled.split(/\s+/);
        return { name, status: Number(status), address: address.replace(/^\.$/, ''), fields };
    });
}

test('no page of the console keeps a reader out, wide or on a phone, light or dark, with or without script', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sekisho-console-pages-'));
    try {
        const cookie = await loggedIn();
        const wrong = [];
        for (const { name, status, address, fields } of listed(await things())) {
            const answer = await ask(encodeURI(env.CONSOLE_URL + address), { fields, cookie });
            if (answer.status !== status) wrong.push(`${name}: ${answer.status} instead of ${status} at ${address}`);
            if (answer.text.length > 150_000) wrong.push(`${name}: ${answer.text.length} octets, more than a page may have`);
            const policy = answer.headers['content-security-policy'] ?? '';
            if (/unsafe/.test(policy) || !policy.includes("default-src 'none'")) wrong.push(`${name}: its policy is ${policy}`);
            fs.writeFileSync(path.join(folder, `${name}.html`), answer.text);
            fs.writeFileSync(path.join(folder, `${name}.csp`), policy);
        }
        assert.deepEqual(wrong, []);
        const shots = process.env.SHOTS ? [`--shots=${process.env.SHOTS}`] : [];
        const { status } = spawnSync(process.execPath, ['axe.mjs', folder, ...shots], { cwd: pages, stdio: 'inherit' });
        assert.equal(status, 0);
    } finally {
        for (const each of [operators, others]) each.destroy();
        fs.rmSync(folder, { recursive: true, force: true });
    }
});

// What is no page to be looked at: another's address, a file, an answer to a press.
const NO_PAGE = ['/console', '/console/operations', '/console/operations/gateways', '/console/{*rest}', '/console/change/import/{noun}/template', '/console/export/{list}', '/console/export/lockout', '/console/export/reports/devices', '/console/export/reports/numbers', '/console/export/reports/review', '/console/export/reports/unused', '/console/export/reports/access', '/console/export/reports/retention', '/console/export/reports/maintenance', '/console/export/incidents/{incident}/paper', '/console/export/incidents/{incident}/extracts/{extract}', '/console/operations/export/letters', '/console/export/campaigns/{campaign}/{office}'];
// What takes a second custodian, and is looked at where two work together.
const OF_TWO = ['/console/custody/proposals/{no}/withdraw', '/console/custody/proposals/{no}/review'];

test('every address of the console is among the pages that are looked at', () => {
    const rooms = fileURLToPath(new URL('../../ca-tools/src/console/', import.meta.url));
    const sources = fs.readdirSync(rooms, { recursive: true }).filter(name => name.endsWith('.rs')).map(name => fs.readFileSync(path.join(rooms, name), 'utf8'));
    const routes = sources.flatMap(source => [...source.matchAll(/\.route\(\s*"([^"]+)"/g)].map(([, route]) => route));
    assert.ok(routes.length > 60, `${routes.length} addresses were found`);
    const lines = fs.readFileSync(new URL('console.pages', import.meta.url), 'utf8').split('\n');
    const looked = lines.filter(line => line.trim() && !line.startsWith('#')).map(line => `/console/${line.split(/\s+/)[2].replace(/^\.$/, '').split('?')[0]}`);
    const shape = route => new RegExp(`^${route.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);
    const unseen = routes.filter(route => !NO_PAGE.includes(route) && !OF_TWO.includes(route) && !looked.some(address => shape(route).test(address)));
    assert.deepEqual(unseen, []);
});
