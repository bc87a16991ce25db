// Our programs as `cargo test --workspace` builds them. Asked for one package alone, cargo would choose other features for what
// packages share and build half of it again; asked from another folder, it may take another compiler.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");

function cargo(...words) {
  const { status, stdout, error } = spawnSync("cargo", words, { cwd: repository, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] });
  assert.ifError(error);
  assert.equal(status, 0, `cargo ${words.join(" ")}`);
  return stdout;
}

/** Builds what is not built yet; where the program `ca-tools` or the example `examples/pages` is. */
export function built(name) {
  cargo("build", "--quiet", "--locked", "--workspace", "--bin", "ca-tools", "--example", "pages");
  const { target_directory } = JSON.parse(cargo("metadata", "--no-deps", "--format-version", "1"));
  return join(target_directory, "debug", name);
}
