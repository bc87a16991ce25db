// The city's operators at the console, each with their own certificate in a store of its own, and what they do counted.
import { execFileSync } from 'node:child_process';
import assert from 'node:assert/strict';
import path from 'node:path';
import { browser, DESK, emptyHome, importCertificate, opened } from './house.mjs';

/** Both operators of the quickstart: `OPERATOR` holds every role, `OPERATOR2` is an auditor until given more. */
export const FIRST = 'OPERATOR';
export const SECOND = 'OPERATOR2';

/** A home directory whose certificate store holds this operator's certificate. */
export function operatorHome(env, who) {
    const folder = emptyHome(env);
    const file = path.join(folder, 'operator.p12');
    const words = ['-export', '-in', env[`${who}_CERT`], '-inkey', env[`${who}_KEY`], '-out', file, '-passout', 'pass:to-the-store'];
    execFileSync('openssl', ['pkcs12', ...words]);
    importCertificate(folder, file, 'to-the-store');
    return folder;
}

/** Opens the console as this operator, by the login page; gives back the browser and its page. */
export async function atConsole(env, { home, who, viewport = DESK, scheme = 'light', script = true, place = '' }) {
    const context = await browser(home, viewport, scheme, undefined, { javaScriptEnabled: script });
    const page = await opened(context);
    await page.goto(env.CONSOLE_URL + place);
    assert.equal(new URL(page.url()).pathname, '/.gateway/login', 'a certificate alone opens nothing but the login page');
    await page.fill('input[name=login_id]', env[`${who}_LOGIN_ID`]);
    await page.fill('input[name=password]', env[`${who}_PASSWORD`]);
    await Promise.all([page.waitForNavigation(), page.press('input[name=password]', 'Enter')]);
    return { context, page };
}

/**
 * Somebody at work, whose steps are counted as a clerk has them: each press is one, each field filled in is one. What is
 * waited for is the next page.
 */
export function atWork(page) {
    const begun = Date.now();
    let steps = 0;
    const step = async (what) => {
        steps += 1;
        return what();
    };
    const led = (press) => Promise.all([page.waitForEvent('load'), press()]);
    return {
        /** Types into the search field and is led on. */
        search: (words) => step(() => page.fill('#q', words)).then(() => step(() => led(() => page.press('#q', 'Enter')))),
        link: (name) => step(() => led(() => page.getByRole('link', { name }).first().click())),
        press: (name) => step(() => led(() => page.getByRole('button', { name }).first().click())),
        fill: (label, text) => step(() => page.getByLabel(label).first().fill(text)),
        choose: (label) => step(() => page.getByLabel(label).first().check()),
        said: async (text) => assert.match(await page.locator('main').innerText(), text),
        /** What it took. */
        took: () => ({ steps, seconds: (Date.now() - begun) / 1000 }),
    };
}
