import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { pageModule } from "../support/page-module.mjs";
import { PageSocket, settled } from "../support/page-socket.mjs";

const { Members } = await pageModule("members.js");
const { People } = await pageModule("people.js");
const { Presence } = await pageModule("presence.js");

const GROUP = "a".repeat(24);
const ids = (count) => Array.from({ length: count }, (_, n) => `user${String(n).padStart(4, "0")}`);
const person = (userId) => ({ _id: userId, firstName: userId, lastName: "" });

describe("the page's presence", () => {
  let socket, members, presence;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
    globalThis.document = { visibilityState: "visible" };
    socket = new PageSocket();
    const people = new People();
    members = new Members(people, null, () => "user0001");
    presence = new Presence(socket, people, members);
  });

  afterEach(() => {
    delete globalThis.document;
    mock.timers.reset();
  });

  const tell = (count) => {
    members.take({ _id: GROUP, ownerId: "user0000", members: ids(count).map((userId) => ({ userId, role: "member" })) });
    presence.onMembers();
  };

  test("follows who comes and goes, and who is away", () => {
    tell(3);
    socket.emit("online_users", { groupId: GROUP, users: [{ userId: "user0001", user: person("user0001"), status: "away" }] });
    socket.emit("user_online", { userId: "user0002", user: person("user0002"), status: "online" });
    assert.deepEqual(ids(3).map((userId) => presence.statusOf(userId)), [null, "away", "online"]);
    assert.equal(presence.count, 2);
    socket.emit("user_status_changed", { userId: "user0001", status: "online" });
    socket.emit("user_status_changed", { userId: "user0000", status: "away" });
    socket.emit("user_offline", { userId: "user0002" });
    assert.deepEqual(ids(3).map((userId) => presence.statusOf(userId)), [null, "online", null]);
  });

  test("asks at most once a minute about people of other groups who come online", () => {
    tell(2);
    mock.timers.tick(1_000);
    const before = socket.count("get_online_users");
    for (let second = 0; second < 600; second++) {
      socket.emit("user_online", { userId: `stranger${second}`, user: person(`stranger${second}`), status: "online" });
      mock.timers.tick(1_000);
    }
    assert.equal(presence.count, 0);
    const looks = socket.count("get_online_users") - before;
    assert.ok(looks >= 8 && looks <= 11, `looked ${looks} times`);
  });

  test("forgets who was removed", () => {
    tell(3);
    socket.emit("online_users", { groupId: GROUP, users: ids(3).map((userId) => ({ userId, user: person(userId), status: "online" })) });
    tell(1);
    assert.deepEqual(presence.ids(), ["user0000"]);
  });

  test("passes over what is told of another group", () => {
    tell(3);
    socket.emit("online_users", { groupId: "b".repeat(24), users: [{ userId: "user0001", user: person("user0001"), status: "online" }] });
    assert.equal(presence.count, 0);
  });

  test("is looked at once a minute in a large group while people join", async () => {
    for (let second = 0; second < 600; second++) {
      tell(501);
      mock.timers.tick(1_000);
      await settled();
    }
    const looks = socket.count("get_online_users");
    assert.ok(looks >= 9 && looks <= 12, `looked ${looks} times`);
  });

  test("is looked at soon in a small group when somebody has joined", () => {
    tell(3);
    tell(4);
    mock.timers.tick(50);
    assert.equal(socket.count("get_online_users"), 1);
  });
});
