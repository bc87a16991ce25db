// The README's pictures, from the running product at a phone's width: the login, and a refusal.
//   QUICKSTART_ENV=… node tests/browser/pictures.mjs FOLDER
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { PHONE, browser, home, offerCertificate, opened, operator, quickstart } from './house.mjs';

const folder = process.argv[2];
assert.ok(folder, 'pictures.mjs FOLDER');
const env = quickstart();
const place = home(env, { certificate: true });
const withdraw = offerCertificate(env);
const { done } = operator(env);
try {
    const context = await browser(place, PHONE);
    const taken = async (name, url, says) => {
        const page = await opened(context);
        await page.goto(url);
        assert.match(await page.innerText('body'), says);
        await page.screenshot({ path: path.join(folder, name), fullPage: true, scale: 'css' });
        await page.close();
    };
    await taken('login.png', `${env.SITE_URL}/.gateway/login`, /カシワニネット ログイン/);
    done('device', 'suspend', env.DEVICE);
    try {
        await taken('refusal.png', `${env.SITE_URL}${env.ROOM_PATH}`, /KW-107/);
    } finally {
        done('device', 'resume', env.DEVICE);
    }
    await context.close();
} finally {
    withdraw();
    fs.rmSync(place, { recursive: true });
}
