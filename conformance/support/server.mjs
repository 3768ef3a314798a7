import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { sign } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Contract } from "./contract.mjs";
import { CALLERS, LAUNCHER, run } from "./launcher.mjs";
import { keeper, noteContent, noteSettings } from "./output.mjs";
import { WAIT_MS_MAX, within } from "./time.mjs";

const HOST = "127.0.0.1";
const KEY_FILE = "development-key.pem";

/** The launcher builds first, in minutes, where sources are newer than the package. */
const START_MS_MAX = 300_000;

/** What it writes as soon as it may be asked. */
const LISTENS = /listens on http:\/\/127\.0\.0\.1:(\d+) /;

/** What a Java program writes when it tells its insides. */
const STACK_TRACE = /^\s+at [\w.$/]+\(|^Caused by: |\b[\w.]+(Exception|Error)(:|$)/m;

/**
 * The packaged server, started as a user starts it, on a port and a store of its own. Limits are off
 * unless `env` sets them. Whoever starts one disposes of it.
 */
export class VerbatimServer {
  static #undisposed = new Set();

  #env;
  #running = null;
  #home;
  #secrets = new Set();

  /** Everything it ever wrote, over all its lives. */
  output = "";

  static {
    // A run that is broken off, or takes longer than --test-timeout, leaves no process and no store.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
      process.once(signal, () => process.exit(1));
    }
    process.once("exit", () => VerbatimServer.#undisposed.forEach((server) => server.#abandon()));
  }

  static async start(env = {}) {
    const server = new VerbatimServer(await mkdtemp(path.join(tmpdir(), "verbatim-")), env);
    try {
      // The system gives it a port; a restart takes the same.
      const port = await server.#spawn();
      server.#env.PORT = port;
      server.url = `http://${HOST}:${port}`;
      server.contract = await Contract.of(server.url);
    } catch (failure) {
      await server.dispose();
      throw failure;
    }
    return server;
  }

  constructor(home, env) {
    this.#home = home;
    VerbatimServer.#undisposed.add(this);
    this.#env = {
      ...CALLERS,
      LOG_FORMAT: "plain",
      ACCESS_LOG: "combined",
      PORT: "0",
      HOST,
      DATA_DIR: path.join(home, "data"),
      MESSAGE_RATE_PER_SECOND: "0",
      EVENT_RATE_PER_SECOND: "0",
      CONNECT_RATE_PER_SECOND: "0",
      ADMISSION_RATE_PER_SECOND: "0",
      RATE_LIMIT_MAX_REQUESTS: "0",
      ...env,
    };
  }

  /** Where its store is. */
  get dataDir() {
    return this.#env.DATA_DIR;
  }

  /** The launcher becomes the server, so its pid is the server's. */
  get pid() {
    return this.#running.child.pid;
  }

  /** Ends it as a power cut would. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** Starts it again on the same port and store, after `kill` or `stop`; `env` is what is set besides from now on. */
  async restart(env = {}) {
    Object.assign(this.#env, env);
    // Two would be one too many to dispose of, and this process would wait for the other for ever.
    assert.equal(this.#running, null, "it still runs");
    await this.#spawn();
  }

  /** Ends it as an operator would; gives back the exit code and signal. */
  async stop() {
    return this.#end("SIGTERM");
  }

  /** The lines in which `./verbatim verify-store` tells what is wrong with its store; it may run or not. */
  async verifyStore() {
    const { code, out, err } = await run(["verify-store"], { cwd: this.#home, env: this.#env });
    const lines = out.split("\n").filter((line) => line !== "");
    assert.equal(err, "", "verify-store complains");
    assert.equal(code, lines.length > 0 ? 1 : 0, `verify-store ends with ${code} and told ${lines.length} lines`);
    return lines;
  }

  /** Ends it for good and takes its store away; fails if it ever did what its documents do not say. */
  async dispose() {
    try {
      if (this.#running) {
        await this.#end("SIGKILL");
      }
    } finally {
      await rm(this.#home, { recursive: true, force: true });
      VerbatimServer.#undisposed.delete(this);
    }
    this.contract?.assertKept();
  }

  /** Reads no more of what it writes, as a terminal that is held, or a log shipper that hangs. */
  stopReading() {
    this.#running.child.stdout.pause();
  }

  /** Reads on, if there is more to come. */
  readOn() {
    this.#running?.child.stdout.resume();
  }

  /** Notes what must never stand in the log: tokens and what people say. */
  keepSecret(...secrets) {
    for (const secret of secrets) {
      this.#secrets.add(secret);
    }
  }

  /** The log holds no secret and no stack trace. To be asked after `stop`: it then is whole. */
  assertDiscreet() {
    assert.equal(this.#running, null, "it may yet write");
    assert.doesNotMatch(this.output, STACK_TRACE, "a stack trace in the log");
    for (const secret of this.#secrets) {
      assert.ok(!this.output.includes(secret), `the log holds a secret: ${secret.slice(0, 60)}`);
    }
  }

  /** Asks over HTTP; gives back `{status, headers, body, text}`. An object as `body` goes as JSON. */
  async ask(method, target, { token, body, headers = {} } = {}) {
    const json = body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array);
    noteContent(body?.content);
    const request = {
      method,
      headers: {
        ...(json && { "content-type": "application/json" }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: json ? JSON.stringify(body) : body,
    };
    const response = await fetch(this.url + target, { ...request, signal: AbortSignal.timeout(WAIT_MS_MAX) });
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, text, body: parsed(text) };
    this.contract.routes.check({ target, ...request }, answer);
    return answer;
  }

  /** As `ask`, and insists on success; gives back the body. */
  async do(method, target, options) {
    const { status, body, text } = await this.ask(method, target, options);
    assert.ok(status < 300, `${method} ${target}: ${status} ${text}`);
    return body;
  }

  /** A user with a token: `{token, user, username}`. Made at first use. */
  async signIn(username, names = {}) {
    const { token, user } = await this.do("POST", "/dev/token", { body: { username, ...names } });
    this.keepSecret(token);
    return { token, user, username };
  }

  /** A token like this one but for these claims, signed with the server's own key. */
  async reissue(token, claims) {
    const [head, body] = token.split(".");
    const changed = { ...JSON.parse(Buffer.from(body, "base64url")), ...claims };
    const signed = `${head}.${Buffer.from(JSON.stringify(changed)).toString("base64url")}`;
    const key = await readFile(path.join(this.#env.DATA_DIR, KEY_FILE));
    return `${signed}.${sign("sha256", signed, key).toString("base64url")}`;
  }

  /** The id of the Lobby, of which everybody signed in is a member. */
  async lobby({ token }) {
    const { groups } = await this.do("GET", "/api/groups", { token });
    return groups.find(({ name }) => name === "Lobby")._id;
  }

  /** The id of a new public group of all these users, which the first of them owns. */
  async groupOf([owner, ...others], name) {
    const { group } = await this.do("POST", "/api/groups", { token: owner.token, body: { name } });
    for (const { token } of others) {
      await this.do("POST", `/api/groups/${group._id}/join`, { token });
    }
    return group._id;
  }

  /**
   * The history of a group as it stands now, oldest first, page by page. What is said meanwhile is not
   * waited for, or a busy group's would never end.
   */
  async history({ token }, groupId) {
    const read = (query) => this.do("GET", `/api/messages/group/${groupId}?${query}`, { token });
    const newest = (await read("limit=1")).messages.at(-1)?.seq ?? 0;
    const messages = [];
    while (messages.length < newest) {
      const page = await read(`limit=100&after=${messages.at(-1)?.seq ?? 0}`);
      assert.ok(page.messages.length > 0, `the newest is ${newest}, and nothing comes after ${messages.length}`);
      messages.push(...page.messages);
    }
    return messages;
  }

  /** Starts it and gives back its port, once it listens. */
  #spawn() {
    noteSettings(this.#env);
    const keep = keeper();
    // A directory of its own keeps a developer's .env out.
    const child = spawn(LAUNCHER, ["serve"], { cwd: this.#home, env: this.#env, stdio: ["ignore", "pipe", "pipe"] });
    // Only then has all that it wrote come.
    const closed = new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
    this.#running = { child, closed };
    const before = this.output.length;
    const listens = new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text) => {
          this.output += text;
          keep(text);
          const [, port] = this.output.slice(before).match(LISTENS) ?? [];
          if (port) {
            resolve(port);
          }
        });
      }
      child.once("error", reject);
      closed.then(({ code, signal }) => reject(new Error(`the server ended at once (${code ?? signal}):\n${this.output}`)));
    });
    return within(listens, () => `the server does not listen:\n${this.output}`, START_MS_MAX);
  }

  async #end(signal) {
    const { child, closed } = this.#running;
    child.kill(signal);
    const end = await within(closed, () => `the server does not end at ${signal}:\n${this.output.slice(-2_000)}`);
    this.#running = null;
    return end;
  }

  /** As `dispose`, at the end of this process, when nothing can be waited for. */
  #abandon() {
    this.#running?.child.kill("SIGKILL");
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 10 });
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
