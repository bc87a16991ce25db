// A second press, a reload and Back in Chromium, at the desk's public door: the same file, the same password, no try lost.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { chromium } from "playwright-core";
import { built } from "./programs.mjs";

const program = built("ca-tools");
const house = mkdtempSync(join(tmpdir(), "sekisho-pressed."));
const DEADLINE = 60_000;
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
let desk, door, origin, browser;

function tell(...words) {
  const line = ["--config", "ca/ca.toml", "--operator", "setup", "--yes", "--json", ...words];
  const { status, stdout, stderr } = spawnSync(program, line, { cwd: house, encoding: "utf8" });
  assert.equal(status, 0, `${words.join(" ")}\n${stderr}`);
  return JSON.parse(stdout);
}

async function until(what, look) {
  const end = Date.now() + DEADLINE;
  for (;;) {
    const found = look();
    if (found) return found;
    assert(Date.now() < end, `no ${what}`);
    await pause(20);
  }
}

/** As the gateway's door stands before it: a browser speaks to an address, the desk listens on a socket. */
function opened() {
  const server = createServer((asked, answer) => {
    const headers = { ...asked.headers, host: "desk", "x-forwarded-for": "192.0.2.1" };
    const passed = request({ socketPath: join(house, "public.sock"), path: asked.url, method: asked.method, headers }, (told) => {
      answer.writeHead(told.statusCode, told.headers);
      told.pipe(answer);
    });
    passed.on("error", () => answer.writeHead(502).end());
    asked.pipe(passed);
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(server)));
}

before(async () => {
  writeFileSync(join(house, "pass"), "correct horse battery staple\n", { mode: 0o600 });
  const made = spawnSync(program, ["init", "--dir", "ca", "--passphrase-file", "pass"], { cwd: house, encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  tell("office", "register", "1272200001", "--name", "ひだまり訪問看護", "--mail", "hidamari@example.jp", "--application", "紙-1");
  appendFileSync(join(house, "ca/ca.toml"),
    '\n[desk]\njwks_file = "../jwks.json"\nissuer = "https://gate"\nsocket = "../desk.sock"\npublic_socket = "../public.sock"\n[links]\nhelp_url = "https://help.example.jp"\n');
  desk = spawn(program, ["--config", "ca/ca.toml", "serve"], { cwd: house, stdio: "ignore" });
  await until("open door", () => existsSync(join(house, "public.sock")));
  door = await opened();
  origin = `http://127.0.0.1:${door.address().port}`;
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
});

after(async () => {
  await browser?.close();
  door?.close();
  desk?.kill();
  rmSync(house, { recursive: true });
});

/** A device of this system, approved: its number in the mail, and the code of the operator's screen. */
async function ticket(os) {
  const { device } = tell("device", "apply", "--office", "1272200001", "--label", "タブレット", "--os", os, "--ownership", "office", "--application", "紙-2");
  tell("device", "inspect", device, "--result", "pass");
  const { confirmation_code: code } = tell("device", "approve", device);
  const outbox = join(house, "ca/outbox");
  const number = await until(`mail about ${device}`, () => {
    for (const name of existsSync(outbox) ? readdirSync(outbox) : []) {
      if (!name.endsWith(".eml")) continue;
      const [head, ...body] = readFileSync(join(outbox, name), "utf8").split(/\r?\n\r?\n/);
      const plain = body.join("\n\n");
      const text = /^content-transfer-encoding: base64/im.test(head) ? Buffer.from(plain, "base64").toString() : plain;
      const found = text.includes(device) && text.match(/取得用番号：([a-z2-9-]{19})/);
      if (found) return found[1];
    }
    return undefined;
  });
  return { device, number, code };
}

const loaded = (page, act) => Promise.all([page.waitForEvent("load"), act()]);

async function typed(page, { number, code }) {
  await page.goto(`${origin}/pickup?number=${number}`);
  await page.fill("input[name=code]", code);
  await loaded(page, () => page.getByRole("button", { name: "取得する", exact: true }).click());
}

const button = 'form[action$="/pickup/file"] button';
async function file(page) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return readFileSync(await download.path());
}
const password = (page) => page.locator(".secret").first().innerText();

for (const [os, agent] of [["linux", undefined], ["ios", IPHONE]]) {
  test(`the button pressed again, the tab loaded anew and Back lose nothing (${os})`, async () => {
    const given = await ticket(os);
    const context = await browser.newContext({ locale: "ja-JP", acceptDownloads: true, ...(agent ? { userAgent: agent } : {}) });
    try {
      const page = await context.newPage();
      await typed(page, given);
      const told = await password(page);
      const first = await file(page);
      // The page stays; what was pressed 0.3 s ago is pressed once more.
      assert.equal(await password(page), told);
      await pause(300);
      assert.deepEqual(await file(page), first, "the same file");
      await page.reload();
      assert.equal(await password(page), told, "a reload asks for nothing and shows the same");
      assert.match(await page.locator("body").innerText(), /ダウンロード済み/);
      assert.deepEqual(await file(page), first);
      await page.goto(`${origin}/lost`);
      await page.goBack();
      assert.equal(await password(page), told, "Back shows the page, not an error");
      // A tab that was closed: number and code once more.
      const other = await context.newPage();
      await typed(other, given);
      assert.equal(await password(other), told);
      assert.equal(tell("cert", "list", "--device", given.device).length, 1, "one certificate for all of that");
    } finally {
      await context.close();
    }
  });
}

test("two presses as fast as a hand can give one certificate", async () => {
  const given = await ticket("linux");
  const context = await browser.newContext({ locale: "ja-JP", acceptDownloads: true });
  try {
    const page = await context.newPage();
    await typed(page, given);
    const told = await password(page);
    const [download] = await Promise.all([page.waitForEvent("download"), page.dblclick(button)]);
    assert.ok(readFileSync(await download.path()).length > 1_000);
    await page.reload();
    assert.equal(await password(page), told);
    assert.equal(tell("cert", "list", "--device", given.device, "--state", "issued").length, 1);
  } finally {
    await context.close();
  }
});

test("a mistake that is loaded anew costs no try", async () => {
  const given = await ticket("linux");
  const context = await browser.newContext({ locale: "ja-JP" });
  try {
    const page = await context.newPage();
    await typed(page, { ...given, code: "abcde-fghij" });
    for (let time = 0; time < 6; time += 1) {
      assert.match(await page.locator("body").innerText(), /あと4回で/);
      await page.reload();
    }
    await typed(page, given);
    assert.ok(await password(page));
  } finally {
    await context.close();
  }
});

test("the page that says that a mail was sent sends none when it is loaded anew", async () => {
  const context = await browser.newContext({ locale: "ja-JP" });
  const outbox = join(house, "ca/outbox");
  const links = () => readdirSync(outbox).filter((name) => name.endsWith(".eml") && readFileSync(join(outbox, name), "utf8").includes("/apply/form")).length;
  try {
    const page = await context.newPage();
    for (const count of [1, 2]) {
      await page.goto(`${origin}/apply/begin?kind=first_registration`);
      await page.fill("input[name=mail]", "midori@example.jp");
      await loaded(page, () => page.getByRole("button", { name: "メールを送る", exact: true }).click());
      for (let time = 0; time < 3; time += 1) {
        assert.match(await page.locator("body").innerText(), /midori@example\.jp にメールをお送りしました/);
        await page.reload();
      }
      // Letters go out in their order: had a reload sent one, the next one would not be the second.
      await until("mail with a link", () => links() >= count);
      assert.equal(links(), count);
    }
  } finally {
    await context.close();
  }
});
