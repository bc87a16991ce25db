// Writes the desk's pages as files, as its own two doors give them: for looking at, and for axe.mjs.
//
//   node desk.mjs DIRECTORY
//
// A house is made with the built program, its desk is opened, and each page is asked for as the gateway would ask.
// Beside NAME.html stands NAME.csp, the policy it was sent with.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, appendFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { built } from "./programs.mjs";

const directory = process.argv[2];
assert(directory, "usage: node desk.mjs DIRECTORY");
mkdirSync(directory, { recursive: true });
const program = built("ca-tools");
const house = mkdtempSync(join(tmpdir(), "sekisho-desk."));
const DEADLINE = 60_000;

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

const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
const base64 = (octets) => Buffer.from(octets).toString("base64url");

// The gateway's statement of this very request (gateway/README.md#the-assertion).
function assertion(person, { method, path, body }) {
  const now = Math.floor(Date.now() / 1000);
  const [plain, query] = path.split("?");
  const head = { alg: "ES256", kid: "now" };
  const claims = {
    iss: "https://gate", aud: "desk", sub: person, iat: now, exp: now + 60, office: "1272200001",
    device: "DEV-000001", roles: [], cnf: { "x5t#S256": "leaf" }, amr: ["pwd", "swk", "mfa"], htm: method,
    htp: plain, htb: base64(createHash("sha256").update(body).digest()),
    ...(query !== undefined ? { htq: base64(createHash("sha256").update(query).digest()) } : {}),
  };
  const said = `${base64(JSON.stringify(head))}.${base64(JSON.stringify(claims))}`;
  const proof = sign("sha256", Buffer.from(said), { key: keys.privateKey, dsaEncoding: "ieee-p1363" });
  return `${said}.${base64(proof)}`;
}

function ask(socket, path, { fields, person } = {}) {
  const method = fields ? "POST" : "GET";
  const body = fields ? new URLSearchParams(fields).toString() : "";
  const headers = { host: "desk", "x-forwarded-for": "192.0.2.1", "gateway-ref": "K7P4-2QX9", "sec-fetch-site": "same-origin" };
  if (fields) Object.assign(headers, { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) });
  if (person) headers["gateway-assertion"] = assertion(person, { method, path, body });
  return new Promise((answered, failed) => {
    const asked = request({ socketPath: join(house, socket), path, method, headers }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => answered({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(parts).toString() }));
    });
    asked.on("error", failed);
    asked.end(body);
  });
}

let written = 0;
async function keep(name, status, answer) {
  const { status: was, headers, text } = await answer;
  assert.equal(was, status, `${name}: ${text}`);
  writeFileSync(join(directory, `${name}.html`), text);
  writeFileSync(join(directory, `${name}.csp`), headers["content-security-policy"]);
  written += 1;
  return text;
}

const stranger = (path, fields) => ask("public.sock", path, { fields });
const contact = (path, fields) => ask("desk.sock", path, { fields, person: "k.sato" });
const colleague = (path, fields) => ask("desk.sock", path, { fields, person: "m.ito" });

// The token of the link that came last.
let letters = 0;
async function link(fields) {
  const begun = await stranger("/apply/begin", fields);
  assert.equal(begun.status, 303, begun.text);
  const sent = await keep(`apply-mailed-${letters}`, 200, stranger(begun.headers.location));
  assert(sent.includes("メール"));
  letters += 1;
  const outbox = join(house, "ca/outbox");
  const read = () =>
    (existsSync(outbox) ? readdirSync(outbox) : [])
      .filter((name) => name.endsWith(".eml"))
      .map((name) => readFileSync(join(outbox, name), "utf8").match(/\/apply\/form\?t=(\S+)/)?.[1])
      .filter((token) => token && !seen.has(token));
  const [token] = await until("mail", () => (read().length > 0 ? read() : undefined));
  seen.add(token);
  return token;
}
const seen = new Set();

