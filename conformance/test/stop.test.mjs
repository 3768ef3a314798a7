import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, TRANSPORTS } from "../support/client.mjs";
import { FailingDisk, without } from "../support/failing-disk.mjs";
import { VerbatimServer } from "../support/server.mjs";
import { within } from "../support/time.mjs";

describe("SIGTERM", () => {
  let server, ada, groupId, clients;

  before(async () => {
    server = await VerbatimServer.start();
    ada = await server.signIn("ada");
    groupId = await server.lobby(ada);
    clients = [];
    for (const options of Object.values(TRANSPORTS)) {
      clients.push(await Client.of(server, { ...ada, ...options }));
    }
    await clients.at(-1).log.until("upgrade");
  });

  after(async () => {
    clients?.forEach((client) => client.close());
    await server?.dispose();
  });

  test("closes transports and ends in time, and what was answered stays", async () => {
    const closes = clients.map(({ socket }) => new Promise((resolve) => socket.once("disconnect", (reason, details) => resolve({ reason, details }))));
    const { ok } = await clients[0].request("send_message", { groupId, content: "the last word", tempId: "last" });
    assert.equal(ok, true);
    // What takes longer than it may ends with another code.
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    const ends = await within(Promise.all(closes), () => "a client was not told");
    for (const [i, { reason, details }] of ends.entries()) {
      // "io server disconnect" would keep a stock client away.
      assert.equal(reason, "transport close", `client ${i}`);
      if (Object.values(TRANSPORTS)[i].transports.includes("websocket")) {
        assert.equal(details.context.code, 1001, `client ${i}`);
      }
    }
  });

  test("has stock clients come back by themselves when there is a server again", async () => {
    const since = clients.map(({ log }) => log.length);
    await server.restart();
    await Promise.all(clients.map(({ log }, i) => log.until("connect", () => true, since[i])));
    const { message } = await clients[1].request("send_message", { groupId, content: "again", tempId: "last" });
    assert.equal(message.content, "the last word");
  });
});

describe("the latest end", () => {
  const SHUTDOWN_TIMEOUT_MS = 2_000;
  /** Within the time, and what a busy machine takes to end a process and to tell of it. */
  const END_MS_MAX = SHUTDOWN_TIMEOUT_MS + 3_000;
  /** Each line of the access log has some 100 bytes: more than all pipes and buffers on the way take. */
  const LINES = 4_000;
  const AT_ONCE = 50;

  const started = (t, env = {}) =>
    VerbatimServer.start({ SHUTDOWN_TIMEOUT_MS: String(SHUTDOWN_TIMEOUT_MS), ...env }).then((server) => {
      t.after(() => server.dispose());
      return server;
    });

  /** Ends the server, in time from the signal to the end of the process; gives back the exit code and signal. */
  async function stopInTime(server) {
    const { pid } = server;
    const began = performance.now();
    const stopped = server.stop();
    await within(gone(pid), () => "it does not end");
    const took = performance.now() - began;
    assert.ok(took < END_MS_MAX, `it took ${took} ms`);
    // What it has written is still to be read.
    server.readOn();
    return stopped;
  }

  async function gone(pid) {
    try {
      for (;;) {
        process.kill(pid, 0);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    } catch (failure) {
      assert.equal(failure.code, "ESRCH");
    }
  }

  test("comes though the store hangs, and is no success; what was not acknowledged may be said again", { skip: without("gcc") }, async (t) => {
    const disk = new FailingDisk();
    t.after(() => disk.dispose());
    const server = await started(t, disk.env);
    const ada = await server.signIn("ada");
    const groupId = await server.lobby(ada);
    const client = await Client.of(server, { ...ada, transports: ["websocket"] });
    t.after(() => client.close());
    disk.fail("HANG");
    let answered = false;
    client.socket.emit("send_message", { groupId, content: "the last word", tempId: "last" }, () => (answered = true));
    assert.deepEqual(await stopInTime(server), { code: 1, signal: null });
    assert.equal(answered, false);
    disk.mend();
    const since = client.log.length;
    await server.restart();
    await client.log.until("connect", () => true, since);
    const { ok } = await client.request("send_message", { groupId, content: "the last word", tempId: "last" });
    assert.equal(ok, true);
    const said = await server.history(ada, groupId);
    assert.deepEqual(said.filter(({ tempId }) => tempId === "last").length, 1);
  });

  test("comes though nobody reads the log", async (t) => {
    const server = await started(t, { ACCESS_LOG: "combined" });
    server.stopReading();
    for (let i = 0; i < LINES; i += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => server.ask("GET", "/health/live")));
    }
    assert.deepEqual(await stopInTime(server), { code: 0, signal: null });
  });

  test("comes though a client does not read", async (t) => {
    const server = await started(t);
    const [ada, grace] = [await server.signIn("ada"), await server.signIn("grace")];
    const groupId = await server.lobby(ada);
    const clients = [];
    t.after(() => clients.forEach((client) => client.close()));
    for (const user of [ada, grace]) {
      clients.push(await Client.of(server, { ...user, transports: ["websocket"] }));
    }
    clients[1].socket.io.engine.transport.ws._socket.pause();
    for (let i = 0; i < 300; i++) {
      const { ok } = await clients[0].request("send_message", { groupId, content: "word ".repeat(700) });
      assert.equal(ok, true);
    }
    assert.deepEqual(await stopInTime(server), { code: 0, signal: null });
  });
});
