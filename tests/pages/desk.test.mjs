// Everybody can read every page on which an application is made.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

function run(script, ...words) {
  const { status, error } = spawnSync(process.execPath, [script, ...words], { cwd: here, stdio: "inherit" });
  assert.ifError(error);
  assert.equal(status, 0, `${script} ${words.join(" ")}`);
}

test("no page of the desk keeps a reader out, wide or on a phone, light or dark, with or without script", () => {
  const pages = mkdtempSync(join(tmpdir(), "sekisho-desk-pages."));
  try {
    run("desk.mjs", pages);
    run("axe.mjs", pages);
  } finally {
    rmSync(pages, { recursive: true });
  }
});
