import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { pageModule } from "../support/page-module.mjs";

const { Members } = await pageModule("members.js");
const { People } = await pageModule("people.js");

const GROUP = "a".repeat(24);
const ids = (count) => Array.from({ length: count }, (_, n) => `user${String(n).padStart(4, "0")}`);
const person = (userId) => ({ _id: userId, firstName: userId, lastName: "" });

/** Events as a socket brings them, and the answer to every question about members. */
class Events {
  #handlers = new Map();
  ready = true;
  asked = [];

  on(event, handler) {
    this.#handlers.set(event, handler);
  }

  bring(event, payload) {
    this.#handlers.get(event)(payload);
  }

  async request(event) {
    this.asked.push(event);
    return { members: [], users: [] };
  }
}

describe("the page's members of a group", () => {
  const make = (count, { role = "member" } = {}) => {
    mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
    const everybody = ids(count);
    const members = everybody.map((userId, n) => ({ userId, role: n === 0 ? "owner" : role, user: person(userId) }));
    const pages = [];
    const requests = {
      /** As the route does it: from behind `after` on. */
      members: async (groupId, after, limit) => {
        pages.push(after);
        const from = after ? everybody.indexOf(after) + 1 : 0;
        return members.slice(from, from + limit);
      },
    };
    const events = new Events();
    const people = new People();
    const us = new Members(events, people, requests, () => "user0001");
    us.take({ _id: GROUP, ownerId: "user0000", members: members.slice(0, 1_000) });
    return { us, events, people, pages };
  };
  const done = () => mock.timers.reset();

  test("are those that the group tells of, with their roles", (t) => {
    t.after(done);
    const { us } = make(3, { role: "admin" });
    assert.deepEqual(us.all(), [
      { userId: "user0000", role: "owner", status: null },
      { userId: "user0001", role: "admin", status: null },
      { userId: "user0002", role: "admin", status: null },
    ]);
    assert.equal(us.myRole, "admin");
    assert.equal(us.isMineToManage, true);
    assert.equal(us.hasMore, false);
  });

  test("of a crowd are listed as they are asked for, each once", async (t) => {
    t.after(done);
    const { us, people } = make(1_234);
    assert.equal(us.all().length, 1_000);
    for (const listed of [1_100, 1_200, 1_234]) {
      assert.equal(us.hasMore, true);
      await us.more();
      assert.equal(us.all().length, listed);
    }
    assert.equal(us.hasMore, false);
    assert.deepEqual(us.all().map(({ userId }) => userId).toSorted(), ids(1_234));
    assert.equal(people.nameOf("user1233"), "user1233");
  });

  test("of exactly as many as a group tells of are found to be all", async (t) => {
    t.after(done);
    const { us, pages } = make(1_000);
    assert.equal(us.hasMore, true);
    await us.more();
    assert.equal(us.hasMore, false);
    assert.equal(us.all().length, 1_000);
    assert.equal(pages.length, 11, "the last page is empty");
  });

  test("come and go, and are away", (t) => {
    t.after(done);
    const { us, events } = make(3);
    const status = (userId) => us.all().find((member) => member.userId === userId).status;
    events.bring("online_users", { groupId: GROUP, users: [{ userId: "user0001", user: person("user0001"), status: "away" }] });
    events.bring("user_online", { userId: "user0002", user: person("user0002"), status: "online" });
    assert.deepEqual(ids(3).map(status), [null, "away", "online"]);
    assert.equal(us.onlineCount, 2);
    events.bring("user_status_changed", { userId: "user0001", status: "online" });
    events.bring("user_status_changed", { userId: "user0000", status: "away" });
    events.bring("user_offline", { userId: "user0002" });
    assert.deepEqual(ids(3).map(status), [null, "online", null]);
  });

  test("of another group that come online are asked about", (t) => {
    t.after(done);
    const { us, events } = make(2);
    events.bring("user_online", { userId: "stranger", user: person("stranger"), status: "online" });
    events.bring("user_online", { userId: "other", user: person("other"), status: "online" });
    assert.equal(us.onlineCount, 0);
    mock.timers.tick(1_000);
    assert.equal(events.asked.filter((event) => event === "get_online_users").length, 1);
  });

  test("who were removed are not there any more", (t) => {
    t.after(done);
    const { us, events } = make(3);
    events.bring("online_users", { groupId: GROUP, users: ids(3).map((userId) => ({ userId, user: person(userId), status: "online" })) });
    us.take({ _id: GROUP, ownerId: "user0000", members: [{ userId: "user0000", role: "owner" }] });
    assert.deepEqual(us.all().map(({ userId }) => userId), ["user0000"]);
  });
});
