import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, TRANSPORTS } from "../support/client.mjs";
import { OldClient } from "../support/old-client.mjs";
import { VerbatimServer } from "../support/server.mjs";

const CONTENT = "Ahoj, žluťoučký 🐎";

for (const [name, options] of Object.entries(TRANSPORTS)) {
  describe(`a client of Socket.IO 2 beside one of today, ${name}`, () => {
    let server, ada, grace, lobby, old, young;

    before(async () => {
      server = await VerbatimServer.start();
      [ada, grace] = await Promise.all([server.signIn("ada"), server.signIn("grace")]);
      lobby = await server.lobby(ada);
      young = await Client.of(server, grace);
      old = await OldClient.of(server, ada, options);
    });

    after(async () => {
      old?.close();
      young?.close();
      await server?.dispose();
    });

    test("is let in by the token in its query, and announced", async () => {
      assert.equal(old.socket.id, old.socket.io.engine.id);
      await young.log.until("user_online", ({ userId }) => userId === ada.user._id);
      const answer = await old.request("authenticate");
      assert.equal(answer.ok, true);
      assert.equal(answer.user._id, ada.user._id);
      await old.log.until("user_groups");
    });

    test("uses the transport it was told to", async () => {
      if (name === "polling with upgrade") {
        await old.log.until("upgrade");
      }
      assert.equal(old.transport, name === "polling only" ? "polling" : "websocket");
    });

    test("is heard by the other, and has its acknowledgement", async () => {
      const answer = await old.request("send_message", { groupId: lobby, content: CONTENT, tempId: "old-1" });
      assert.equal(answer.ok, true);
      assert.equal(answer.message.content, CONTENT);
      const { message, sender } = await young.log.until("new_message", (event) => event.message._id === answer.message._id);
      assert.equal(message.content, CONTENT);
      assert.equal(sender.username, "ada");
      await old.log.until("message_sent", ({ tempId }) => tempId === "old-1");
    });

    test("hears the other", async () => {
      const { message } = await young.request("send_message", { groupId: lobby, content: CONTENT });
      const { message: heard, sender } = await old.log.until("new_message", (event) => event.message._id === message._id);
      assert.deepEqual(heard, message);
      assert.equal(sender.username, "grace");
    });

    test("hears many at once in their order", async () => {
      const since = old.log.length;
      const contents = Array.from({ length: 100 }, (_, n) => `${n}: ${"🐎é€".repeat(1 + (n % 3))}`);
      await Promise.all(contents.map((content) => young.request("send_message", { groupId: lobby, content })));
      await old.log.until("new_message", ({ message }) => message.content === contents.at(-1), since);
      assert.deepEqual(old.log.messages(lobby, since).map(({ content }) => content), contents);
    });

    test("is told that binary is of the wrong shape", async () => {
      const since = old.log.length;
      for (const payload of [Buffer.from("binary"), { groupId: lobby, content: Buffer.from("binary") }]) {
        const answer = await old.request("send_message", payload);
        assert.equal(answer.ok, false);
        assert.equal(answer.error.code, "VALIDATION_ERROR");
      }
      await old.log.until("validation_error", undefined, since);
      assert.equal((await old.request("send_message", { groupId: lobby, content: "still here" })).ok, true);
      assert.deepEqual(old.log.all("disconnect"), []);
    });

    test("is refused with the Error for a bad token, and reaches nothing", async () => {
      const refused = new OldClient(server, { token: "nonsense", ...options });
      try {
        const error = await refused.log.until("connect_error");
        assert.equal(error.code, "INVALID_TOKEN");
        assert.ok(error.message && error.timestamp);
        assert.deepEqual(refused.log.all("connect"), []);
        assert.deepEqual(refused.log.names(), []);
      } finally {
        refused.close();
      }
    });

    test("may come without a token, for authenticate alone", async () => {
      const guest = new OldClient(server, options);
      try {
        await guest.log.until("connect");
        const { error } = await guest.request("send_message", { groupId: lobby, content: "let me in" });
        assert.equal(error.code, "AUTHENTICATION_FAILED");
        assert.equal((await guest.request("authenticate", { token: ada.token })).ok, true);
      } finally {
        guest.close();
      }
    });

    test("comes back by itself when the server does, and asks for what it missed", async () => {
      const { message } = await old.request("send_message", { groupId: lobby, content: "before" });
      const since = { old: old.log.length, young: young.log.length };
      await server.kill();
      await old.log.until("disconnect", undefined, since.old);
      await server.restart();
      await old.log.until("connect", undefined, since.old);
      await young.log.until("connect", undefined, since.young);
      assert.equal((await old.request("leave_group", { groupId: lobby })).ok, true);
      const { message: missed } = await young.request("send_message", { groupId: lobby, content: "after" });
      assert.equal((await old.request("join_group", { groupId: lobby, lastSeq: message.seq })).ok, true);
      await old.log.until("new_message", (event) => event.message._id === missed._id, since.old);
    });

    test("the log tells nothing of what was said", async () => {
      old.close();
      young.close();
      await server.stop();
      server.keepSecret(CONTENT);
      server.assertDiscreet();
    });
  });
}
