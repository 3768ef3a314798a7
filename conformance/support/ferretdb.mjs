import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { MongoClient } from "mongodb";
import { without } from "./failing-disk.mjs";
import { within } from "./time.mjs";

const SOURCES = fileURLToPath(new URL("../../chat-storage/src/test/go/ferretdb", import.meta.url));
/** Where the tests in Java build it too. */
const BINARY = fileURLToPath(new URL("../../chat-storage/target/ferretdb/ferretdb", import.meta.url));
/** A first build takes 90 s on two idle cores. */
const BUILD_MS_MAX = 600_000;

/** A MongoDB that stays up all the time, for those who have one. */
const GIVEN = process.env.VERBATIM_TEST_MONGODB_URI || undefined;

/** What to give a test as `skip` that needs a MongoDB. */
export const withoutMongo = GIVEN ? false : without("go");

/** What to give a test as `skip` that needs one it may kill. */
export const withoutMongoToKill = GIVEN ? "VERBATIM_TEST_MONGODB_URI is not to be killed" : without("go");

let built;

/** Built once a run; later ones take what it takes to see that nothing changed. */
function build() {
  mkdirSync(path.dirname(BINARY), { recursive: true });
  built ??= promisify(execFile)("go", ["build", "-o", BINARY, "."], { cwd: SOURCES, timeout: BUILD_MS_MAX });
  return built;
}

/**
 * FerretDB in a process of its own, which can be killed and started again on the same port and data; or in its place
 * the MongoDB that VERBATIM_TEST_MONGODB_URI names. Whoever starts one disposes of it.
 */
export class FerretDb {
  static #undisposed = new Set();

  #home;
  #running = null;
  #port = 0;
  #databases = new Map();
  #made = 0;

  static {
    // It ends by itself, with this process's end of the pipe; its data does not.
    process.once("exit", () => FerretDb.#undisposed.forEach((home) => rmSync(home, { recursive: true, force: true, maxRetries: 10 })));
  }

  static async start() {
    const ferretDb = new FerretDb();
    if (!GIVEN) {
      await build();
      ferretDb.#home = await mkdtemp(path.join(tmpdir(), "ferretdb-"));
      FerretDb.#undisposed.add(ferretDb.#home);
      await ferretDb.#spawn();
    }
    return ferretDb;
  }

  get uri() {
    return GIVEN ?? `mongodb://127.0.0.1:${this.#port}/`;
  }

  /** What a server is started with to keep all in a new database, and that database as others see it: `{env, db, uri}`. */
  database() {
    const name = `verbatim_e2e_${process.pid}_${++this.#made}`;
    const client = new MongoClient(this.uri, { serverSelectionTimeoutMS: 10_000 });
    const uri = new URL(this.uri);
    uri.pathname = `/${name}`;
    this.#databases.set(name, client);
    return { env: { MONGODB_URI: this.uri, DATABASE_NAME: name }, db: client.db(name), uri: uri.href };
  }

  /** Ends it as a power cut would. */
  async kill() {
    const { child, closed } = this.#running;
    this.#running = null;
    child.kill("SIGKILL");
    await within(closed, () => "FerretDB does not end");
  }

  /** Starts it again on the same port and data. */
  async restart() {
    assert.equal(this.#running, null, "it still runs");
    await this.#spawn();
  }

  async dispose() {
    for (const [name, client] of this.#databases) {
      if (GIVEN) {
        await client.db(name).dropDatabase();
      }
      await client.close();
    }
    if (this.#running) {
      await this.kill();
    }
    if (this.#home) {
      await rm(this.#home, { recursive: true, force: true });
      FerretDb.#undisposed.delete(this.#home);
    }
  }

  async #spawn() {
    const child = spawn(BINARY, [`127.0.0.1:${this.#port}`, this.#home], { stdio: ["pipe", "pipe", "pipe"] });
    const closed = once(child, "close");
    this.#running = { child, closed };
    let complaints = "";
    child.stderr.setEncoding("utf8").on("data", (text) => (complaints = (complaints + text).slice(-2_000)));
    const lines = createInterface({ input: child.stdout });
    const told = Promise.race([once(lines, "line"), closed.then(() => Promise.reject(new Error(`FerretDB ended:\n${complaints}`)))]);
    const [line] = await within(told, () => `FerretDB does not listen:\n${complaints}`);
    this.#port = Number(new URL(line).port);
  }
}
