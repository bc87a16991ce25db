// The clerk at the telephone: the ten jobs that the city's operators have most, each from the console's first page to its end, with
// how many steps it took (a press, a field) and how long. None needs a command, or root at the gateway.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import https from 'node:https';
import { after, before, test } from 'node:test';
import { offerCertificate, quickstart } from './house.mjs';
import { atConsole, atWork, FIRST, operatorHome, operators } from './operators.mjs';

const env = quickstart();
const city = operators(env);
const done = (...words) => city.told(FIRST, ...words);
const stamp = Date.now();
const office = `99${String(stamp).slice(-8)}`;
const took = [];
let withdraw, home, callers;

/** An office with four people, a device, and a room of theirs: what callers call about. */
function made() {
    done('office', 'register', office, '--corporation', '医療法人 けやき会', '--name', 'けやき訪問看護', '--contact', '森 太郎', '--mail', `keyaki-${stamp}@example.jp`,
        '--telephone', '04-7100-1111', '--address', '千葉県柏市', '--pledge', '2026-04-01', '--application', 'S1-JOBS');
    const person = (name, profession) => done('user', 'add', '--office', office, '--name', name, '--profession', profession, '--application', 'Y1-JOBS').login_id;
    const people = [['森太郎', '介護職'], ['林久美子', '看護師'], ['原健', '看護師'], ['東里美', 'リハビリ職']].map(each => person(...each));
    const device = done('device', 'apply', '--office', office, '--label', '訪問用スマートフォン', '--os', 'android', '--ownership', 'office', '--application', 'S-JOBS').device;
    done('device', 'inspect', device, '--result', 'pass');
    done('device', 'approve', device);
    const file = `${home}/jobs.p12`;
    done('cert', 'issue', '--device', device, '--format', 'p12', '--out', file, '--days', '40');
    const room = done('room', 'open', '--name', '川口 様').room;
    for (const each of people.slice(0, 2)) done('room', 'invite', room, each);
    return { people, device, room };
}