const FIRST = {
  office: "1272200099", corporation: "社会福祉法人みどりの丘", name: "みどり訪問介護ステーション", telephone: "04-7167-2222",
  address: "柏市豊四季台1-1-118 柏地域医療連携センター 3階", "person-1-name": "森 太郎", "person-1-profession": "介護職",
  contact_person: "1", permission: "1", pledge: "2026-04-01",
};
const DEVICE = {
  label: "訪問用タブレット1", os: "ios", ownership: "office", "check-startup_password": "1", "check-default_changed": "1",
  "check-os_supported": "1", "check-protected": "1",
};

async function strangers() {
  await keep("apply-which", 200, stranger("/apply"));
  for (const kind of ["first_registration", "ids"]) await keep(`apply-begin-${kind}`, 200, stranger(`/apply/begin?kind=${kind}`));
  await keep("apply-begin-mistake", 422, stranger("/apply/begin", { kind: "first_registration", mail: "midori@" }));
  await keep("apply-no-link", 403, stranger("/apply/form?t=x"));
  const t = await link({ kind: "first_registration", mail: "midori@example.jp" });
  await keep("apply-first", 200, stranger(`/apply/form?t=${t}`));
  await keep("apply-first-mistakes", 422, stranger("/apply/form", { t, office: "12", telephone: "119", "person-2-name": "林" }));
  await keep("apply-first-rows", 200, stranger("/apply/form", { ...FIRST, t, do: "rows" }));
  await keep("apply-first-review", 200, stranger("/apply/form", { ...FIRST, t, do: "check" }));
  await keep("apply-first-done", 201, stranger("/apply/form", { ...FIRST, t, do: "send" }));
  const ids = await link({ kind: "ids", office: "1272200001" });
  await keep("apply-ids", 200, stranger(`/apply/form?t=${ids}`));
  for (const path of ["/pickup", "/lost"]) await keep(`public${path.replace("/", "-")}`, 200, stranger(path));
}

// A form leads to its page by 303.
async function led(fields) {
  const { status, headers } = await stranger("/pickup", fields);
  assert.equal(status, 303);
  return headers.location;
}

async function pickups() {
  const { device } = tell("device", "apply", "--office", "1272200001", "--label", "訪問用タブレット1", "--os", "linux", "--ownership", "office", "--application", "紙-3");
  tell("device", "inspect", device, "--result", "pass");
  const { confirmation_code: code } = tell("device", "approve", device);
  const outbox = join(house, "ca/outbox");
  const number = await until("number", () => {
    for (const name of readdirSync(outbox).filter((name) => name.endsWith(".eml"))) {
      const [head, ...body] = readFileSync(join(outbox, name), "utf8").split(/\r?\n\r?\n/);
      const plain = body.join("\n\n");
      const text = /^content-transfer-encoding: base64/im.test(head) ? Buffer.from(plain, "base64").toString() : plain;
      const found = text.includes(device) && text.match(/取得用番号：([a-z2-9-]{19})/);
      if (found) return found[1];
    }
    return undefined;
  });
  await keep("pickup-wrong", 403, stranger(await led({ number, code: "abcde-fghij" })));
  await keep("pickup-management-number", 422, stranger(await led({ number: "T-000004", code })));
  const ready = await led({ number, code, here: "yes" });
  const page = await keep("pickup-ready", 200, stranger(ready));
  assert.equal((await stranger("/pickup/file", { number, code })).status, 200);
  await keep("pickup-again", 200, stranger(ready));
  await keep("pickup-over", 422, stranger("/pickup/ready?of=x"));
  const [, loss] = [...page.matchAll(/<span class="secret">([^<]+)</g)].map(([, secret]) => secret);
  const stopped = await stranger("/lost", { device, code: loss });
  assert.equal(stopped.status, 303);
  await keep("lost-stopped", 200, stranger(stopped.headers.location));
}

