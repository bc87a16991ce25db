// Can everybody read the gateway's pages? Opens each in Chromium, wide and on a phone, light and dark, and tells
// what axe finds, what scrolls sideways, what is too small to press, and what the browser complains about.
//
//   cargo run -p gateway --example pages -- DIRECTORY
//   node axe.mjs DIRECTORY [--shots DIRECTORY] [--only PART-OF-A-NAME]
//
// Each page is served with its own content security policy, so that a style or script the policy forgot is a finding.

import { readFileSync, readdirSync, mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { shots: { type: "string" }, only: { type: "string", default: "" } },
});
const [directory] = positionals;
if (!directory) {
  console.error("usage: node axe.mjs DIRECTORY [--shots DIRECTORY] [--only PART-OF-A-NAME]");
  process.exit(2);
}
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// Several refusals share one page, to the byte: it is looked at once.
const seen = new Set();
const isNew = (name) => seen.size < seen.add(readFileSync(join(directory, name), "utf8")).size;
const chosen = readdirSync(directory).filter((name) => name.endsWith(".html") && name.includes(options.only));
const pages = chosen.filter(isNew);
if (pages.length === 0) {
  console.error(`no pages in ${directory}`);
  process.exit(2);
}
if (options.shots) mkdirSync(options.shots, { recursive: true });

const WIDTHS = [1280, 360];
// 1280 px at a zoom of 400 % (WCAG 2.2, 1.4.10).
const NARROWEST = 320;
const SMALLEST_BUTTON = 44;

const server = createServer((request, response) => {
  const name = decodeURIComponent(new URL(request.url, "http://localhost").pathname.slice(1));
  if (!pages.includes(name)) return void response.writeHead(404).end();
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": readFileSync(join(directory, name.replace(/html$/, "csp")), "utf8"),
  });
  response.end(readFileSync(join(directory, name)));
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

const findings = [];

async function audit(page, name, width, scheme) {
  const find = (what) => findings.push(`${name} ${width} ${scheme}: ${what}`);
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: scheme });
  // The scheme changes colours and nothing else.
  const rules = scheme === "dark" ? { runOnly: ["color-contrast"] } : {};
  const { violations } = await page.evaluate((rules) => axe.run({ resultTypes: ["violations"], ...rules }), rules);
  for (const { id, help, nodes } of violations) {
    for (const node of nodes) find(`${id}: ${help}: ${node.target} ${node.failureSummary ?? ""}`);
  }
  const small = await page.evaluate((smallest) => {
    const pressed = [...document.querySelectorAll("button, .button, input:not([type=hidden])")];
    // Of a box or a ring, its label is pressed as well.
    const target = (element) => (element.matches("[type=checkbox],[type=radio]") && element.closest("label")) || element;
    const low = (element) => element.checkVisibility() && target(element).getBoundingClientRect().height < smallest;
    return pressed.filter(low).map((element) => element.outerHTML);
  }, SMALLEST_BUTTON);
  for (const element of small) find(`lower than ${SMALLEST_BUTTON} px: ${element}`);
  if (options.shots) {
    await page.screenshot({ path: join(options.shots, `${name}.${width}.${scheme}.png`), fullPage: true });
  }
}

async function scrollsSideways(page, name, width) {
  await page.setViewportSize({ width, height: 900 });
  const [needs, has] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  if (needs > has) findings.push(`${name} ${width}: scrolls sideways, ${needs} px in ${has}`);
}

const scripted = await browser.newContext();
const scriptless = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 900 } });
// One window each, led from page to page: to open one takes as long as to look at what it shows.
const [page, plain] = [await scripted.newPage(), await scriptless.newPage()];
let file;
page.on("console", (message) => {
  if (["error", "warning"].includes(message.type())) findings.push(`${file}: console: ${message.text()}`);
});
page.on("pageerror", (error) => findings.push(`${file}: script: ${error.message}`));
page.on("request", (request) => {
  const url = request.url();
  if (url !== `${origin}/${file}` && !url.startsWith("data:")) findings.push(`${file}: asks for ${url}`);
});
for (file of pages) {
  const name = file.replace(/\.html$/, "");
  await page.goto(`${origin}/${file}`);
  await page.evaluate(axe);
  for (const width of WIDTHS) {
    for (const scheme of ["light", "dark"]) await audit(page, name, width, scheme);
  }
  for (const width of [...WIDTHS, NARROWEST]) await scrollsSideways(page, name, width);

  // Without script, what only script can serve must not be there to be pressed.
  await plain.goto(`${origin}/${file}`);
  const visible = await plain.evaluate(() => [...document.querySelectorAll("button[type=button]")].some((button) => button.checkVisibility()));
  if (visible) findings.push(`${name}: a button that needs script shows without it`);
}
for (const each of [page, plain]) await each.close();

// The two scripts do what their buttons say.
async function tries(file, what) {
  const page = await scripted.newPage();
  page.setDefaultTimeout(5000);
  try {
    await page.goto(`${origin}/${file}`);
    await what(page);
  } catch (error) {
    findings.push(`${file}: ${error.message.split("\n")[0]}`);
  }
  await page.close();
}
for (const file of pages.filter((file) => file.startsWith("login."))) {
  await tries(file, async (page) => {
    const kind = () => page.locator("#password").getAttribute("type");
    await page.locator("button[aria-controls=password]").click();
    if ((await kind()) !== "text") findings.push(`${file}: the password is not shown`);
    await page.locator("button[aria-controls=password]").click();
    if ((await kind()) !== "password") findings.push(`${file}: the password is not hidden again`);
  });
}
for (const file of pages.filter((file) => file.startsWith("KW-106"))) {
  await scripted.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  await tries(file, async (page) => {
    await page.locator("#copy").click();
    await page.locator("#copied:not(:empty)").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    if (copied !== (await page.locator("#address").textContent())) findings.push(`${file}: copied ${copied}`);
  });
}

await browser.close();
server.close();
for (const finding of findings) console.error(finding);
console.log(`${pages.length} pages, ${findings.length} findings`);
process.exit(findings.length === 0 ? 0 : 1);
