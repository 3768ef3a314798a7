import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { pause, within } from "./time.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 15_000;
const HEALTH_EVERY_MS = 25;

/** What a Java program writes when it tells its insides. */
const STACK_TRACE = /^\s+at [\w.$/]+\(|^Caused by: |\b[\w.]+(Exception|Error)(:|$)/m;

/**
 * The packaged server, started as a user starts it, on a port and a store of its own. Limits are off
 * unless `env` sets them.
 */
export class VerbatimServer {
  #env;
  #child = null;
  #home;
  #secrets = new Set();

  /** Everything it ever wrote, over all its lives. */
  output = "";

  static async start(env = {}) {
    const home = await mkdtemp(path.join(tmpdir(), "verbatim-"));
    const server = new VerbatimServer(home, await freePort(), env);
    await server.#spawn();
    return server;
  }

  constructor(home, port, env) {
    this.#home = home;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    const { PATH, HOME, JAVA_HOME, JAVA_OPTS } = process.env;
    this.#env = {
      // Nothing else of the caller's environment: a setting of hers must not change what is tested.
      ...defined({ PATH, HOME, JAVA_HOME, JAVA_OPTS }),
      PORT: String(port),
      HOST: "127.0.0.1",
      DATA_DIR: path.join(home, "data"),
      MESSAGE_RATE_PER_SECOND: "0",
      EVENT_RATE_PER_SECOND: "0",
      CONNECT_RATE_PER_SECOND: "0",
      RATE_LIMIT_MAX_REQUESTS: "0",
      ...env,
    };
  }

  /** Ends it as a power cut would. The launcher becomes the server, so its pid is the server's. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** Starts it again on the same port and store, after `kill` or `stop`. */
  async restart() {
    await this.#spawn();
  }

  /** Ends it as an operator would; gives back the exit code and signal. */
  async stop() {
    return this.#end("SIGTERM");
  }

  /** Ends it for good and takes its store away. */
  async dispose() {
    if (this.#child) {
      await this.#end("SIGKILL");
    }
    await rm(this.#home, { recursive: true, force: true });
  }

  /** Notes what must never stand in the log: tokens and what people say. */
  keepSecret(...secrets) {
    for (const secret of secrets) {
      this.#secrets.add(secret);
    }
  }

  /** The log holds no secret and no stack trace. */
  assertDiscreet() {
    assert.doesNotMatch(this.output, STACK_TRACE, "a stack trace in the log");
    for (const secret of this.#secrets) {
      assert.ok(!this.output.includes(secret), `the log holds a secret: ${secret.slice(0, 60)}`);
    }
  }

  /** Asks over HTTP; gives back `{status, headers, body, text}`. An object as `body` goes as JSON. */
  async ask(method, target, { token, body, headers = {} } = {}) {
    const json = body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array);
    const response = await fetch(this.url + target, {
      method,
      headers: {
        ...(json && { "content-type": "application/json" }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: json ? JSON.stringify(body) : body,
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
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

  /** The id of the Lobby, of which everybody signed in is a member. */
  async lobby({ token }) {
    const { groups } = await this.do("GET", "/api/groups", { token });
    return groups.find(({ name }) => name === "Lobby")._id;
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

  async #spawn() {
    // The launcher's own path, not the working directory, says which checkout it is; a directory of
    // its own keeps a developer's .env out.
    const launcher = process.env.VERBATIM ?? path.join(ROOT, "verbatim");
    const child = spawn(launcher, ["serve"], { cwd: this.#home, env: this.#env, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (this.output += text));
    }
    const died = new Promise((_, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => reject(new Error(`the server ended at once (${code ?? signal}):\n${this.output}`)));
    });
    died.catch(() => {});
    await within(START_MS_MAX, Promise.race([died, this.#healthy(child)]), () => `no health:\n${this.output}`);
  }

  async #healthy(child) {
    while (child.exitCode === null) {
      try {
        if ((await fetch(`${this.url}/health`)).ok) {
          return;
        }
      } catch {
        // Not listening yet.
      }
      await pause(HEALTH_EVERY_MS);
    }
  }

  async #end(signal) {
    const child = this.#child;
    this.#child = null;
    if (child.exitCode !== null || child.signalCode !== null) {
      return { code: child.exitCode, signal: child.signalCode };
    }
    const gone = once(child, "exit");
    child.kill(signal);
    const [code, by] = await within(STOP_MS_MAX, gone, () => "the server does not end");
    return { code, signal: by };
  }
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function defined(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
