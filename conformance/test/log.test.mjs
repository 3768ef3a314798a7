import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { VerbatimServer } from "../support/server.mjs";
import { within } from "../support/time.mjs";

/** Each is a line of some 100 bytes in the access log: more than all pipes and buffers on the way take. */
const LINES = 4_000;
const AT_ONCE = 50;

/** Opens a session and sends it what is no packet, which the server logs at debug. */
async function sendNonsense(server) {
  const target = "/socket.io/?EIO=4&transport=polling";
  const opened = await server.ask("GET", target);
  const { sid } = JSON.parse(opened.text.slice(1));
  await server.ask("POST", `${target}&sid=${sid}`, { body: "4nonsense" });
}

/** As often as it says, so many at a time. */
async function often(times, action) {
  for (let i = 0; i < times; i += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, times - i) }, action));
  }
}

/** Until the server has written this. */
async function written(server, pattern) {
  const told = async () => {
    while (!pattern.test(server.output)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await within(told(), () => `it does not say ${pattern}:\n${server.output.slice(-2_000)}`);
}

describe("the log", () => {
  let server;

  before(async () => {
    server = await VerbatimServer.start({ LOG_LEVEL: "debug", ACCESS_LOG: "combined" });
  });

  after(() => server?.dispose());

  test("holds nobody up when nobody reads it", async () => {
    server.stopReading();
    await often(LINES, () => server.ask("GET", "/health/live"));
    assert.equal((await server.ask("GET", "/health")).status, 200);
    server.readOn();
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    const told = server.output.match(/"GET \/health\/live HTTP\/1\.1" 200 /g)?.length ?? 0;
    assert.ok(told * 100 > 256 * 1024, `only ${told} lines: too few to fill what is on the way`);
  });
});

describe("the log of a server that nobody watches on a terminal", () => {
  let server, levelFile;

  before(async () => {
    server = await VerbatimServer.start({ LOG_FORMAT: "", ACCESS_LOG: "json", LOG_LEVEL_FILE: "level" });
    levelFile = path.join(path.dirname(server.dataDir), "level");
  });

  after(() => server?.dispose());

  test("is a JSON object a line", async () => {
    await server.ask("GET", "/api/groups", { headers: { "x-request-id": "r-1" } });
    await written(server, /"requestId":"r-1"/);
    const records = server.output.trim().split("\n").map((line) => JSON.parse(line));
    const access = records.find(({ requestId }) => requestId === "r-1");
    assert.deepEqual([access.method, access.url, access.route, access.status], ["GET", "/api/groups", "/api/groups", 401]);
    for (const record of records.filter(({ logger }) => logger)) {
      assert.ok(record.timestamp && record.level && record.message && record.thread, JSON.stringify(record));
    }
  });

  test("takes another level from its file, and tells then why a request is refused", async () => {
    await writeFile(levelFile, "debug\n");
    await written(server, /The level of the log is now debug/);
    const { body, headers } = await server.ask("GET", "/api/groups/0123456789abcdef01234567");
    assert.equal(body.code, "AUTHENTICATION_FAILED");
    const id = headers.get("x-request-id");
    await written(server, new RegExp(`"requestId":"${id}","code":"AUTHENTICATION_FAILED"`));
    await rm(levelFile);
    await written(server, /The level of the log is now info/);
  });

  test("counts a storm of the same line", async () => {
    await writeFile(levelFile, "debug\n");
    await written(server, /now debug[\s\S]*now debug/);
    const before = server.output.length;
    await often(1_500, () => sendNonsense(server));
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    const told = server.output.slice(before).match(/unknown packet type/g)?.length ?? 0;
    assert.ok(told >= 1_000 && told < 1_500, `${told} lines`);
    assert.match(server.output, /"message":"\d+ more within 10 s of: /);
  });
});