/** Five wrong passwords at a device of the house: the code that the page shows at the end. */
async function lockedOut(login) {
    const agent = new https.Agent({ ca: fs.readFileSync(env.SERVER_CA), cert: fs.readFileSync(env.DEVICE_CERT), key: fs.readFileSync(env.DEVICE_KEY) });
    const attempt = () => new Promise((resolve, reject) => {
        const body = new URLSearchParams({ login_id: login, password: 'not-the-password-1!', return_to: '/' }).toString();
        const headers = { accept: 'application/problem+json', 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
        const asked = https.request(`${env.SITE_URL}/.gateway/login`, { agent, method: 'POST', headers }, answer => {
            let text = '';
            answer.on('data', part => { text += part; });
            answer.on('end', () => resolve(JSON.parse(text)));
        });
        asked.on('error', reject);
        asked.end(body);
    });
    for (let attempts = 0; attempts < 6; attempts += 1) {
        const said = await attempt();
        if (said.code === 'KW-202') {
            agent.destroy();
            return said.ref;
        }
    }
    throw new Error(`${login} is not locked`);
}

before(() => {
    withdraw = offerCertificate(env);
    home = operatorHome(env, FIRST);
    callers = made();
});
after(() => {
    withdraw?.();
    if (home) fs.rmSync(home, { recursive: true, force: true });
    console.log('steps, seconds, and what it took before');
    for (const { job, steps, seconds, was } of took) console.log(`${String(steps).padStart(3)}  ${seconds.toFixed(1).padStart(5)} s  ${job}（以前：${was}）`);
});

/** One job from the console's first page; `ready` is what must have happened before, and is not the clerk's time. */
function job(name, was, { ready = async () => ({}), work }) {
    test(name, async () => {
        const known = await ready(callers);
        const { context, page } = await atConsole(env, { home, who: FIRST });
        try {
            if (known.until) await known.until(page);
            await page.goto(env.CONSOLE_URL);
            const clerk = atWork(page);
            await work(clerk, { ...callers, ...known });
            took.push({ job: name, was, ...clerk.took() });
            assert.deepEqual(page.complaints, []);
        } finally {
            await context.close();
        }
    });
}

/** The gateway's word reaches the desk a moment after the refusal. */
const toldOf = ref => async page => {
    for (let tries = 0; tries < 200; tries += 1) {
        await page.goto(`${env.CONSOLE_URL}why?q=${ref}`);
        if (/電話で伝えること/.test(await page.locator('main').innerText())) return;
        await new Promise(resolve => setTimeout(resolve, 100));
    }
    throw new Error(`${ref} is not known to the desk`);
};

job('お問い合わせ番号を聞いて、理由と伝えることを知り、ロックを解除する', 'コマンドでは不可。ゲートウェイの root が要った', {
    ready: async ({ people }) => {
        const ref = await lockedOut(people[0]);
        return { ref, until: toldOf(ref) };
    },
    work: async (clerk, { ref }) => {
        await clerk.search(ref);
        await clerk.said(/電話で伝えること[^]*KW-202/);
        await clerk.link(/ロックを解除/);
        await clerk.press(/ロックを解除/);
        await clerk.said(/行いました/);
    },
});

job('紛失の連絡を受けて止める', '2コマンド', {
    work: async (clerk, { device }) => {
        await clerk.search(device);
        await clerk.link(/紛失/);
        await clerk.fill(/理由|事情/, '電車に忘れた');
        await clerk.press(/紛失|止める/);
        await clerk.said(/行いました/);
    },
});

job('パスワードを再発行して、電話で読む', '2コマンド（grep で探す）', {
    work: async (clerk, { people }) => {
        await clerk.search(people[1]);
        await clerk.link(/初期パスワードを再発行/);
        await clerk.press(/初期パスワードを再発行/);
        await clerk.said(/電話での読み/);
    },
});

job('この端末を使っているのはだれか', '2コマンド', {
    work: async (clerk, { device }) => {
        await clerk.search(device);
        await clerk.said(/使っている人/);
    },
});

job('60日以内に切れる電子証明書', '1コマンド（事業所と連絡先は別）', {
    work: async (clerk) => {
        await clerk.link(/^電子証明書$/);
        await clerk.link(/^60日以内$/);
        await clerk.said(/けやき訪問看護|訪問用スマートフォン/);
    },
});

job('様式1で3人を登録し、初期パスワードを渡す', '3コマンド', {
    work: async (clerk) => {
        await clerk.search(office);
        await clerk.link(/様式1/);
        await clerk.choose(/窓口/);
        for (const [number, name, profession] of [[1, '上田洋子', '看護師'], [2, '江口誠', '介護職'], [3, '岡田薫', '看護師']]) {
            await clerk.row(number, name, profession);
        }
        await clerk.pick(/理由/);
        await clerk.fill(/^いつから/, new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo' }).format());
        await clerk.press(/受け付け/);
        await clerk.tickAll();
        await clerk.press(/^合格/);
        await clerk.press(/^承認する/);
        await clerk.said(/初期パスワード[^]*初期パスワード[^]*初期パスワード/);
    },
});

job('事業所の電話番号を変える', '1〜3コマンド', {
    work: async (clerk) => {
        await clerk.search(office);
        await clerk.link(/登録内容を変更/);
        await clerk.fill(/電話番号/, '04-7100-2222');
        await clerk.press(/変更/);
        await clerk.said(/行いました[^]*04-7100-2222/);
    },
});

job('部屋を作って、4人を招待する', '5コマンド', {
    work: async (clerk, { people }) => {
        await clerk.link(/^部屋$/);
        await clerk.link(/部屋を開設/);
        await clerk.fill(/部屋の名前/, '木村 様');
        await clerk.fill(/^依頼者$/, '長男の妻');
        await clerk.fill(/本人の同意の日/, 'なし');
        await clerk.fill(/家族の同意の日/, '2026-04-01');
        await clerk.fill(/同意を聞いた人/, '地域医療推進課 佐藤');
        await clerk.press(/部屋を開設/);
        await clerk.link(/招待/);
        await clerk.fill(/招待する人/, people.join('\n'));
        await clerk.press(/^招待する$/);
        await clerk.said(/参加者（4人）/);
    },
});

job('部屋にいるのはだれか', '1コマンド＋1人に1コマンド', {
    work: async (clerk, { room }) => {
        await clerk.search(room);
        await clerk.said(/森太郎[^]*けやき訪問看護[^]*介護職/);
    },
});

job('この人は、なぜ入れないのか', 'コマンドでは不可', {
    ready: async ({ people }) => ({ until: toldOf(await lockedOut(people[2])) }),
    work: async (clerk, { people }) => {
        await clerk.search(people[2]);
        await clerk.link(/入れなかった理由/);
        await clerk.said(/電話で伝えること/);
    },
});

test('each job was done, and none took more than thirty steps', () => {
    assert.equal(took.length, 10);
    assert.deepEqual(took.filter(({ steps }) => steps > 30), []);
});
