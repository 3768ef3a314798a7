import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { pageModule } from "../support/page-module.mjs";

const { Groups } = await pageModule("groups.js");

/** Events as a socket brings them. */
class Events {
  #handlers = new Map();

  on(event, handler) {
    this.#handlers.set(event, handler);
  }

  bring(event, payload) {
    this.#handlers.get(event)(payload);
  }
}

const [LOBBY, NIGHT] = ["a", "b"].map((digit) => digit.repeat(24));
const message = (groupId, seq, senderId = "grace", more = {}) => ({ _id: `${groupId}-${seq}`, groupId, seq, senderId, content: `m${seq}`, createdAt: new Date(seq * 1_000).toISOString(), ...more });

describe("the page's groups", () => {
  const make = (asked = async () => ({ lastReadSeq: 0, unreadCount: 0, memberCount: 2 })) => {
    const events = new Events();
    const groups = new Groups(events, () => "ada", asked);
    events.bring("user_groups", [
      { id: LOBBY, name: "Lobby", memberCount: 2, unreadCount: 2, lastReadSeq: 5, lastMessage: message(LOBBY, 7) },
      { id: NIGHT, name: "Night", memberCount: 2, unreadCount: 0, lastReadSeq: 0 },
    ]);
    const unread = (groupId) => groups.get(groupId).unread;
    return { events, groups, unread };
  };

  test("count what the server says is unread, and what comes", () => {
    const { events, unread } = make();
    assert.equal(unread(LOBBY), 2);
    assert.equal(unread(NIGHT), 0);
    events.bring("new_message", { message: message(LOBBY, 8) });
    events.bring("new_message", { message: message(NIGHT, 1) });
    assert.equal(unread(LOBBY), 3);
    assert.equal(unread(NIGHT), 1);
  });

  test("count no message twice", () => {
    const { events, unread } = make();
    events.bring("new_message", { message: message(LOBBY, 8) });
    events.bring("new_message", { message: message(LOBBY, 8) });
    events.bring("new_message", { message: message(LOBBY, 6) });
    assert.equal(unread(LOBBY), 3);
  });

  test("have nothing unread where this user spoke last, here or on another device", () => {
    const { events, unread } = make();
    events.bring("message_sent", { message: message(LOBBY, 8, "ada") });
    assert.equal(unread(LOBBY), 0);
    events.bring("new_message", { message: message(LOBBY, 9) });
    events.bring("new_message", { message: message(LOBBY, 10, "ada") });
    assert.equal(unread(LOBBY), 0);
  });

  test("follow what is read elsewhere up to the newest", () => {
    const { events, unread } = make();
    events.bring("messages_read", { groupId: LOBBY, messageIds: [`${LOBBY}-7`], readBy: "grace" });
    assert.equal(unread(LOBBY), 2);
    events.bring("messages_read", { groupId: LOBBY, messageIds: [`${LOBBY}-7`], readBy: "ada" });
    assert.equal(unread(LOBBY), 0);
  });

  test("take the places of read messages from the open group", () => {
    const { events, groups, unread } = make();
    groups.seqOf = (groupId, messageId) => (groupId === LOBBY ? Number(messageId.split("-")[1]) : undefined);
    events.bring("messages_read", { groupId: LOBBY, messageIds: [`${LOBBY}-6`], readBy: "ada" });
    assert.equal(unread(LOBBY), 1);
  });

  test("ask the server once where the places are not known", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      let asked = 0;
      const answer = Promise.resolve({ lastReadSeq: 6, unreadCount: 1, memberCount: 2 });
      const { events, groups, unread } = make(() => (asked++, answer));
      const changed = new Promise((resolve) => (groups.onChange = resolve));
      for (const seq of [5, 6]) {
        events.bring("message_read", { groupId: LOBBY, messageId: `${LOBBY}-${seq}`, readBy: "ada" });
      }
      mock.timers.runAll();
      await changed;
      assert.equal(asked, 1);
      assert.equal(unread(LOBBY), 1);
    } finally {
      mock.timers.reset();
    }
  });

  test("stand in the order in which was last spoken", () => {
    const { events, groups } = make();
    const names = () => groups.all().map(({ name }) => name);
    events.bring("new_message", { message: message(NIGHT, 1, "grace", { createdAt: "2126-01-01T00:00:00.000Z" }) });
    assert.deepEqual(names(), ["Night", "Lobby"]);
    events.bring("new_message", { message: message(LOBBY, 8, "grace", { createdAt: "2126-01-02T00:00:00.000Z" }) });
    assert.deepEqual(names(), ["Lobby", "Night"]);
  });

  test("show the last message as it now is", () => {
    const { events, groups } = make();
    events.bring("message_edited", { message: message(LOBBY, 7, "grace", { content: "better" }) });
    assert.equal(groups.get(LOBBY).lastMessage.content, "better");
    events.bring("message_edited", { message: message(LOBBY, 6, "grace", { content: "an older one" }) });
    assert.equal(groups.get(LOBBY).lastMessage.content, "better");
    events.bring("message_deleted", { groupId: LOBBY, messageId: `${LOBBY}-7`, deletedBy: "grace" });
    assert.equal(groups.get(LOBBY).lastMessage.isDeleted, true);
    assert.equal(groups.get(LOBBY).unread, 2);
  });

  test("come and go", () => {
    const { events, groups } = make();
    const removed = [];
    groups.onRemoved = ({ name }) => removed.push(name);
    events.bring("group_updated", { group: { _id: LOBBY, name: "Hall", members: [{}, {}, {}] } });
    assert.deepEqual([groups.get(LOBBY).name, groups.get(LOBBY).memberCount, groups.get(LOBBY).unread], ["Hall", 3, 2]);
    events.bring("group_removed", { groupId: LOBBY });
    events.bring("group_removed", { groupId: LOBBY });
    assert.deepEqual(removed, ["Hall"]);
    assert.equal(groups.get(LOBBY), undefined);
  });
});
