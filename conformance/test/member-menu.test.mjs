import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pageModule } from "../support/page-module.mjs";

const { MemberMenu } = await pageModule("member-menu.js");

const GROUP = { _id: "a".repeat(24), name: "Night" };

describe("the page's menu of a member", () => {
  for (const [label, role] of [["Make admin", "admin"], ["Remove…", null]]) {
    test(`says of which group it was when it is done: ${label}`, async () => {
      const changes = [];
      let items;
      const memberMenu = new MemberMenu({
        menu: { open: (_, offered) => (items = offered) },
        requests: { setRole: async () => {}, remove: async () => {} },
        question: { ask: ({ act }) => act() },
        notice: { run: (work) => work() },
      });
      memberMenu.onChanged = (...change) => changes.push(change);
      memberMenu.open({ userId: "grace", name: "Grace", role: "member" }, null, { group: GROUP, myRole: "owner" });
      await items.find((item) => item.label === label).act();
      assert.deepEqual(changes, [[GROUP._id, "grace", role]]);
    });
  }
});