async function contacts() {
  await keep("office-apply-not-contact", 403, contact("/office/apply"));
  tell("office", "contact", "k.sato");
  await keep("office", 200, contact("/office/"));
  await ownOffice();
  await keep("office-apply", 200, contact("/office/apply"));
  for (const kind of ["ids", "office_change", "office_number", "certificate"]) {
    await keep(`office-apply-${kind}`, 200, contact(`/office/apply/${kind}`));
    await keep(`office-apply-${kind}-mistakes`, 422, contact(`/office/apply/${kind}`, { "person-3-name": "林" }));
  }
  const change = { mail: "new@example.jp", telephone: "04-7167-9999" };
  await keep("office-apply-office_change-review", 200, contact("/office/apply/office_change", change));
  await keep("office-apply-certificate-review", 200, contact("/office/apply/certificate", DEVICE));
  await keep("office-apply-certificate-done", 201, contact("/office/apply/certificate", { ...DEVICE, do: "send" }));
  await keep("office-apply-other-office", 403, contact("/office/apply/ids", { office: "1272200002" }));
}

// What there is of the office: all of it for the contact, their own for everybody else.
async function ownOffice() {
  const apply = (label, os) => tell("device", "apply", "--office", "1272200001", "--label", label, "--os", os, "--ownership", "office", "--application", "紙-4");
  tell("user", "add", "--office", "1272200001", "--name", "伊藤 実", "--profession", "介護支援専門員", "--id", "m.ito", "--application", "紙-5");
  apply("訪問看護ステーションの事務室のパソコン", "windows");
  const { device } = apply("訪問用スマートフォン", "android");
  tell("device", "inspect", device, "--result", "pass");
  tell("device", "approve", device);
  const sent = await contact("/office/apply/ids", { "person-1-name": "林 一郎", "person-1-profession": "看護師", reason: "採用", effective: today(), do: "send" });
  assert.equal(sent.status, 201, sent.text);
  const consent = ["--asked-by", "担当ケアマネジャー", "--person-consent", today(), "--family-consent", today(), "--heard-by", "地域医療推進課"];
  const { room } = tell("room", "open", "--name", "佐藤 ハナさん", ...consent);
  for (const who of ["k.sato", "m.ito"]) tell("room", "invite", room, who);
  tell("training", "hold", "2026", "--on", "2026-10-01", "--place", "柏市役所 本庁舎");
  tell("training", "attend", "2026", "m.ito");
  for (const place of ["", "people", "devices", "rooms", "applications", "training"]) {
    await keep(`own-office-${place || "index"}`, 200, contact(`/office/${place}`));
    await keep(`own-office-colleague-${place || "index"}`, 200, colleague(`/office/${place}`));
  }
  await keep("own-office-readiness", 200, contact("/office/readiness"));
  await keep("own-office-readiness-mistaken", 422, contact("/office/readiness?before=soon"));
  await keep("own-office-not-contact", 403, colleague("/office/readiness"));
  await keep("own-office-retire", 200, contact(`/office/devices/${device}/retire`));
  await keep("own-office-retire-at-hand", 409, contact("/office/devices/DEV-000001/retire"));
  assert.equal((await contact(`/office/devices/${device}/retire`, {})).status, 303);
  await keep("own-office-retired", 200, contact(`/office/devices?gone=${device}`));
  await keep("own-office-end", 200, contact("/office/end"));
  await keep("own-office-end-mistaken", 422, contact("/office/end", { do: "tell", last_day: "いつか" }));
  assert.equal((await contact("/office/end", { do: "tell", last_day: today() })).status, 303);
  await keep("own-office-end-told", 200, contact("/office/end"));
}

function today() {
  return new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
}

