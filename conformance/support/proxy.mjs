import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./port.mjs";
import { VerbatimServer } from "./server.mjs";
import { within } from "./time.mjs";
import { has } from "./tool.mjs";

const DEPLOY = fileURLToPath(new URL("../../deploy", import.meta.url));

/** What proxies answer of their own while nobody is behind them. */
const NOBODY_THERE = new Set([502, 504]);

export const hasNginx = has("nginx", "-v");
export const hasCaddy = has("caddy", "version");

/**
 * A reverse proxy as the examples in `deploy/` set it up, but for addresses, in front of a server. Clients take it for
 * that server. Whoever starts one disposes of it.
 */
export class Proxy {
  #server;
  #home;
  #child;
  #output = "";

  static async nginx(server) {
    return Proxy.#start(server, async (home, port) => {
      const site = path.join(home, "verbatim.conf");
      const example = await readFile(path.join(DEPLOY, "nginx/verbatim.conf"), "utf8");
      await writeFile(
        site,
        replaced(example, [
          ["server 127.0.0.1:3001;", `server ${new URL(server.url).host};`],
          ["    listen 80;\n", `    listen 127.0.0.1:${port};\n`],
          ["    listen [::]:80;\n", ""],
        ]),
      );
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((each) => `${each}_temp_path ${home}/${each};`);
      const config = path.join(home, "nginx.conf");
      await writeFile(
        config,
        `daemon off; master_process off; pid ${home}/pid; error_log stderr;\nevents {}\nhttp { access_log off; ${temporary.join(" ")} include ${site}; }\n`,
      );
      return ["nginx", "-e", "stderr", "-p", home, "-c", config];
    });
  }

  static async caddy(server) {
    return Proxy.#start(server, async (home, port) => {
      const example = await readFile(path.join(DEPLOY, "caddy/Caddyfile"), "utf8");
      const config = path.join(home, "Caddyfile");
      const site = replaced(example, [
        ["reverse_proxy 127.0.0.1:3001 {", `reverse_proxy ${new URL(server.url).host} {`],
        ["chat.example.org {", `http://127.0.0.1:${port} {`],
      ]);
      await writeFile(config, `{\n\tadmin off\n}\n\n${site}`);
      return ["caddy", "run", "--config", config];
    });
  }

  static async #start(server, configure) {
    const home = await mkdtemp(path.join(tmpdir(), "verbatim-proxy-"));
    const proxy = new Proxy(server, home);
    try {
      // Somebody else may take the port in between.
      for (let tries = 1; !(await proxy.#listens(configure)); tries++) {
        assert.ok(tries < 5, `it does not start:\n${proxy.#output}`);
      }
      return proxy;
    } catch (failure) {
      await proxy.dispose();
      throw failure;
    }
  }

  constructor(server, home) {
    this.#server = server;
    this.#home = home;
  }

  get contract() {
    return this.#server.contract;
  }

  /** As a server's, and fails where nobody is behind the proxy. */
  async ask(method, target, options) {
    const routes = {
      check: (request, answer) => {
        assert.ok(!NOBODY_THERE.has(answer.status), "nobody is there");
        this.contract.routes.check(request, answer);
      },
    };
    return VerbatimServer.prototype.ask.call({ url: this.url, contract: { routes } }, method, target, options);
  }

  async dispose() {
    if (this.#child && this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill("SIGKILL");
      await once(this.#child, "exit");
    }
    await rm(this.#home, { recursive: true, force: true });
  }

  /** Starts it, and says whether it takes connections; if not, it has ended. */
  async #listens(configure) {
    const port = await freePort();
    const [command, ...args] = await configure(this.#home, port);
    const env = { PATH: process.env.PATH, HOME: this.#home };
    this.#child = spawn(command, args, { cwd: this.#home, env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (this.#output += text));
    }
    let hasEnded = false;
    this.#child.once("exit", () => (hasEnded = true));
    this.url = `http://127.0.0.1:${port}`;
    const waiting = (async () => {
      while (!hasEnded && !(await isOpen(port))) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    await within(waiting, () => `${command} does not listen:\n${this.#output}`);
    return !hasEnded;
  }
}

function replaced(text, pairs) {
  return pairs.reduce((changed, [old, fresh]) => {
    assert.equal(changed.split(old).length, 2, `the example has no ${old}`);
    return changed.replace(old, fresh);
  }, text);
}

async function isOpen(port) {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
