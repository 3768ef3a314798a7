import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findings } from "../support/history-checker.mjs";
import { dialogue, GROUP as G, Story } from "../support/story.mjs";

/** What follows of every sight that is not what is stored. */
const SEEN_OTHERWISE = / has last seen m\d as /;

function assertFinds(story, ...expected) {
  const found = findings(story);
  for (const each of expected) {
    assert.ok(found.some((line) => each.test(line)), `${each} is not among\n${found.join("\n")}`);
  }
  assert.ok(
    found.every((line) => expected.some((each) => each.test(line))),
    `more than ${expected} is among\n${found.join("\n")}`,
  );
}

const events = (story, name) => story.socket(name).events;
const shown = (story, name, seq) => events(story, name).find(({ name, payload }) => name === "new_message" && payload.message.seq === seq);

describe("the judge of histories finds nothing wrong with", () => {
  test("a dialogue", () => assert.deepEqual(findings(dialogue()), []));

  test("a retry on another socket, which gets the first message again", () => {
    const story = new Story();
    story.ask("ada#1", "send", { content: "one", tempId: "t" });
    const one = story.store("ada", "one");
    const two = story.say("bob#1", "two");
    const again = story.ask("ada#2", "send", { content: "one", tempId: "t" });
    story.show("ada#2", two);
    story.confirm("ada#2", again, one, "t");
    story.socket("bob#1").isComplete = false;
    assert.deepEqual(findings(story), []);
  });

  test("a message that was stored and never answered", () => {
    const story = dialogue();
    story.ask("ada#1", "send", { content: "four", tempId: "t4" });
    story.store("ada", "four");
    ["ada#1", "bob#1"].forEach((name) => (story.socket(name).isComplete = false));
    assert.deepEqual(findings(story), []);
  });

  test("a message that was refused, retried and then stored behind a later one", () => {
    const story = new Story();
    const first = story.ask("ada#1", "send", { content: "one", tempId: "t1" });
    story.answer("ada#1", first, { ok: false, error: { code: "UNAVAILABLE" } });
    story.say("ada#1", "two");
    const again = story.ask("ada#1", "send", { content: "one", tempId: "t1" });
    story.confirm("ada#1", again, story.store("ada", "one"), "t1");
    assert.deepEqual(findings(story), []);
  });

  test("a replay that repeats what was shown before, with the receiver's own tempIds, and goes on live", () => {
    const story = dialogue();
    story.join("bob#1", 0);
    story.stored[G].forEach((message) => story.show("bob#1", message.senderId === "bob" ? { ...message, tempId: `t-${message.content}` } : message));
    story.say("ada#1", "four", ["bob#1"]);
    assert.deepEqual(findings(story), []);
  });

  test("a gap beyond the limit", () => {
    const story = dialogue();
    story.replayLimit = 2;
    story.join("cy#1", 0);
    story.event("cy#1", "gap", { groupId: G, fromSeq: 1, toSeq: 3 });
    story.say("ada#1", "four", ["bob#1", "cy#1"]);
    assert.deepEqual(findings(story), []);
  });

  test("a room that is left and entered again", () => {
    const story = dialogue();
    story.event("bob#1", "group_left", { groupId: G });
    story.say("ada#1", "four");
    story.join("bob#1");
    story.say("ada#1", "five", ["bob#1"]);
    assert.deepEqual(findings(story), []);
  });

  test("edits, deletions and readings", () => {
    const story = dialogue();
    const [one, two, three] = story.stored[G];
    const edit = story.ask("ada#1", "edit", { messageId: one._id, content: "uno" });
    Object.assign(one, { content: "uno", editedAt: "later" });
    ["ada#1", "bob#1"].forEach((name) => story.event(name, "message_edited", { message: { ...one } }));
    story.answer("ada#1", edit, { ok: true, message: { ...one } });
    const removal = story.ask("bob#1", "delete", { messageId: two._id });
    Object.assign(two, { content: "", isDeleted: true });
    ["ada#1", "bob#1"].forEach((name) => story.event(name, "message_deleted", { messageId: two._id, groupId: G }));
    story.answer("bob#1", removal, { ok: true });
    const reading = story.ask("bob#1", "read", { messageIds: [three._id] });
    three.readBy.push({ userId: "bob", readAt: "later" });
    story.answer("bob#1", reading, { ok: true, messageIds: [three._id] });
    assert.deepEqual(findings(story), []);
  });

  test("an edit that was not answered and may be there or not", () => {
    for (const content of ["one", "uno", "eins"]) {
      const story = dialogue();
      const [one] = story.stored[G];
      story.ask("ada#1", "edit", { messageId: one._id, content: "uno" });
      story.ask("ada#1", "edit", { messageId: one._id, content: "eins" });
      Object.assign(one, { content, ...(content !== "one" && { editedAt: "later" }) });
      ["ada#1", "bob#1"].forEach((name) => (story.socket(name).isComplete = false));
      assert.deepEqual(findings(story), []);
    }
  });
});

