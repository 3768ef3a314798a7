import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "./port.mjs";
import { within } from "./time.mjs";
import { has } from "./tool.mjs";

export const hasPromtool = has("promtool", "--version");
export const hasPrometheus = has("prometheus", "--version");

/** A Prometheus of its own that scrapes one server every second. Whoever starts one disposes of it. */
export class Prometheus {
  #home;
  #child;
  #url;
  #output = "";

  static async of(server) {
    const prometheus = new Prometheus(await mkdtemp(path.join(tmpdir(), "verbatim-prometheus-")));
    try {
      await prometheus.#start(new URL(server.url).host);
      return prometheus;
    } catch (failure) {
      await prometheus.dispose();
      throw failure;
    }
  }

  constructor(home) {
    this.#home = home;
  }

  async #start(target) {
    const config = path.join(this.#home, "prometheus.yml");
    await writeFile(config, `scrape_configs: [{job_name: verbatim, scrape_interval: 1s, static_configs: [{targets: ["${target}"]}]}]\n`);
    const port = await freePort();
    this.#url = `http://127.0.0.1:${port}/api/v1`;
    const args = [`--config.file=${config}`, `--storage.tsdb.path=${this.#home}/data`, `--web.listen-address=127.0.0.1:${port}`, "--log.level=warn"];
    this.#child = spawn("prometheus", args, { cwd: this.#home, stdio: ["ignore", "ignore", "pipe"] });
    this.#child.stderr.setEncoding("utf8").on("data", (text) => (this.#output += text));
  }

  get #hasEnded() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** What the API answers at a path, once that is what is wanted. */
  async until(target, isWanted) {
    let last = "nothing";
    const waiting = (async () => {
      for (;;) {
        try {
          const answer = await fetch(`${this.#url}/${target}`);
          const { data } = await answer.json();
          last = JSON.stringify(data);
          if (isWanted(data)) {
            return data;
          }
        } catch (failure) {
          // It does not listen yet, or never will.
          assert.ok(!this.#hasEnded, `it has ended:\n${this.#output}`);
          last = String(failure);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    return within(waiting, () => `${target} is still ${last}\n${this.#output}`);
  }

  async dispose() {
    if (this.#child && !this.#hasEnded) {
      this.#child.kill("SIGKILL");
      await once(this.#child, "exit");
    }
    await rm(this.#home, { recursive: true, force: true });
  }
}
