import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { pageModule } from "../support/page-module.mjs";

const { Groups } = await pageModule("groups.js");
const { Members } = await pageModule("members.js");
const { People } = await pageModule("people.js");

const LOBBY = "000000000000000000000001";
const MINUTE_MS = 60_000;
const id = (n) => n.toString(16).padStart(24, "0");
const group = (_id, name, size, createdAt) => ({
  _id,
  id: _id,
  name,
  members: Array.from({ length: Math.min(size, 1_000) }, (_, i) => ({ userId: id(i + 100), role: "member" })),
  ...(createdAt && { lastMessage: { _id: id(9), seq: 1, createdAt } }),
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A socket on which the test says what comes, and that keeps what is asked. */
class Socket extends EventEmitter {
  ready = true;
  asked = [];
  people = [];

  async request(event) {
    this.asked.push(event);
    return { members: this.people.map((user) => ({ user })), users: [] };
  }

  count(event) {
    return this.asked.filter((asked) => asked === event).length;
  }
}

describe("the page's groups", () => {
  let socket, groups, asked;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    socket = new Socket();
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
    socket.emit("user_groups", [group(id(7), "Lobby", 3, "2026-01-02T00:00:00Z"), group(LOBBY, "Lobby", 3)]);
    assert.equal(groups.toOpen("", null).id, LOBBY);
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

describe("the page's members", () => {
  let socket, people, members;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
    globalThis.document = { visibilityState: "visible" };
    socket = new Socket();
    people = new People();
    members = new Members(socket, people, null, () => id(100));
  });

  afterEach(() => {
    delete globalThis.document;
    mock.timers.reset();
  });

  test("are looked at once a minute in a large group while people join", async () => {
    for (let second = 0; second < 600; second++) {
      members.take(group(id(7), "A", 1_000));
      mock.timers.tick(1_000);
      await settled();
    }
    const looks = socket.count("get_online_users");
    assert.ok(looks >= 9 && looks <= 12, `looked ${looks} times`);
  });

  test("are looked at soon in a small group when somebody has joined", () => {
    members.take(group(id(7), "A", 3));
    members.take(group(id(7), "A", 4));
    mock.timers.tick(50);
    assert.equal(socket.count("get_online_users"), 1);
  });

  test("are not asked for a newcomer who says her name by being online", () => {
    socket.people = group(id(7), "A", 3).members.map(({ userId }) => ({ _id: userId, username: userId }));
    people.learn(...socket.people);
    members.take(group(id(7), "A", 3));
    members.take(group(id(7), "A", 4));
    socket.emit("user_online", { userId: id(103), user: { _id: id(103), username: "grace" }, status: "online" });
    mock.timers.tick(MINUTE_MS / 2);
    assert.equal(socket.count("get_group_members"), 0);
    assert.equal(people.nameOf(id(103)), "grace");
  });

  test("are asked for once when newcomers are not there", async () => {
    socket.people = group(id(7), "A", 5).members.map(({ userId }) => ({ _id: userId, username: `user ${userId}` }));
    people.learn(...socket.people.slice(0, 3));
    members.take(group(id(7), "A", 3));
    members.take(group(id(7), "A", 4));
    members.take(group(id(7), "A", 5));
    mock.timers.tick(1_000);
    await settled();
    assert.equal(socket.count("get_group_members"), 1);
    assert.equal(people.nameOf(id(104)), `user ${id(104)}`);
  });

  test("are asked for at once in a group that is opened", () => {
    members.learnNames([id(100)]);
    members.take(group(id(7), "A", 3));
    assert.equal(socket.count("get_group_members"), 1);
  });
});
