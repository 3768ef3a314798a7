import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, TRANSPORTS } from "../support/client.mjs";
import { Example } from "../support/example.mjs";

for (const name of ["netty", "micronaut", "webflux"]) {
  describe(`the chat of examples/${name}`, () => {
    let example;

    before(async () => {
      example = await Example.start(name);
    });

    after(() => example?.stop("SIGKILL"));

    for (const [how, options] of Object.entries(TRANSPORTS)) {
      test(`lets two chat and tells who leaves, ${how}`, async () => {
        const ada = new Client(example, options);
        const grace = new Client(example, options);
        try {
          await ada.log.until("connect");
          await grace.log.until("connect");
          if (options.transports.length > 1) {
            await Promise.all([ada.log.until("upgrade"), grace.log.until("upgrade")]);
          }
          // What the clients before these do may still be told.
          grace.emit("say", how);
          await ada.log.until("said", (text) => text === how);
          await grace.log.until("said", (text) => text === how);
          const { id } = grace.socket;
          grace.close();
          await ada.log.until("left", (who) => who === id);
        } finally {
          ada.close();
          grace.close();
        }
      });
    }

    if (name === "netty") {
      return;
    }

    test("has the framework's own routes beside it", async () => {
      assert.match(await example.page(), /^\d+ are here$/);
    });

    test("ends the sockets when it is told to end, so that clients come back", async () => {
      const client = new Client(example, TRANSPORTS["WebSocket only"]);
      try {
        await client.log.until("connect");
        const closed = new Promise((resolve) => {
          client.socket.io.engine.once("close", (_, { context }) => resolve(context.code));
        });
        await example.stop();
        assert.equal(await closed, 1001);
      } finally {
        client.close();
      }
    });
  });
}
