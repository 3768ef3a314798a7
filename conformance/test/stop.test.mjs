import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, TRANSPORTS } from "../support/client.mjs";
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