// 現況届 of the contact's office: asked, half said, overtaken, looked at once more, sent, vouched for, handed in.
async function reports() {
  await keep("office-campaign-none", 200, contact("/office/campaign"));
  const day = (days) => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Tokyo" }).format(Date.now() + days * 86_400_000);
  const { campaign } = tell("campaign", "open", "--due", day(30), "--warn-on", day(40), "--suspend-on", day(50), "--delete-on", day(60));
  const { rows } = tell("campaign", "show", campaign, "1272200001");
  await keep("own-office-asked", 200, contact("/office/"));
  const told = await keep("own-office-colleague-asked", 200, colleague("/office/"));
  assert(told.includes('href="/office/campaign"'), "whoever vouches for the contact finds where");
  const asked = await keep("office-campaign", 200, contact("/office/campaign"));
  // As a browser sends it: what is typed, and what the page carries along.
  const carried = (text) => Object.fromEntries([...text.matchAll(/<input type="(?:hidden|text)"[^>]* name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  const send = (text, fields) => contact("/office/campaign", { ...carried(text), ...fields });
  await keep("office-campaign-unanswered", 422, send(asked, { do: "check" }));
  const half = { "answer.m.ito": "continue", "person-1-name": "林 久美子", "person-1-profession": "看護師", reason: "採用" };
  assert.equal((await send(asked, { ...half, do: "save" })).status, 303);
  const saved = await keep("office-campaign-saved", 200, contact("/office/campaign?told=saved"));
  await keep("office-campaign-mistakes", 422, send(saved, { do: "save", telephone: "119", "person-2-name": "東" }));
  await keep("office-campaign-overtaken", 409, send(asked, { do: "save", "answer.m.ito": "delete" }));
  await keep("office-campaign-rest", 200, send(saved, { do: "rest" }));
  const all = Object.fromEntries(rows.map(({ id }) => [`answer.${id}`, id === "DEV-000001" ? "delete" : "continue"]));
  await keep("office-campaign-review", 200, send(saved, { ...half, ...all, do: "check" }));
  assert.equal((await send(saved, { ...half, ...all, do: "send" })).headers.location, "/office/campaign?told=waits");
  await keep("office-campaign-vouch", 200, colleague("/office/campaign"));
  const vouched = await colleague("/office/campaign", { do: "vouch", campaign, person: "k.sato" });
  assert.equal(vouched.headers.location, "/office/campaign?told=vouched");
  const whole = await keep("office-campaign-whole", 200, contact("/office/campaign"));
  assert.equal((await send(whole, { ...half, ...all, do: "send" })).headers.location, "/office/campaign?told=sent");
  await keep("office-campaign-sent", 200, contact("/office/campaign?told=sent"));
  tell("campaign", "close", campaign);
  await keep("office-campaign-late", 409, send(whole, { ...all, do: "send" }));
  await keep("office-campaign-past", 200, contact("/office/campaign"));
}

let desk;
try {
  writeFileSync(join(house, "pass"), "correct horse battery staple\n", { mode: 0o600 });
  const made = spawnSync(program, ["init", "--dir", "ca", "--passphrase-file", "pass"], { cwd: house, encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  tell("office", "register", "1272200001", "--name", "ひだまり訪問看護ステーション", "--mail", "hidamari@example.jp",
    "--contact", "佐藤 花子", "--telephone", "04-7167-1111", "--address", "柏市柏5-10-1", "--application", "紙-1");
  tell("user", "add", "--office", "1272200001", "--name", "佐藤 花子", "--profession", "看護師", "--id", "k.sato", "--application", "紙-2");
  const jwk = { ...keys.publicKey.export({ format: "jwk" }), kid: "now", alg: "ES256", use: "sig" };
  writeFileSync(join(house, "jwks.json"), JSON.stringify({ keys: [jwk] }));
  appendFileSync(join(house, "ca/ca.toml"),
    `\n[desk]\njwks_file = "../jwks.json"\nissuer = "https://gate"\nsocket = "../desk.sock"\npublic_socket = "../public.sock"\n` +
    `[links]\nhelp_url = "https://help.example.jp"\nservice_url = "https://gate.example.jp"\n`);
  desk = spawn(program, ["--config", "ca/ca.toml", "serve"], { cwd: house, stdio: "ignore" });
  await until("open door", () => existsSync(join(house, "public.sock")));
  await strangers();
  await pickups();
  await contacts();
  await reports();
  console.log(`${written} pages in ${directory}`);
} finally {
  desk?.kill();
  rmSync(house, { recursive: true });
}
