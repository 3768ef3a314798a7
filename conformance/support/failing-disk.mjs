import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("failing-disk.c", import.meta.url));

/** What to give a test as `skip`: false where the tool is, a reason where it is not. In CI nothing may be missing. */
export function without(tool) {
  const isThere = process.env.PATH.split(path.delimiter).some((directory) => existsSync(path.join(directory, tool)));
  return isThere || process.env.CI === "true" ? false : `${tool} is missing`;
}

/** A disk that fails under one server's store when it is told to: `env` is what that server is started with. */
export class FailingDisk {
  #home = mkdtempSync(path.join(tmpdir(), "failing-disk-"));
  #word = path.join(this.#home, "word");
  #library = path.join(this.#home, "failing-disk.so");

  constructor() {
    execFileSync("gcc", ["-shared", "-fPIC", "-O1", "-o", this.#library, SOURCE, "-ldl"]);
  }

  get env() {
    return { LD_PRELOAD: this.#library, FAILING_DISK: this.#word };
  }

  /** From now on: `ENOSPC`, `EIO`, `EROFS` or `HANG`, as failing-disk.c has it. */
  fail(word) {
    writeFileSync(this.#word, word);
  }

  mend() {
    rmSync(this.#word, { force: true });
  }

  dispose() {
    rmSync(this.#home, { recursive: true, force: true });
  }
}

/** Bounds how long the files are that a running process may write; the system refuses all beyond. */
export function limitFileSize(pid, bytes) {
  execFileSync("prlimit", [`--pid=${pid}`, `--fsize=${bytes}:unlimited`]);
}
