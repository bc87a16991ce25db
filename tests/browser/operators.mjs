// The city's operators at the console, each with their own certificate in a store of its own, and what they do counted.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
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
        press: (name) => step(() => led(() => page.locator('main').getByRole('button', { name }).first().click())),
        fill: (label, text) => step(() => page.locator('main').getByLabel(label).first().fill(text)),
        row: async (number, name, profession) => {
            await step(() => page.fill(`#person-${number}-name`, name));
            await step(() => page.selectOption(`#person-${number}-profession`, profession));
        },
        pick: (label) => step(() => page.locator('main').getByLabel(label).first().selectOption({ index: 1 })),
        tickAll: async () => {
            for (const box of await page.locator('main input[type=checkbox]').all()) await step(() => box.check());
        },
        choose: (label) => step(() => page.locator('main').getByLabel(label).first().check()),
        said: async (text) => assert.match(await page.locator('main').innerText(), text),
        /** What it took. */
        took: () => ({ steps, seconds: (Date.now() - begun) / 1000 }),
    };
}

/** What the two operators do by command, each proving who they are by their own password. */
export function operators(env) {
    const words = env.CA_TOOLS.match(/'[^']*'|\S+/g).map(word => word.replace(/^'|'$/g, ''));
    /** The command of one of them, as `$CA_TOOLS` is the first one's. */
    const of = who => {
        const password = path.join(path.dirname(env.GATEWAY_CONFIG), 'keys', `test-${who}`);
        fs.writeFileSync(password, `${env[`${who}_PASSWORD`]}\n`, { mode: 0o600 });
        const own = words.with(words.indexOf('--operator') + 1, env[`${who}_LOGIN_ID`]);
        return own.with(own.indexOf('--password-file') + 1, password);
    };
    const told = (who, ...rest) => JSON.parse(execFileSync(of(who)[0], [...of(who).slice(1), '--json', ...rest], { encoding: 'utf8' }));
    const second = env[`${SECOND}_LOGIN_ID`];
    const roles = () => told(FIRST, 'user', 'show', second).roles ?? [];
    const each = (option, chosen) => chosen.flatMap(role => [option, role]);
    const ACTS = ['ra_clerk', 'ra_approver', 'ca_custodian'];
    /** Changes the second one's roles: alone where nobody else could approve, else proposed by the one and approved by the other. */
    const change = (option, chosen) => {
        if (chosen.length === 0) return;
        const asked = ['user', 'roles', second, ...each(option, chosen), '--why', '試験のため'];
        try {
            told(FIRST, ...asked);
        } catch {
            const { proposal } = told(FIRST, ...asked, '--propose');
            told(SECOND, 'proposal', 'approve', proposal);
        }
    };
    return {
        told,
        /** From here on what needs two is approved by the other. */
        together: () => change('--give', ACTS.filter(role => !roles().includes(role))),
        /** As the quickstart leaves it: the second one only reads. */
        alone: () => change('--take', ACTS.filter(role => roles().includes(role))),
        /** The second one is no operator any more, or an auditor again. */
        readsNothing: () => change('--take', ['auditor']),
        reads: () => change('--give', ['auditor'].filter(role => !roles().includes(role))),
    };
}
