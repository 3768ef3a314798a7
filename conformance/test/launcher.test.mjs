import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { CALLERS, run } from "../support/launcher.mjs";
import { within } from "../support/time.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

describe("a checkout that is built again while its server runs", () => {
  let home, server, url;

  const checkout = (...names) => path.join(home, "checkout", ...names);
  const copies = () => readdirSync(checkout("server/target/copies")).filter((name) => name !== "newest");

  const settings = () => ({ DATA_DIR: path.join(home, "data"), PORT: "0", HOST: "127.0.0.1", LOG_FORMAT: "plain" });
  const ask = (args, launcher = checkout("verbatim")) => run(args, { cwd: home, env: settings(), launcher });

  const serve = () => {
    const child = spawn(checkout("verbatim"), ["serve"], { cwd: home, env: { ...CALLERS, ...settings() }, stdio: ["ignore", "pipe", "pipe"] });
    child.output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (child.output += text));
    }
    child.ended = once(child, "close");
    return child;
  };

  const listens = (child) =>
    within(
      new Promise((resolve, reject) => {
        child.stdout.on("data", () => {
          const [found] = child.output.match(/http:\/\/127\.0\.0\.1:\d+/) ?? [];
          if (found) {
            resolve(found);
          }
        });
        child.ended.then(() => reject(new Error(child.output)));
      }),
      () => `it does not listen: ${child.output}`,
    );

  /** The mark of a whole build, that much later. */
  const buildAgain = (minutes) => {
    const time = new Date(Date.now() + minutes * 60_000);
    utimesSync(checkout("server/target/app/built"), time, time);
  };

  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), "verbatim-launcher-"));
    mkdirSync(checkout("server/target"), { recursive: true });
    for (const name of ["verbatim", "pom.xml", "server/target/app"]) {
      cpSync(path.join(ROOT, name), checkout(name), { recursive: true, preserveTimestamps: true });
    }
    server = serve();
    url = await listens(server);
  });

  after(async () => {
    server?.kill("SIGKILL");
    await server?.ended;
    await rm(home, { recursive: true, force: true });
  });

  test("leaves the server what it runs on, in whatever order it needs that, and its stop", async () => {
    assert.equal((await fetch(`${url}/health`)).status, 200);
    const [first] = copies();
    for (const minutes of [1, 2, 3]) {
      buildAgain(minutes);
      assert.match((await ask(["token", "ada"])).out, /^eyJ/);
    }
    const left = copies();
    assert.ok(left.includes(first) && left.length === 3, left.join(" "));
    writeFileSync(checkout("server/target/app/verbatim.jar"), "no jar");
    for (const route of ["/", "/metrics", "/openapi.yaml", "/js/conversation.js"]) {
      assert.equal((await fetch(url + route)).status, 200, route);
    }
    server.kill("SIGTERM");
    const [code] = await within(server.ended, () => `it does not end: ${server.output}`);
    assert.equal(code, 0, server.output);
    assert.match(server.output, /Stopped after /);
  });

  test("drops the copy of a server that has ended", async () => {
    cpSync(path.join(ROOT, "server/target/app/verbatim.jar"), checkout("server/target/app/verbatim.jar"), { preserveTimestamps: true });
    for (const minutes of [4, 5]) {
      buildAgain(minutes);
      assert.equal((await ask(["token", "ada"])).code, 0);
    }
    assert.equal(copies().length, 2);
  });

  test("is found through a link to its launcher", async () => {
    const link = path.join(home, "link");
    symlinkSync(checkout("verbatim"), link);
    assert.match((await ask(["--version"], link)).out, /^verbatim \d/);
    assert.match((await ask(["token", "ada"], link)).out, /^eyJ/);
  });
});
