import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { TRANSPORTS } from "../support/client.mjs";
import { ClientProcess } from "../support/client-process.mjs";
import { MESSAGE } from "../support/event-log.mjs";
import { TELLING } from "../support/output.mjs";
import { VerbatimServer } from "../support/server.mjs";

const ID = /^[0-9a-f]{24}$/;
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

for (const [name, options] of Object.entries(TRANSPORTS)) {
  describe(`two clients in two processes, ${name}`, () => {
    let server, ada, grace, lobby, adasClient, gracesClient;

    before(async () => {
      // That typing ends must be seen to come of its end, not of time.
      server = await VerbatimServer.start({ ...TELLING, TYPING_TIMEOUT_MS: "600000" });
      [ada, grace] = await Promise.all([server.signIn("ada"), server.signIn("grace")]);
      lobby = await server.lobby(ada);
      adasClient = await ClientProcess.of(server, ada, options);
      gracesClient = await ClientProcess.of(server, grace, options);
    });

    after(async () => {
      await Promise.all([adasClient?.close(), gracesClient?.close()]);
      await server?.dispose();
    });

    test("the second to come is announced to the first", async () => {
      const { userId, user, status } = await adasClient.log.until("user_online", (event) => event.userId === grace.user._id);
      assert.equal(userId, grace.user._id);
      assert.equal(status, "online");
      assert.deepEqual(Object.keys(user).sort(), ["_id", "firstName", "lastName", "username"]);
    });

    test("uses the transport it was told to", async () => {
      for (const client of [adasClient, gracesClient]) {
        if (name === "polling with upgrade") {
          await client.log.until("upgrade");
        }
        assert.equal(await client.transport, options.transports.at(-1));
      }
    });

    test("authenticate answers with the user, the session and the groups", async () => {
      const answer = await adasClient.request("authenticate", {});
      assert.equal(answer.ok, true);
      assert.match(answer.sessionId, ID);
      assert.equal(answer.user._id, ada.user._id);
      assert.equal(answer.user.email, "ada@localhost");
      assert.equal(answer.user.clerkId, "user_dev_ada");
      assert.match(answer.user.createdAt, DATE);
      const success = await adasClient.log.until("authentication_success");
      assert.deepEqual(success.user, answer.user);
      const groups = await adasClient.log.until("user_groups");
      const mine = groups.find(({ id }) => id === lobby);
      assert.equal(mine.name, "Lobby");
      assert.equal(mine.type, "group");
      assert.equal(mine.unreadCount, 0);
      const order = adasClient.log.names().filter((each) => ["authentication_success", "user_groups"].includes(each));
      assert.deepEqual(order, ["authentication_success", "user_groups"]);
    });

    test("join_group answers with the group and who is online, the caller included", async () => {
      for (const client of [adasClient, gracesClient]) {
        const answer = await client.request("join_group", { groupId: lobby });
        assert.equal(answer.ok, true);
        assert.equal(answer.group._id, lobby);
        assert.deepEqual([...answer.onlineMembers].sort(), [ada.user._id, grace.user._id].sort());
        const joined = await client.log.until("group_joined");
        assert.equal(joined.groupId, lobby);
      }
    });

    test("typing is shown to the other and ends with the message", async () => {
      adasClient.emit("typing_start", { groupId: lobby });
      const typing = await gracesClient.log.until("user_typing");
      assert.equal(typing.userId, ada.user._id);
      assert.equal(typing.groupId, lobby);
      assert.equal(typing.user.username, "ada");
      adasClient.emit("send_message", { groupId: lobby, content: "typed" });
      const stopped = await gracesClient.log.until("user_stopped_typing");
      assert.equal(stopped.userId, ada.user._id);
      await gracesClient.log.until("new_message", ({ message }) => message.content === "typed");
      await adasClient.log.until("message_sent", ({ message }) => message.content === "typed");
      assert.deepEqual(adasClient.log.all("user_typing"), [], "the typist is not told of herself");
    });

    test("typing_stop ends typing", async () => {
      const since = gracesClient.log.length;
      adasClient.emit("typing_start", { groupId: lobby });
      await gracesClient.log.until("user_typing", undefined, since);
      adasClient.emit("typing_stop", { groupId: lobby });
      await gracesClient.log.until("user_stopped_typing", undefined, since);
    });

    test("a message is acknowledged, told to its sender and delivered to the other", async () => {
      const tempId = "hello-1";
      const since = adasClient.log.length;
      const { ok, message } = await adasClient.request("send_message", { groupId: lobby, content: "  Hello, wörld 🐎\u0000! \n", tempId });
      assert.equal(ok, true);
      assert.equal(message.content, "Hello, wörld 🐎\u0000!", "trimmed and otherwise as it was");
      assert.equal(message.tempId, tempId);
      assert.equal(message.senderId, ada.user._id);
      assert.equal(message.type, "text");
      assert.equal(message.isDeleted, false);
      assert.match(message._id, ID);
      assert.match(message.createdAt, DATE);
      const sent = await adasClient.log.until("message_sent", (event) => event.tempId === tempId, since);
      assert.deepEqual(sent.message, message);
      const { message: received, sender } = await gracesClient.log.until("new_message", (event) => event.message._id === message._id);
      const { tempId: _, ...withoutTempId } = message;
      assert.deepEqual(received, withoutTempId, "the tempId is its sender's own");
      assert.equal(sender.username, "ada");
    });

    test("a retry gets the first message again and is not delivered again", async () => {
      const payload = { groupId: lobby, content: "once", tempId: "once-1" };
      const first = await gracesClient.request("send_message", payload);
      const again = await gracesClient.request("send_message", { ...payload, content: "twice" });
      assert.deepEqual(again.message, first.message);
      await gracesClient.request("send_message", { groupId: lobby, content: "fence" });
      await adasClient.log.until("new_message", ({ message }) => message.content === "fence");
      const delivered = adasClient.log.all("new_message").filter(({ message }) => message._id === first.message._id);
      assert.equal(delivered.length, 1);
      assert.deepEqual(adasClient.log.all("new_message").filter(({ message }) => message.content === "twice"), []);
    });

    test("a read receipt reaches the author", async () => {
      const { message } = await adasClient.request("send_message", { groupId: lobby, content: "read me" });
      const answer = await gracesClient.request("mark_message_read", { groupId: lobby, messageId: message._id });
      assert.equal(answer.ok, true);
      assert.equal(answer.readBy, grace.user._id);
      const receipt = await adasClient.log.until("message_read", (event) => event.messageId === message._id);
      assert.equal(receipt.readBy, grace.user._id);
      assert.equal(receipt.groupId, lobby);
      assert.match(receipt.readAt, DATE);
      const stored = (await server.history(ada, lobby)).find(({ _id }) => _id === message._id);
      assert.deepEqual(stored.readBy.map(({ userId }) => userId), [grace.user._id]);
    });

    test("online users are the two, each once", async () => {
      const answer = await adasClient.request("get_online_users", { groupId: lobby });
      assert.equal(answer.ok, true);
      assert.equal(answer.groupId, lobby);
      assert.deepEqual(answer.users.map(({ user }) => user.username).sort(), ["ada", "grace"]);
      for (const { status, deviceType, lastActivity } of answer.users) {
        assert.equal(status, "online");
        assert.equal(deviceType, "web");
        assert.match(lastActivity, DATE);
      }
      await adasClient.log.until("online_users");
    });

    test("both see one order when they talk at once", async () => {
      const since = { ada: adasClient.log.length, grace: gracesClient.log.length };
      const talk = (client, who) =>
        Promise.all(Array.from({ length: 50 }, (_, n) => client.request("send_message", { groupId: lobby, content: `${who} ${n}` })));
      const answers = (await Promise.all([talk(adasClient, "ada"), talk(gracesClient, "grace")])).flat();
      assert.ok(answers.every(({ ok }) => ok));
      const seqs = answers.map(({ message }) => message.seq).sort((a, b) => a - b);
      const newest = seqs.at(-1);
      const seen = async (client, from) => {
        for (const seq of seqs) {
          await client.log.until(MESSAGE, ({ message }) => message.seq === seq, from);
        }
        return client.log.messages(lobby, from).map(({ seq, content }) => `${seq} ${content}`);
      };
      const inOrder = answers.map(({ message }) => message).sort((a, b) => a.seq - b.seq).map(({ seq, content }) => `${seq} ${content}`);
      assert.deepEqual(await seen(adasClient, since.ada), inOrder);
      assert.deepEqual(await seen(gracesClient, since.grace), inOrder);
      const stored = await server.history(ada, lobby);
      assert.deepEqual(stored.map(({ seq }) => seq), Array.from({ length: newest }, (_, i) => i + 1));
      for (const who of ["ada", "grace"]) {
        const hers = stored.filter(({ content }) => content.startsWith(`${who} `)).map(({ content }) => Number(content.split(" ")[1]));
        assert.deepEqual(hers, Array.from({ length: 50 }, (_, i) => i));
      }
    });

    test("lastSeq brings what was missed, in order, after group_joined", async () => {
      const stored = await server.history(ada, lobby);
      const lastSeq = stored.length - 7;
      const since = adasClient.log.length;
      const answer = await adasClient.request("join_group", { groupId: lobby, lastSeq });
      assert.equal(answer.ok, true);
      await adasClient.log.until("new_message", ({ message }) => message.seq === stored.length, since);
      const replayed = adasClient.log.all("new_message", since).map(({ message }) => message.seq);
      assert.deepEqual(replayed, stored.slice(-7).map(({ seq }) => seq));
      assert.equal(adasClient.log.names(since)[0], "group_joined");
    });

    test("leave_group leaves the room and not the group", async () => {
      const answer = await gracesClient.request("leave_group", { groupId: lobby });
      assert.equal(answer.ok, true);
      await gracesClient.log.until("group_left", ({ groupId }) => groupId === lobby);
      const { message } = await adasClient.request("send_message", { groupId: lobby, content: "behind her back" });
      const { ok } = await gracesClient.request("send_message", { groupId: lobby, content: "still a member" });
      assert.equal(ok, true);
      const joined = await gracesClient.request("join_group", { groupId: lobby, lastSeq: message.seq });
      assert.equal(joined.ok, true);
      assert.deepEqual(gracesClient.log.all("new_message").filter((event) => event.message._id === message._id), []);
    });

    test("the log tells nothing of what was said", async () => {
      // The clients stay, and come back while it ends.
      await server.stop();
      server.keepSecret("Hello, wörld", "behind her back");
      server.assertDiscreet();
    });
  });
}
