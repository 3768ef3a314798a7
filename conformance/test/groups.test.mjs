import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { pageModule } from "../support/page-module.mjs";
import { PageSocket, settled } from "../support/page-socket.mjs";

const { Groups } = await pageModule("groups.js");

const [LOBBY, NIGHT] = ["a", "b"].map((digit) => digit.repeat(24));
const message = (groupId, seq, senderId = "grace", more = {}) => ({ _id: `${groupId}-${seq}`, groupId, seq, senderId, content: `m${seq}`, createdAt: new Date(seq * 1_000).toISOString(), ...more });

describe("the page's groups", () => {
  const make = (asked = async () => ({ lastReadSeq: 0, unreadCount: 0, memberCount: 2 })) => {
    const events = new PageSocket();
    const groups = new Groups(events, () => "ada", asked);
    events.emit("user_groups", [
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
    events.emit("new_message", { message: message(LOBBY, 8) });
    events.emit("new_message", { message: message(NIGHT, 1) });
    assert.equal(unread(LOBBY), 3);
    assert.equal(unread(NIGHT), 1);
  });

  test("keep what was told of them before, where the server had read them earlier", () => {
    const { events, groups, unread } = make();
    const before = groups.all().map(({ id, name, lastReadSeq, unread, lastMessage }) => ({ id, name, memberCount: 2, lastReadSeq, unreadCount: unread, lastMessage }));
    events.emit("connect");
    events.emit("messages_read", { groupId: LOBBY, messageIds: [`${LOBBY}-7`], readBy: "ada" });
    events.emit("new_message", { message: message(LOBBY, 8) });
    events.emit("new_message", { message: message(NIGHT, 1) });
    events.emit("user_groups", before);
    assert.deepEqual([unread(LOBBY), unread(NIGHT)], [1, 1]);
    assert.deepEqual([LOBBY, NIGHT].map((id) => groups.get(id).lastMessage.content), ["m8", "m1"]);
  });

  test("are as the server tells of them where it had read them later", () => {
    const { events, groups, unread } = make();
    events.emit("connect");
    events.emit("new_message", { message: message(LOBBY, 8) });
    events.emit("user_groups", [{ id: LOBBY, name: "Hall", memberCount: 3, lastReadSeq: 8, unreadCount: 2, lastMessage: message(LOBBY, 10) }]);
    assert.deepEqual([groups.get(LOBBY).name, unread(LOBBY), groups.get(LOBBY).lastMessage.seq], ["Hall", 2, 10]);
    assert.equal(groups.get(NIGHT), undefined);
  });

  test("are as the server tells of them after a break, though its store may have been replaced by an older one", () => {
    const { events, groups, unread } = make();
    events.emit("new_message", { message: message(LOBBY, 8) });
    events.emit("connect");
    events.emit("user_groups", [{ id: LOBBY, name: "Lobby", memberCount: 1, lastReadSeq: 1, unreadCount: 1, lastMessage: message(LOBBY, 2) }]);
    assert.deepEqual([unread(LOBBY), groups.get(LOBBY).lastMessage.seq], [1, 2]);
  });

  test("count deleted messages as unread behind the one that is shown", () => {
    const { events, unread } = make();
    events.emit("user_groups", [{ id: LOBBY, name: "Lobby", memberCount: 2, lastReadSeq: 5, unreadCount: 5, lastMessage: message(LOBBY, 7) }]);
    assert.equal(unread(LOBBY), 5);
  });

  test("count no message twice", () => {
    const { events, unread } = make();
    events.emit("new_message", { message: message(LOBBY, 8) });
    events.emit("new_message", { message: message(LOBBY, 8) });
    events.emit("new_message", { message: message(LOBBY, 6) });
    assert.equal(unread(LOBBY), 3);
  });

  test("have nothing unread where this user spoke last, here or on another device", () => {
    const { events, unread } = make();
    events.emit("message_sent", { message: message(LOBBY, 8, "ada") });
    assert.equal(unread(LOBBY), 0);
    events.emit("new_message", { message: message(LOBBY, 9) });
    events.emit("new_message", { message: message(LOBBY, 10, "ada") });
    assert.equal(unread(LOBBY), 0);
  });

  test("follow what is read elsewhere up to the newest", () => {
    const { events, unread } = make();
    events.emit("messages_read", { groupId: LOBBY, messageIds: [`${LOBBY}-7`], readBy: "grace" });
    assert.equal(unread(LOBBY), 2);
    events.emit("messages_read", { groupId: LOBBY, messageIds: [`${LOBBY}-7`], readBy: "ada" });
    assert.equal(unread(LOBBY), 0);
  });

  test("take the places of read messages from the open group", () => {
    const { events, groups, unread } = make();
    groups.seqOf = (groupId, messageId) => (groupId === LOBBY ? Number(messageId.split("-")[1]) : undefined);
    events.emit("messages_read", { groupId: LOBBY, messageIds: [`${LOBBY}-6`], readBy: "ada" });
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
        events.emit("message_read", { groupId: LOBBY, messageId: `${LOBBY}-${seq}`, readBy: "ada" });
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
    events.emit("new_message", { message: message(NIGHT, 1, "grace", { createdAt: "2126-01-01T00:00:00.000Z" }) });
    assert.deepEqual(names(), ["Night", "Lobby"]);
    events.emit("new_message", { message: message(LOBBY, 8, "grace", { createdAt: "2126-01-02T00:00:00.000Z" }) });
    assert.deepEqual(names(), ["Lobby", "Night"]);
  });

  test("show the last message as it now is", () => {
    const { events, groups } = make();
    events.emit("message_edited", { message: message(LOBBY, 7, "grace", { content: "better" }) });
    assert.equal(groups.get(LOBBY).lastMessage.content, "better");
    events.emit("message_edited", { message: message(LOBBY, 6, "grace", { content: "an older one" }) });
    assert.equal(groups.get(LOBBY).lastMessage.content, "better");
    events.emit("message_deleted", { groupId: LOBBY, messageId: `${LOBBY}-7`, deletedBy: "grace" });
    assert.equal(groups.get(LOBBY).lastMessage.isDeleted, true);
    assert.equal(groups.get(LOBBY).unread, 2);
  });

  test("come and go", () => {
    const { events, groups } = make();
    const removed = [];
    groups.onRemoved = ({ name }) => removed.push(name);
    events.emit("group_updated", { group: { _id: LOBBY, name: "Hall", members: [{}, {}, {}] } });
    assert.deepEqual([groups.get(LOBBY).name, groups.get(LOBBY).memberCount, groups.get(LOBBY).unread], ["Hall", 3, 2]);
    events.emit("group_removed", { groupId: LOBBY });
    events.emit("group_removed", { groupId: LOBBY });
    assert.deepEqual(removed, ["Hall"]);
    assert.equal(groups.get(LOBBY), undefined);
  });
});

const THE_LOBBY = "000000000000000000000001";
const MINUTE_MS = 60_000;
const id = (n) => n.toString(16).padStart(24, "0");
const group = (_id, name, size, createdAt) => ({
  _id,
  id: _id,
  name,
  members: Array.from({ length: Math.min(size, 1_000) }, (_, i) => ({ userId: id(i + 100), role: "member" })),
  ...(createdAt && { lastMessage: { _id: id(9), seq: 1, createdAt } }),
});

describe("the page's groups, of which one is open", () => {
  let socket, groups, asked;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    socket = new PageSocket();
    asked = 0;
    groups = new Groups(socket, () => id(100), async () => {
      asked++;
      return { lastReadSeq: 0, unreadCount: 0, memberCount: 2_000 };
    });
  });

  afterEach(() => mock.timers.reset());

  test("keep open what is open, whatever is said in another", () => {
    socket.emit("user_groups", [group(id(7), "A", 3, "2026-01-02T00:00:00Z"), group(id(8), "B", 3, "2026-01-01T00:00:00Z")]);
    assert.equal(groups.toOpen("", null).name, "A");
    socket.emit("new_message", { message: { _id: id(50), groupId: id(8), seq: 2, senderId: id(101), createdAt: "2026-01-03T00:00:00Z" } });
    assert.equal(groups.toOpen("", null).name, "B");
    assert.equal(groups.toOpen("", id(7)).name, "A");
    assert.equal(groups.toOpen(id(8), id(7)).name, "B");
    groups.drop(id(7));
    assert.equal(groups.toOpen("", id(7)).name, "B");
  });

  test("know the Lobby by its id, not by a name that others may take", () => {
    socket.emit("user_groups", [group(id(7), "Lobby", 3, "2026-01-02T00:00:00Z"), group(THE_LOBBY, "Lobby", 3)]);
    assert.equal(groups.toOpen("", null).id, THE_LOBBY);
  });

  test("ask how many are in a large one at most once a minute while people join", async () => {
    socket.emit("user_groups", [group(id(7), "A", 1_000)]);
    for (let second = 0; second < 600; second++) {
      socket.emit("group_updated", { group: group(id(7), "A", 1_000) });
      mock.timers.tick(1_000);
      await settled();
    }
    assert.ok(asked >= 5 && asked <= 11, `asked ${asked} times`);
    assert.equal(groups.get(id(7)).memberCount, 2_000);
  });

  test("ask soon how many are in a large one that this user has changed", async () => {
    socket.emit("user_groups", [group(id(7), "A", 1_000)]);
    socket.emit("group_updated", { group: group(id(7), "A", 1_000) });
    groups.recount(id(7));
    mock.timers.tick(1_000);
    await settled();
    assert.equal(asked, 1);
    assert.equal(groups.get(id(7)).memberCount, 2_000);
  });

  test("ask at once for one that is new, and nothing of one that is left", () => {
    socket.emit("group_updated", { group: group(id(7), "A", 1_000) });
    mock.timers.tick(1_000);
    assert.equal(asked, 1);
    socket.emit("group_updated", { group: group(id(7), "A", 1_000) });
    groups.drop(id(7));
    mock.timers.tick(10 * MINUTE_MS);
    assert.equal(asked, 1);
  });
});
