import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pageModule } from "../support/page-module.mjs";

const { gistOf } = await pageModule("group-list.js");
const { People } = await pageModule("people.js");

describe("the page's line of a group", () => {
  const people = new People();
  people.learn({ _id: "grace", username: "grace" });
  const gist = (group) => gistOf({ newestSeq: 0, ...group }, "ada", people);
  const said = (more) => ({ newestSeq: 7, lastMessage: { senderId: "grace", content: "hello", ...more }, description: "About nothing" });

  test("says what was said last, and by whom", () => {
    assert.equal(gist(said()), "\u2068grace\u2069: hello");
    assert.equal(gist(said({ senderId: "ada" })), "You: hello");
    assert.equal(gist(said({ senderId: "stranger" })), "hello");
    assert.equal(gist(said({ isDeleted: true })), "Message deleted");
  });

  test("says what the group is about where nothing is known to be said", () => {
    assert.equal(gist({ description: "About nothing" }), "About nothing");
  });

  test("says that there are no messages only where none was ever sent", () => {
    assert.equal(gist({}), "No messages");
    assert.equal(gist({ newestSeq: 7 }), "");
  });
});
