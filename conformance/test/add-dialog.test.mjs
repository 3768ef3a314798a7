import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { pageModule } from "../support/page-module.mjs";
import { PageNode } from "../support/page-node.mjs";
import { settled } from "../support/page-socket.mjs";

const { AddDialog } = await pageModule("add-dialog.js");
const { People } = await pageModule("people.js");

const [NIGHT, DAY] = ["a", "b"].map((digit) => ({ _id: digit.repeat(24) }));

describe("the page's dialog to add people", () => {
  let node, dialog, answer, added;

  beforeEach(() => {
    globalThis.document = { createElement: () => new PageNode() };
    node = new PageNode();
    const people = new People();
    people.learn({ _id: "grace", username: "grace" });
    dialog = new AddDialog(node, { add: () => new Promise((resolve) => (answer = resolve)) }, people);
    added = [];
    dialog.onAdded = (groupId) => added.push(groupId);
  });

  afterEach(() => delete globalThis.document);

  const button = () => node.querySelector("ul").children[0].children[1];

  test("says of which group it was when somebody is added", async () => {
    dialog.open(NIGHT, new Set());
    button().click();
    answer();
    await settled();
    assert.deepEqual(added, [NIGHT._id]);
    assert.equal(button().textContent, "Added");
  });

  test("shows nobody as added to the group that it was opened for meanwhile", async () => {
    dialog.open(NIGHT, new Set());
    button().click();
    dialog.open(DAY, new Set());
    answer();
    await settled();
    assert.deepEqual(added, [NIGHT._id]);
    assert.equal(button().textContent, "Add");
  });
});
