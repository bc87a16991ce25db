// A browser as a care worker has one: the certificate lies in its own store, and nobody clicks on a dialogue.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

// One pinned set of node modules for all page tests.
const require = createRequire(new URL('../pages/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const DESK = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

/** What the quickstart wrote: `QUICKSTART_ENV` names the file. */
export function quickstart() {
    const file = process.env.QUICKSTART_ENV;
    if (!file) throw new Error('QUICKSTART_ENV: the path of a running quickstart’s quickstart.env');
    const lines = execFileSync('env', ['-i', 'bash', '--norc', '-c', 'set -a; . "$1"; env -0', 'bash', file], { encoding: 'utf8' });
    return Object.fromEntries(lines.split('\0').filter(Boolean).map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** A home directory whose certificate store trusts the site and, where asked, holds the device's certificate. */
export function home(env, { certificate }) {
    const folder = emptyHome(env);
    if (certificate) importCertificate(folder, env.DEVICE_P12, env.DEVICE_P12_PASSWORD);
    return folder;
}

/** A home directory whose certificate store trusts the site, and holds nothing yet. */
export function emptyHome(env) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sekisho-browser-'));
    const store = path.join(folder, '.pki', 'nssdb');
    fs.mkdirSync(store, { recursive: true });
    const database = `sql:${store}`;
    execFileSync('certutil', ['-N', '-d', database, '--empty-password']);
    execFileSync('certutil', ['-A', '-d', database, '-n', 'quickstart web CA', '-t', 'C,,', '-i', env.SERVER_CA]);
    return folder;
}

/** Puts a downloaded file into the store, as a person does by double-click. */
export function importCertificate(folder, file, password) {
    execFileSync('pk12util', ['-i', file, '-d', `sql:${path.join(folder, '.pki', 'nssdb')}`, '-W', password, '-K', '']);
}

/** What the city's operator does by command, and the mails that leave the house. */
export function operator(env) {
    const tools = env.CA_TOOLS.match(/'[^']*'|\S+/g).map(word => word.replace(/^'|'$/g, ''));
    const tell = (command, words) => JSON.parse(execFileSync(command[0], [...command.slice(1), '--json', ...words], { encoding: 'utf8' }));
    const done = (...words) => tell(tools, words);
    /** The same by a CA whose profile gives a month: what it issues has its profile's term, and is soon to be renewed. */
    const monthly = (...words) => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sekisho-monthly-'));
        try {
            const [profile, config] = ['device.toml', 'ca.toml'].map(name => path.join(folder, name));
            const device = fs.readFileSync(new URL('../../certs/profiles/device.toml', import.meta.url), 'utf8');
            fs.writeFileSync(profile, device.replace(/^months = .*$/m, 'months = 1').replace(/^# The fiscal year[^]*?(?=^# Say made)/m, ''));
            const at = tools.indexOf('--config') + 1;
            const ours = fs.readFileSync(tools[at], 'utf8').replace(/^\[authority\]$/m, `[authority]\nprofiles = "${profile}"`);
            fs.writeFileSync(config, ours);
            return tell(tools.with(at, config), words);
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    };
    const text = file => {
        const [head, ...body] = fs.readFileSync(file, 'utf8').split(/\r?\n\r?\n/);
        const content = body.join('\n\n');
        return /^content-transfer-encoding: base64/im.test(head) ? Buffer.from(content, 'base64').toString('utf8') : content;
    };
    // What lies there already is told to others.
    const taken = new Set(fs.readdirSync(env.OUTBOX));
    /** The newest mail that holds this text, matches and was not read yet; waits for it. */
    const mail = async (about, pattern) => {
        const deadline = Date.now() + 20_000;
        for (;;) {
            const files = fs.readdirSync(env.OUTBOX).filter(name => name.endsWith('.eml') && !taken.has(name)).sort().reverse();
            for (const name of files) {
                const said = text(path.join(env.OUTBOX, name));
                const match = said.includes(about) && said.match(pattern);
                if (match) {
                    taken.add(name);
                    return match;
                }
            }
            if (Date.now() > deadline) throw new Error(`no mail with ${about} and ${pattern} in ${env.OUTBOX}`);
            await new Promise(resolve => setTimeout(resolve, 100));
        }
    };
    return { done, mail, monthly };
}

/** Asks the site again and again with this certificate, on connections of its own, until told what to wait for. */
export function whileAsked(env, { p12, password }) {
    const { hostname, port } = new URL(env.SITE_URL);
    const ca = fs.readFileSync(env.SERVER_CA);
    const pfx = fs.readFileSync(p12);
    const once = () => new Promise(resolve => {
        const request = https.get({ hostname, port, path: '/.gateway/check', ca, pfx, passphrase: password, agent: false, headers: { accept: 'application/problem+json' } }, answer => {
            let body = '';
            answer.setEncoding('utf8');
            answer.on('data', part => { body += part; });
            answer.on('end', () => resolve({ at: Date.now(), status: answer.statusCode, body }));
        });
        request.on('error', error => resolve({ at: Date.now(), status: 0, body: String(error) }));
    });
    const answers = [];
    let wanted = true;
    const asked = (async () => {
        while (wanted) {
            answers.push(await once());
            await new Promise(resolve => setTimeout(resolve, 20));
        }
    })();
    const until = async holds => {
        const deadline = Date.now() + 20_000;
        for (;;) {
            const found = answers.find(holds);
            if (found) return found.at;
            if (Date.now() > deadline) {
                wanted = false;
                throw new Error(`not answered so in time; last: ${JSON.stringify(answers.at(-1))}`);
            }
            await new Promise(resolve => setTimeout(resolve, 5));
        }
    };
    return {
        /** Ends the asking. */
        stop: () => { wanted = false; },
        /** Every answer so far that was no page of a device in order. */
        refused: async () => answers.filter(answer => answer.status !== 200).map(({ status, body }) => `${status} ${body.slice(0, 200)}`),
        untilPassed: () => until(answer => answer.status === 200),
        untilRefused: async code => {
            const at = await until(answer => answer.body.includes(code));
            wanted = false;
            await asked;
            return at;
        },
    };
}

/**
 * Lets every Chromium of this machine offer its certificate to the service site without asking, until `withdraw` is
 * called. A browser without a certificate is not touched by it: it has none to offer.
 */
export function offerCertificate(env, sites = [env.SITE_URL]) {
    const folder = '/etc/chromium/policies/managed';
    const file = path.join(folder, `sekisho-test-${process.pid}.json`);
    const policy = { AutoSelectCertificateForUrls: sites.map(pattern => JSON.stringify({ pattern, filter: {} })) };
    const asRoot = (...command) => process.getuid() === 0 ? command : ['sudo', ...command];
    const run = ([program, ...rest], input) => execFileSync(program, rest, { input, stdio: ['pipe', 'ignore', 'inherit'] });
    run(asRoot('mkdir', '-p', folder));
    run(asRoot('tee', file), JSON.stringify(policy));
    run(asRoot('chmod', '644', file));
    const withdraw = () => run(asRoot('rm', '-f', file));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
        process.once(signal, () => {
            withdraw();
            process.exit(1);
        });
    }
    return withdraw;
}

export async function browser(homeFolder, viewport, colorScheme = 'light', userAgent = undefined, more = {}) {
    return chromium.launchPersistentContext(fs.mkdtempSync(path.join(homeFolder, 'profile-')), {
        executablePath: '/usr/bin/chromium',
        env: { ...process.env, HOME: homeFolder },
        viewport,
        colorScheme,
        userAgent,
        acceptDownloads: true,
        ...more,
        locale: 'ja-JP',
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
}

/** Opens a page whose complaints are kept: a blocked style or script is a fault of ours. */
export async function opened(context) {
    const page = await context.newPage();
    page.complaints = [];
    page.on('pageerror', error => page.complaints.push(String(error)));
    page.on('console', message => {
        // A refusal is a page with a status; the browser notes the status, and that is no fault.
        const refused = /status of [45]\d\d/.test(message.text()) && message.location().url === page.url();
        if (message.type() === 'error' && !refused) page.complaints.push(`${message.text()} (${message.location().url})`);
    });
    return page;
}

/** Looks at a page as axe, as a narrow window and as the console do; returns what is wrong with it. `SHOTS` names the folder for its picture. */
export async function faults(page, name) {
    const { width } = page.viewportSize();
    if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, `${name}-${width}.png`), fullPage: true });
    await page.evaluate(axe);
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await page.evaluate(runOnly => globalThis.axe.run(document, { runOnly }), tags);
    const found = violations.map(({ id, impact, nodes }) => `${name} ${width}: ${id} (${impact}) ${nodes.map(node => node.target).join(' ')}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) found.push(`${name} ${width}: ${wide} px wide, scrolls sideways`);
    return [...found, ...page.complaints.splice(0).map(text => `${name} ${width}: console: ${text}`)];
}

/** Walks with the Tab key until what `wanted` tells (a CSS selector) has the focus. */
export async function tabTo(page, wanted) {
    for (let steps = 0; steps < 60; steps++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(selector => document.activeElement?.matches(selector) ?? false, wanted)) return;
    }
    throw new Error(`${wanted} cannot be reached with the Tab key on ${page.url()}`);
}
