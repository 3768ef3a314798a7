import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { MongoClient } from "mongodb";
import { FERRETDB } from "./ferretdb.mjs";
import { JAVA_MONGO } from "./java-mongo.mjs";
import { within } from "./time.mjs";

/** A MongoDB that stays up all the time, for those who have one. */
const GIVEN = process.env.VERBATIM_TEST_MONGODB_URI || undefined;

/** In place of both stand-ins. */
const NAMED = { name: "the server named", lacks: false };

/** On what tests run that need a MongoDB: the one that is named, or one that is quick and one that is a server of its own. */
export const SERVERS = GIVEN ? { quick: NAMED, own: NAMED } : { quick: JAVA_MONGO, own: FERRETDB };

/** What to give a test as `skip` that needs a MongoDB it may kill. */
export const cannotKill = GIVEN ? "VERBATIM_TEST_MONGODB_URI is not to be killed" : false;

/**
 * A database server, most often in a process of its own, which can be killed and come back on the same port and data.
 * Whoever starts one disposes of it.
 */
export class Mongo {
  static #undisposed = new Set();

  #server;
  #home;
  #running = null;
  #port = 0;
  #databases = new Map();
  #made = 0;

  static {
    // It ends by itself, with this process's end of the pipe; its data does not.
    process.once("exit", () => Mongo.#undisposed.forEach((home) => rmSync(home, { recursive: true, force: true, maxRetries: 10 })));
  }

  /** One of `SERVERS`. */
  static async start(server) {
    const mongo = new Mongo(server);
    if (server !== NAMED) {
      mongo.#home = await mkdtemp(path.join(tmpdir(), "verbatim-mongo-"));
      Mongo.#undisposed.add(mongo.#home);
      await mongo.#spawn();
    }
    return mongo;
  }

  constructor(server) {
    this.#server = server;
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

  /**
   * Ends it as a power cut would. To those who are connected it is the same where it has its data in memory alone: it
   * then only cuts all connections and takes none.
   */
  async kill() {
    if (this.#server.keepsDataWhenKilled) {
      await this.#end();
    } else {
      await this.#tell("away");
    }
  }

  /** Has it back on the same port and data, after `kill`. */
  async restart() {
    if (this.#server.keepsDataWhenKilled) {
      assert.equal(this.#running, null, "it still runs");
      await this.#spawn();
    } else {
      await this.#tell("back");
    }
  }

  async dispose() {
    for (const [name, client] of this.#databases) {
      if (GIVEN) {
        await client.db(name).dropDatabase();
      }
      await client.close();
    }
    if (this.#running) {
      await this.#end();
    }
    if (this.#home) {
      await rm(this.#home, { recursive: true, force: true });
      Mongo.#undisposed.delete(this.#home);
    }
  }

  async #spawn() {
    const [file, ...args] = await this.#server.command(this.#port, this.#home);
    const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] });
    const closed = once(child, "close");
    const running = { child, closed, complaints: "", lines: createInterface({ input: child.stdout }) };
    this.#running = running;
    child.stderr.setEncoding("utf8").on("data", (text) => (running.complaints = (running.complaints + text).slice(-2_000)));
    this.#port = Number(new URL(await this.#line()).port);
  }

  /** Has it do what a line asks for. */
  async #tell(line) {
    const done = this.#line();
    this.#running.child.stdin.write(`${line}\n`);
    assert.equal(await done, line);
  }

  /** The next line that it writes. */
  async #line() {
    const running = this.#running;
    const complaint = (what) => `${this.#server.name} ${what}:\n${running.complaints}`;
    const ended = running.closed.then(() => Promise.reject(new Error(complaint("ended"))));
    const [line] = await within(Promise.race([once(running.lines, "line"), ended]), () => complaint("says nothing"));
    return line;
  }

  async #end() {
    const { child, closed } = this.#running;
    this.#running = null;
    child.kill("SIGKILL");
    await within(closed, () => `${this.#server.name} does not end`);
  }
}
