import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Client } from "../../../conformance/support/client.mjs";
import { within } from "../../../conformance/support/time.mjs";

const IN_RO_ROOT = fileURLToPath(new URL("in-ro-root.sh", import.meta.url));
const LISTENS = /listens on http:\/\/[\w.]+:(\d+) /;

/** A command of a system: what it wrote on both streams, and its exit code. */
export function command(name, ...args) {
  const { status, stdout, stderr, error } = spawnSync(name, args, { encoding: "utf8", env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8" } });
  assert.ifError(error);
  return { code: status, text: stdout + stderr };
}

/** The same, and insists on success. */
export function succeed(name, ...args) {
  const { code, text } = command(name, ...args);
  assert.equal(code, 0, `${name} ${args.join(" ")}: ${text}`);
  return text;
}

/** An installed server that can write nothing but `directory`, as `user`; `launcher` and `directory` are paths in `root`. */
export class Installed {
  #child;
  #closed;
  output = "";

  static async start({ root = "/", directory, user, launcher, env = {} }) {
    const server = new Installed();
    const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    server.#child = spawn(IN_RO_ROOT, [root, directory, user, ...settings, launcher, "serve"], { stdio: ["ignore", "pipe", "pipe"] });
    server.#closed = once(server.#child, "close");
    const listens = new Promise((resolve, reject) => {
      for (const stream of [server.#child.stdout, server.#child.stderr]) {
        stream.setEncoding("utf8").on("data", (text) => {
          server.output += text;
          const [, port] = server.output.match(LISTENS) ?? [];
          if (port) {
            resolve(port);
          }
        });
      }
      server.#closed.then(([code, signal]) => reject(new Error(`the server ended at once (${code ?? signal}):\n${server.output}`)));
    });
    try {
      server.port = await within(listens, () => `the server does not listen:\n${server.output}`);
    } catch (failure) {
      server.#child.kill("SIGKILL");
      throw failure;
    }
    server.url = `http://127.0.0.1:${server.port}`;
    return server;
  }

  /** One that somebody else has started, on this port. */
  static at(port) {
    const server = new Installed();
    server.url = `http://127.0.0.1:${port}`;
    return server;
  }

  /** The launcher, and all that called it, has become the server. */
  get pid() {
    return this.#child.pid;
  }

  /** Ends it as systemd would; gives back the exit code. */
  async stop() {
    this.#child.kill("SIGTERM");
    const [code] = await within(this.#closed, () => `the server does not end:\n${this.output}`);
    return code;
  }

  /** For good, however it is. */
  dispose() {
    this.#child.kill("SIGKILL");
  }

  /** A stock client says this in the Lobby; gives back the contents of all that was ever said there. */
  async say(content) {
    // Between two calls the server may be another one, which knows of no connection.
    const connection = "close";
    const answer = await fetch(`${this.url}/dev/token`, {
      method: "POST",
      headers: { connection, "content-type": "application/json" },
      body: JSON.stringify({ username: "ada" }),
    });
    const { token } = await answer.json();
    const client = await Client.of(this, { token });
    try {
      client.emit("authenticate", {});
      const [{ id: groupId }] = await client.log.until("user_groups");
      const sent = await client.request("send_message", { groupId, content });
      assert.equal(sent.ok, true, JSON.stringify(sent));
      client.emit("join_group", { groupId, lastSeq: 0 });
      await client.log.until("group_joined");
      const history = await fetch(`${this.url}/api/messages/group/${groupId}?limit=100`, { headers: { connection, authorization: `Bearer ${token}` } });
      const { messages } = await history.json();
      return messages.map((message) => message.content);
    } finally {
      client.close();
    }
  }
}
