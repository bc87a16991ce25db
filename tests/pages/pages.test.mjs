// Everybody can read every page of the gateway.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { built } from "./programs.mjs";

const here = dirname(fileURLToPath(import.meta.url));

function run(command, ...words) {
  const { status, error } = spawnSync(command, words, { cwd: here, stdio: "inherit" });
  assert.ifError(error);
  assert.equal(status, 0, `${command} ${words.join(" ")}`);
}

test("no page keeps a reader out, wide or on a phone, light or dark, with or without script", () => {
  const pages = mkdtempSync(join(tmpdir(), "sekisho-pages."));
  try {
    run(built("examples/pages"), pages);
    run(process.execPath, "axe.mjs", pages);
  } finally {
    rmSync(pages, { recursive: true });
  }
});
