import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { VerbatimServer } from "../support/server.mjs";

/** Each is a line of some 100 bytes in the log: more than all pipes and buffers on the way take. */
const LINES = 4_000;
const AT_ONCE = 50;

describe("the log", () => {
  let server;

  before(async () => {
    server = await VerbatimServer.start({ LOG_LEVEL: "debug" });
  });

  after(() => server?.dispose());

  /** Opens a session and sends it what is no packet, which the server logs. */
  async function sendNonsense() {
    const target = "/socket.io/?EIO=4&transport=polling";
    const opened = await server.ask("GET", target);
    const { sid } = JSON.parse(opened.text.slice(1));
    await server.ask("POST", `${target}&sid=${sid}`, { body: "4nonsense" });
  }

  test("holds nobody up when nobody reads it", async () => {
    server.stopReading();
    for (let i = 0; i < LINES; i += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, sendNonsense));
    }
    assert.equal((await server.ask("GET", "/health")).status, 200);
    server.readOn();
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    const told = server.output.match(/unknown packet type/g)?.length ?? 0;
    assert.ok(told * 100 > 256 * 1024, `only ${told} lines: too few to fill what is on the way`);
  });
});
