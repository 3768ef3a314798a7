import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pageModule } from "../support/page-module.mjs";
import { randomFrom } from "../support/random.mjs";

const { Timeline } = await pageModule("timeline.js");

const message = (seq, more = {}) => ({ _id: `id${seq}`, seq, senderId: "ada", content: `m${seq}`, readBy: [], updatedAt: "2026-01-01T00:00:00.000Z", ...more });
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const seqs = (timeline) => timeline.all().map(({ seq }) => seq);

describe("the page's timeline", () => {
  test("holds each message once and in order, however they come", () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = randomFrom(seed);
      const timeline = new Timeline();
      const coming = [...range(5, 40), ...range(5, 40), ...range(20, 30)].map((seq) => [random(), seq]).sort(([a], [b]) => a - b);
      for (const [, seq] of coming) {
        timeline.add([message(seq)]);
        const shown = seqs(timeline);
        assert.deepEqual(shown, [...new Set(shown)].sort((a, b) => a - b), `seed ${seed}`);
      }
      assert.deepEqual(seqs(timeline), range(5, 40));
      assert.equal(timeline.hole(), null);
    }
  });

  test("knows the first hole, and counts as seen only what is before it", () => {
    const timeline = new Timeline();
    assert.equal(timeline.lastSeq, 0);
    timeline.add([message(5), message(6), message(9), message(12)]);
    assert.deepEqual(timeline.hole(), { after: 6, before: 9 });
    assert.equal(timeline.lastSeq, 6);
    timeline.add([message(7), message(8)]);
    assert.deepEqual(timeline.hole(), { after: 9, before: 12 });
    timeline.add([message(10), message(11)]);
    assert.equal(timeline.hole(), null);
    assert.equal(timeline.lastSeq, 12);
  });

  test("expects what a gap announced", () => {
    const timeline = new Timeline();
    timeline.add([message(1)]);
    timeline.expect(4);
    assert.deepEqual(timeline.hole(), { after: 1, before: 5 });
    timeline.add(range(2, 4).map((seq) => message(seq)));
    assert.equal(timeline.hole(), null);
  });

  test("takes a later state of a message and keeps the tempId known of it", () => {
    const timeline = new Timeline();
    timeline.add([message(1, { tempId: "t" })]);
    timeline.add([message(1, { content: "edited", updatedAt: "2026-01-02T00:00:00.000Z" })]);
    timeline.add([message(1)]);
    assert.equal(timeline.all()[0].content, "edited");
    assert.equal(timeline.all()[0].tempId, "t");
  });

  test("takes what has become of the messages that it holds, and of no other", () => {
    const timeline = new Timeline();
    assert.equal(timeline.markEdited(message(7, { content: "edited" })), false);
    timeline.add([message(1)]);
    assert.equal(timeline.markEdited(message(1, { content: "edited" })), true);
    assert.equal(timeline.markEdited(message(7, { content: "edited" })), false);
    assert.deepEqual(timeline.all().map(({ seq, content }) => [seq, content]), [[1, "edited"]]);
  });

  test("notes each reader once, and not the author", () => {
    const timeline = new Timeline();
    timeline.add([message(1)]);
    assert.equal(timeline.markRead("id1", "grace", "now"), true);
    assert.equal(timeline.markRead("id1", "grace", "later"), false);
    assert.equal(timeline.markRead("id1", "ada", "now"), false);
    assert.equal(timeline.markRead("id2", "grace", "now"), false);
    assert.deepEqual(timeline.all()[0].readBy, [{ userId: "grace", readAt: "now" }]);
  });

  test("notes no more readers of a message than the server shows", () => {
    const timeline = new Timeline();
    timeline.add([message(1)]);
    const news = range(1, 150).map((n) => timeline.markRead("id1", `reader${n}`, "now"));
    assert.deepEqual(news, range(1, 150).map((n) => n <= 100));
    assert.deepEqual(timeline.at(0).readBy.map(({ userId }) => userId), range(1, 100).map((n) => `reader${n}`));
  });

  test("leaves of a deleted message its place, whatever comes later", () => {
    const timeline = new Timeline();
    timeline.add([message(1), message(2)]);
    assert.equal(timeline.markDeleted("id1"), true);
    assert.equal(timeline.markDeleted("id1"), false);
    assert.equal(timeline.markDeleted("id9"), false);
    timeline.add([message(1, { content: "an edit that was overtaken", updatedAt: "2026-01-02T00:00:00.000Z" })]);
    const [first, second] = timeline.all();
    assert.deepEqual([first.seq, first.isDeleted, first.content], [1, true, ""]);
    assert.equal(second.content, "m2");
  });

  test("lets go of what is older, and takes it again", () => {
    const timeline = new Timeline();
    timeline.add(range(1, 10).map((seq) => message(seq)));
    timeline.keep(5, 10);
    assert.deepEqual(seqs(timeline), range(6, 10));
    assert.equal(timeline.firstSeq, 6);
    assert.equal(timeline.byId("id3"), undefined);
    assert.equal(timeline.markRead("id3", "grace", "now"), false);
    timeline.add(range(1, 5).map((seq) => message(seq)));
    assert.deepEqual(seqs(timeline), range(1, 10));
    assert.equal(timeline.byId("id3").seq, 3);
  });

  test("keeps a stretch, and misses what was newer", () => {
    const timeline = new Timeline();
    timeline.add(range(1, 10).map((seq) => message(seq)));
    timeline.keep(-5, 20);
    assert.deepEqual(seqs(timeline), range(1, 10));
    assert.equal(timeline.hole(), null);
    timeline.keep(2, 7);
    assert.deepEqual(seqs(timeline), range(3, 7));
    assert.deepEqual(timeline.hole(), { after: 7, before: 11 });
    assert.deepEqual(range(1, 10).filter((seq) => timeline.byId(`id${seq}`)), range(3, 7));
  });
});