describe("the judge of histories finds", () => {
  test("what verify-store found", () => {
    const story = dialogue();
    story.verified.push("group g1 has 2 messages, but seqs from 1 to 3");
    assertFinds(story, /^verify-store: group g1/);
  });

  test("a gap in the store", () => {
    const story = dialogue();
    story.stored[G].splice(1, 1);
    assertFinds(story, /has seq 3 in place 2/, /seq 2, and is lost/, /m2, seq 2, is not stored/, /3, and 2 is the newest/);
  });

  test("a seq that stands twice", () => {
    const story = dialogue();
    story.stored[G][2].seq = 2;
    assertFinds(story, /has seq 2 in place 3/, /m3 has seq 3, and 2 in the end/);
  });

  test("an id that stands twice", () => {
    const story = dialogue();
    story.stored[G].push({ ...story.stored[G][2], seq: 4 });
    assertFinds(story, /m3 is stored twice/, /m3 has seq 3, and 4/, /3, and 4 is the newest/);
  });

  test("a message that is lost after its acknowledgement", () => {
    const story = dialogue();
    story.stored[G].pop();
    assertFinds(story, /t-three of ada in g1 was acknowledged as seq 3, and is lost/, /m3, seq 3, is not stored/, /3, and 2 is the newest/);
  });

  test("a message that is stored twice", () => {
    const story = dialogue();
    const four = story.store("ada", "three");
    ["ada#1", "bob#1"].forEach((name) => story.show(name, four));
    assertFinds(story, /has as seq 4 what nobody sent, or what was stored before: "three"/);
  });

  test("an unanswered message that is stored twice", () => {
    const story = new Story();
    story.ask("ada#1", "send", { content: "one", tempId: "t" });
    story.store("ada", "one");
    story.store("ada", "one");
    assertFinds(story, /has as seq 2 what nobody sent/);
  });

  test("a message that nobody sent", () => {
    const story = new Story();
    story.store("ada", "forged");
    assertFinds(story, /has as seq 1 what nobody sent.*"forged"/);
  });

  test("a message that was refused and stored all the same", () => {
    const story = new Story();
    const id = story.ask("ada#1", "send", { content: "one", tempId: "t" });
    story.answer("ada#1", id, { ok: false, error: { code: "INVALID_MESSAGE" } });
    story.store("ada", "one");
    assertFinds(story, /has as seq 1 what was refused/);
  });

  test("words that were altered in the store", () => {
    const story = dialogue();
    story.stored[G][1].content = "two ";
    assertFinds(story, /t-two of bob in g1 is stored as other words: "two "/, SEEN_OTHERWISE);
  });

  test("words that were altered on the way to one client", () => {
    const story = dialogue();
    shown(story, "bob#1", 3).payload.message.content = "thr\u0000ee";
    assertFinds(story, /new_message to bob#1: m3 says "thr\\u0000ee", and "three" in the end/, SEEN_OTHERWISE);
  });

  test("another sender, id, type or time than in the store", () => {
    for (const [field, value] of Object.entries({ senderId: "cy", type: "file", createdAt: "t0" })) {
      const story = dialogue();
      shown(story, "bob#1", 3).payload.message[field] = value;
      assertFinds(story, new RegExp(`new_message to bob#1: m3 has ${field} ${value}`));
    }
  });

  test("a message that was shown and is not stored", () => {
    const story = dialogue();
    story.show("bob#1", { ...story.stored[G][2], _id: "m4", seq: 4 });
    assertFinds(story, /new_message to bob#1: m4, seq 4, is not stored/, /4, and 3 is the newest/);
  });

  test("a tempId that names two messages", () => {
    const story = new Story();
    story.say("ada#1", "one", [], "t");
    story.say("ada#1", "one", [], "t");
    assertFinds(story, /t of ada in g1 names 2 messages: m1, m2/);
  });

  test("a tempId that is stored as another one", () => {
    const story = dialogue();
    story.stored[G][0].tempId = "t-two";
    assertFinds(story, /t-one of ada in g1 is stored as t-two/);
  });

  test("a tempId that others are told", () => {
    const story = dialogue();
    shown(story, "bob#1", 3).payload.message.tempId = "t-three";
    assertFinds(story, /new_message to bob#1: m3 with a tempId that is not for everybody/, /bob#1 in g1: new_message of seq 3 with its tempId/);
    const edited = dialogue();
    const [one] = edited.stored[G];
    edited.ask("ada#1", "edit", { messageId: one._id, content: "uno" });
    Object.assign(one, { content: "uno", editedAt: "later" });
    ["ada#1", "bob#1"].forEach((name) => edited.event(name, "message_edited", { message: { ...one, tempId: "t-one" } }));
    assertFinds(edited, /message_edited to ada#1: m1 with a tempId/, /message_edited to bob#1: m1 with a tempId/);
  });

  test("a tempId that its sender's other device is told with what is live", () => {
    const leaks = /ada#2 in g1: new_message of seq \d with its tempId, which only a replay shows/;
    const live = dialogue();
    live.socket("ada#2").isComplete = false;
    live.show("ada#2", { ...live.stored[G][0], tempId: "t-one" });
    assertFinds(live, leaks);
    const behindAReplay = dialogue();
    behindAReplay.join("ada#2", 0);
    behindAReplay.stored[G].forEach((message) => behindAReplay.show("ada#2", message));
    behindAReplay.say("ada#2", "four", ["ada#1", "bob#1"]);
    const five = behindAReplay.say("ada#1", "five", ["bob#1"]);
    behindAReplay.show("ada#2", { ...five, tempId: "t-five" });
    assertFinds(behindAReplay, leaks);
    const besideAGap = dialogue();
    besideAGap.replayLimit = 2;
    besideAGap.join("ada#2", 0);
    besideAGap.event("ada#2", "gap", { groupId: G, fromSeq: 1, toSeq: 3 });
    const four = besideAGap.say("ada#1", "four", ["bob#1"]);
    besideAGap.show("ada#2", { ...four, tempId: "t-four" });
    assertFinds(besideAGap, leaks);
  });

  test("a socket's messages that changed places", () => {
    const story = new Story();
    const ids = ["one", "two"].map((content) => story.ask("ada#1", "send", { content, tempId: content }));
    const two = story.store("ada", "two");
    const one = story.store("ada", "one");
    story.confirm("ada#1", ids[1], two, "two");
    story.confirm("ada#1", ids[0], one, "one");
    assertFinds(story, /two of ada in g1 has seq 1, and one of ada in g1, sent before it, seq 2/);
  });

  test("a receiver's messages that changed places", () => {
    const story = dialogue();
    story.socket("cy#1");
    [1, 3, 2].forEach((seq) => story.show("cy#1", story.stored[G][seq - 1]));
    assertFinds(story, /cy#1 in g1: new_message of seq 3 where 2 must be/, /cy#1 in g1: new_message of seq 2 where 4 must be/);
  });

  test("a message that one receiver was not shown", () => {
    const story = dialogue();
    events(story, "bob#1").splice(events(story, "bob#1").indexOf(shown(story, "bob#1", 1)), 1);
    story.join("cy#1", 0);
    [1, 3].forEach((seq) => story.show("cy#1", story.stored[G][seq - 1]));
    assertFinds(story, /cy#1 in g1: new_message of seq 3 where 2 must be/);
  });

  test("a message that one receiver was shown twice", () => {
    const story = dialogue();
    story.show("bob#1", story.stored[G][2]);
    assertFinds(story, /bob#1 in g1: new_message of seq 3 where 4 must be/);
  });

  test("a message that a sender was shown besides", () => {
    const story = dialogue();
    story.show("ada#1", story.stored[G][2]);
    assertFinds(story, /ada#1 in g1: new_message of seq 3 where 4 must be/);
  });

  test("a confirmation that stands in the wrong place among the others' messages", () => {
    const story = new Story();
    const id = story.ask("ada#1", "send", { content: "one", tempId: "t" });
    const one = story.store("ada", "one");
    const two = story.say("bob#1", "two");
    story.socket("bob#1").isComplete = false;
    story.show("ada#1", two);
    story.confirm("ada#1", id, one, "t");
    assertFinds(story, /ada#1 in g1: message_sent of seq 1 where 3 must be/);
  });

  test("the last messages missing from somebody who stayed", () => {
    const story = dialogue();
    events(story, "bob#1").pop();
    assertFinds(story, /bob#1 in g1: nothing was shown after seq 2, and 3 is the newest/);
  });

  test("a part of a replay", () => {
    const story = dialogue();
    story.join("bob#1", 0);
    story.show("bob#1", story.stored[G][0]);
    assertFinds(story, /a replay after 0 that ends at 1, and 3 was shown before/, /nothing was shown after seq 1/);
  });

  test("what is live in the middle of a replay", () => {
    const story = dialogue();
    story.join("bob#1", 0);
    story.show("bob#1", story.stored[G][0]);
    const four = story.say("ada#1", "four", ["bob#1"]);
    [2, 3, 4].forEach((seq) => story.show("bob#1", story.stored[G][seq - 1]));
    assertFinds(story, /new_message of seq 4 where 2 must be/, new RegExp(`new_message of seq [234] where ${four.seq + 1} must be`));
  });

  test("a gap that nobody asked about, is too small, or begins elsewhere", () => {
    const gap = (story, fromSeq) => story.event("cy#1", "gap", { groupId: G, fromSeq, toSeq: 3 });
    const unasked = dialogue();
    unasked.replayLimit = 2;
    gap(unasked, 1);
    assertFinds(unasked, /a gap from 1 that does not answer a join_group/);
    const small = dialogue();
    small.join("cy#1", 0);
    gap(small, 1);
    assertFinds(small, /a gap of 3, which could have been replayed/);
    const shifted = dialogue();
    shifted.replayLimit = 1;
    shifted.join("cy#1", 0);
    gap(shifted, 2);
    assertFinds(shifted, /a gap from 2 that does not answer a join_group/);
  });

  test("an edit that was acknowledged and undone", () => {
    const story = dialogue();
    const [one] = story.stored[G];
    const edit = story.ask("ada#1", "edit", { messageId: one._id, content: "uno" });
    story.answer("ada#1", edit, { ok: true });
    assertFinds(story, /m1 was edited to "uno", and says "one"/);
  });

  test("an edit or a deletion that nobody asked for", () => {
    const edited = dialogue();
    Object.assign(edited.stored[G][0], { editedAt: "later" });
    assertFinds(edited, /m1 is edited, and nobody asked for it/);
    const deleted = dialogue();
    Object.assign(deleted.stored[G][0], { content: "", isDeleted: true });
    assertFinds(deleted, /m1 is deleted, and nobody asked for it/, SEEN_OTHERWISE);
  });

  test("a deleted message that is there again, or still says something", () => {
    const restored = dialogue();
    const [one] = restored.stored[G];
    restored.answer("ada#1", restored.ask("ada#1", "delete", { messageId: one._id }), { ok: true });
    assertFinds(restored, /m1 was deleted, and is there again/);
    Object.assign(one, { isDeleted: true });
    assertFinds(restored, /m1 is deleted, and still says "one"/, SEEN_OTHERWISE);
  });

  test("an edit that one receiver was not told of, or before the words it replaced", () => {
    const untold = dialogue();
    const [one] = untold.stored[G];
    const edit = untold.ask("ada#1", "edit", { messageId: one._id, content: "uno" });
    const before = { ...one };
    Object.assign(one, { content: "uno", editedAt: "later" });
    untold.event("ada#1", "message_edited", { message: { ...one } });
    untold.answer("ada#1", edit, { ok: true, message: { ...one } });
    assertFinds(untold, /bob#1 has last seen m1 as "one", and it is "uno"/);
    untold.event("bob#1", "message_edited", { message: { ...one } });
    assert.deepEqual(findings(untold), []);
    untold.join("bob#1", 0);
    untold.stored[G].forEach((message) => untold.show("bob#1", message._id === one._id ? before : message));
    assertFinds(untold, /bob#1 has last seen m1 as "one", and it is "uno"/);
  });

  test("a reading that was lost, or that nobody asked for", () => {
    const lost = dialogue();
    const id = lost.ask("bob#1", "read", { messageIds: ["m1"] });
    lost.answer("bob#1", id, { ok: true, messageIds: ["m1"] });
    assertFinds(lost, /m1 was read by bob, and is not/);
    const invented = dialogue();
    invented.stored[G][0].readBy.push({ userId: "bob", readAt: "later" });
    assertFinds(invented, /m1 is read by bob, who did not ask for it/);
  });
});
