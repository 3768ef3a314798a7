import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pageModule } from "../support/page-module.mjs";

const { Members } = await pageModule("members.js");
const { Refusal } = await pageModule("refusal.js");
const { People } = await pageModule("people.js");

const GROUP = "a".repeat(24);
const ids = (count, from = 0) => Array.from({ length: count }, (_, n) => `user${String(from + n).padStart(4, "0")}`);
const person = (userId) => ({ _id: userId, firstName: userId, lastName: "" });

describe("the page's members of a group", () => {
  const make = (count, { role = "member" } = {}) => {
    const everybody = ids(count);
    const pages = [];
    const requests = {
      /** As the route does it: by id, from behind `after` on. */
      members: async (groupId, after, limit) => {
        pages.push(after);
        const sorted = everybody.toSorted();
        if (after && !sorted.includes(after)) {
          throw new Refusal({ code: "USER_NOT_FOUND" });
        }
        const from = after ? sorted.indexOf(after) + 1 : 0;
        return sorted.slice(from, from + limit).map((userId) => ({ userId, role, user: person(userId) }));
      },
    };
    const people = new People();
    const us = new Members(people, requests, () => "user0001");
    /** As `group_updated` tells it: who joined first, first. */
    const tell = () => us.take({ _id: GROUP, ownerId: "user0000", members: everybody.slice(0, 1_000).map((userId) => ({ userId, role })) });
    tell();
    return { us, people, pages, everybody, tell };
  };
  const listed = (us) => [...us.ids()].toSorted();

  test("are those that the group tells of, with their roles", () => {
    const { us } = make(3, { role: "admin" });
    assert.deepEqual([...us.ids()].map((userId) => [userId, us.roleOf(userId)]), [["user0000", "owner"], ["user0001", "admin"], ["user0002", "admin"]]);
    assert.equal(us.myRole, "admin");
    assert.equal(us.isMineToManage, true);
    assert.equal(us.isShortOf(3), false);
  });

  test("of a crowd are listed as they are asked for, each once", async () => {
    const { us, people } = make(1_234);
    assert.equal(us.ids().size, 1_000);
    for (const count of [1_100, 1_200, 1_234]) {
      assert.equal(us.isShortOf(1_234), true);
      await us.more();
      assert.equal(us.ids().size, count);
    }
    assert.equal(us.isShortOf(1_234), false);
    assert.deepEqual(listed(us), ids(1_234));
    assert.equal(people.nameOf("user1233"), "user1233");
  });

  test("of exactly as many as a group tells of are found to be all", async () => {
    const { us, pages } = make(1_000);
    assert.equal(us.isShortOf(1_000), true);
    await us.more();
    assert.equal(us.isShortOf(1_000), false);
    assert.equal(us.ids().size, 1_000);
    assert.equal(pages.length, 11, "the last page is empty");
  });

  test("of a crowd stay listed when the group is told again, and go on being listed from there", async () => {
    const { us, pages, tell } = make(1_234);
    await us.more();
    tell();
    assert.equal(us.ids().size, 1_100);
    const before = pages.length;
    await us.more();
    assert.equal(us.ids().size, 1_200);
    assert.equal(pages.length, before + 1, "not from the beginning");
  });

  test("of a crowd who are removed go from the list", async () => {
    const { us, everybody, tell } = make(1_234);
    await us.more();
    everybody.splice(5, 1);
    tell();
    assert.equal(us.has("user0005"), false);
    assert.equal(us.ids().size, 1_099);
    us.change(GROUP, "user1050", null);
    assert.equal(us.has("user1050"), false, "beyond what the group tells");
  });

  test("of a crowd whom this user makes admins are so at once", async () => {
    const { us, tell } = make(1_234);
    await us.more();
    us.change(GROUP, "user1050", "admin");
    tell();
    assert.equal(us.roleOf("user1050"), "admin");
  });

  test("of a crowd who join later can be listed too", async () => {
    const { us, everybody, tell } = make(1_050);
    await us.more();
    assert.equal(us.isShortOf(1_050), false);
    everybody.push("user0000b");
    tell();
    assert.equal(us.isShortOf(1_051), true);
    await us.more();
    assert.equal(us.has("user0000b"), true);
    await us.more();
    assert.equal(us.isShortOf(1_051), false);
  });

  test("of a crowd go on being listed when the one listed last has left", async () => {
    const { us, everybody } = make(1_234);
    await us.more();
    everybody.splice(1_099, 1);
    us.change(GROUP, "user1099", null);
    while (us.isShortOf(everybody.length)) {
      await us.more();
    }
    assert.deepEqual(listed(us), everybody);
  });

  test("of another group are not changed by what became of them there", () => {
    const { us } = make(3);
    assert.equal(us.change("b".repeat(24), "user0002", "admin"), false);
    assert.equal(us.roleOf("user0002"), "member");
    assert.equal(us.change("b".repeat(24), "user0002", null), false);
    assert.equal(us.has("user0002"), true);
    assert.equal(us.change(GROUP, "user0002", "admin"), true);
    assert.equal(us.roleOf("user0002"), "admin");
  });

  test("of another group are listed anew", async () => {
    const { us } = make(1_234);
    await us.more();
    us.clear();
    assert.equal(us.isShortOf(0), false, "as long as nothing is known of it");
    us.take({ _id: "b".repeat(24), ownerId: "user0000", members: [{ userId: "user0000", role: "owner" }] });
    assert.deepEqual(listed(us), ["user0000"]);
  });
});
