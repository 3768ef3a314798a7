import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { pageModule } from "../support/page-module.mjs";

const { RoomMenu } = await pageModule("room-menu.js");

const GROUP = { _id: "a".repeat(24), name: "Night", isPrivate: false };

describe("the page's menu of a group", () => {
  let roomMenu, part, answer, parted;

  beforeEach(() => {
    let items, done;
    const request = () => new Promise((resolve, reject) => (answer = { resolve, reject }));
    roomMenu = new RoomMenu({
      menu: { open: (_, offered) => (items = offered) },
      requests: { leave: request, close: request },
      question: { ask: ({ act }) => (done = act()) },
    });
    parted = [];
    roomMenu.onParted = (groupId) => parted.push({ groupId, isWish: roomMenu.isWish(groupId) });
    part = (role) => {
      roomMenu.open(null, GROUP, role);
      items.find(({ danger }) => danger).act();
      return done;
    };
  });

  for (const [what, role] of [["leaving", "member"], ["closing", "owner"]]) {
    test(`knows ${what} as a wish until it is done, and says that it is`, async () => {
      const done = part(role);
      assert.equal(roomMenu.isWish(GROUP._id), true);
      answer.resolve();
      await done;
      assert.deepEqual(parted, [{ groupId: GROUP._id, isWish: true }]);
      assert.equal(roomMenu.isWish(GROUP._id), false, "a later removal is none");
    });
  }

  test("knows leaving as no wish any more when it was refused", async () => {
    const done = part("member");
    answer.reject(new Error("refused"));
    await assert.rejects(done);
    assert.deepEqual(parted, []);
    assert.equal(roomMenu.isWish(GROUP._id), false);
  });
});
