// A browser as a care worker has one: the certificate lies in its own store, and nobody clicks on a dialogue.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
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
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sekisho-browser-'));
    const store = path.join(folder, '.pki', 'nssdb');
    fs.mkdirSync(store, { recursive: true });
    const database = `sql:${store}`;
    execFileSync('certutil', ['-N', '-d', database, '--empty-password']);
    execFileSync('certutil', ['-A', '-d', database, '-n', 'quickstart web CA', '-t', 'C,,', '-i', env.SERVER_CA]);
    if (certificate) {
        execFileSync('pk12util', ['-i', env.DEVICE_P12, '-d', database, '-W', env.DEVICE_P12_PASSWORD, '-K', '']);
    }
    return folder;
}

/**
 * Lets every Chromium of this machine offer its certificate to the service site without asking, until `withdraw` is
 * called. A browser without a certificate is not touched by it: it has none to offer.
 */
export function offerCertificate(env) {
    const folder = '/etc/chromium/policies/managed';
    const file = path.join(folder, `sekisho-test-${process.pid}.json`);
    const policy = { AutoSelectCertificateForUrls: [JSON.stringify({ pattern: env.SITE_URL, filter: {} })] };
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

export async function browser(homeFolder, viewport, colorScheme = 'light') {
    return chromium.launchPersistentContext(fs.mkdtempSync(path.join(homeFolder, 'profile-')), {
        executablePath: '/usr/bin/chromium',
        env: { ...process.env, HOME: homeFolder },
        viewport,
        colorScheme,
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

/** Looks at a page as axe, as a narrow window and as the console do; returns what is wrong with it. */
export async function faults(page, name) {
    const { width } = page.viewportSize();
    const folder = process.env.SHOTS ?? fs.mkdtempSync(path.join(os.tmpdir(), 'sekisho-shots-'));
    process.env.SHOTS = folder;
    fs.mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: path.join(folder, `${name}-${width}.png`), fullPage: true });
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
