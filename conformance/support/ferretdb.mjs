import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { without } from "./failing-disk.mjs";

const SOURCES = fileURLToPath(new URL("../../chat-storage/src/test/go/ferretdb", import.meta.url));
/** Where the tests in Java build it too. */
const BINARY = fileURLToPath(new URL("../../chat-storage/target/ferretdb/ferretdb", import.meta.url));
/** A first build takes 90 s on two idle cores. */
const BUILD_MS_MAX = 600_000;

let built;

/** Built once a run; later ones take what it takes to see that nothing changed. */
function build() {
  mkdirSync(path.dirname(BINARY), { recursive: true });
  built ??= promisify(execFile)("go", ["build", "-o", BINARY, "."], { cwd: SOURCES, timeout: BUILD_MS_MAX });
  return built;
}

/** A database server of its own, on SQLite: what it has answered it keeps through a kill. Its updates are not atomic. */
export const FERRETDB = {
  name: "FerretDB",
  lacks: without("go"),
  keepsDataWhenKilled: true,

  /** What starts it on a port, with its data in a directory. */
  async command(port, home) {
    await build();
    return [BINARY, `127.0.0.1:${port}`, home];
  },
};
