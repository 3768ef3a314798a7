import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pageModule } from "../support/page-module.mjs";
import { randomFrom } from "../support/random.mjs";

const { SHOWN_MAX, STEP, Span } = await pageModule("span.js");
const { Timeline } = await pageModule("timeline.js");

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => ({ _id: `id${from + i}`, seq: from + i }));
const timelineOf = (from, to) => {
  const timeline = new Timeline();
  timeline.add(range(from, to));
  return timeline;
};
const ends = ({ messages }) => [messages[0]?.seq, messages.at(-1)?.seq];

describe("the stretch of a timeline that the page shows", () => {
  test("is the newest messages at first, and what comes after them", () => {
    const timeline = timelineOf(1, 1_000);
    const span = new Span();
    assert.deepEqual(ends(span.of(timeline, true)), [1_001 - STEP, 1_000]);
    timeline.add(range(1_001, 1_010));
    assert.deepEqual(ends(span.of(timeline, true)), [1_001 - STEP, 1_010]);
  });

  test("lets go of the oldest when one follows for long", () => {
    const timeline = timelineOf(1, 100);
    const span = new Span();
    for (let seq = 101; seq <= 1_000; seq++) {
      timeline.add(range(seq, seq));
      const { messages, hasNewer } = span.of(timeline, true);
      assert.equal(messages.at(-1).seq, seq);
      assert.equal(hasNewer, false);
      assert.ok(messages.length <= SHOWN_MAX);
    }
  });

  test("keeps what is before the reader's eyes while others go on", () => {
    const timeline = timelineOf(1, 100);
    const span = new Span();
    const [first] = ends(span.of(timeline, true));
    for (let seq = 101; seq <= 1_000; seq++) {
      timeline.add(range(seq, seq));
      const shown = span.of(timeline, false);
      assert.equal(ends(shown)[0], first);
      assert.ok(shown.messages.length <= SHOWN_MAX);
    }
    assert.equal(span.of(timeline, false).hasNewer, true);
    span.toEnd();
    assert.equal(ends(span.of(timeline, true))[1], 1_000);
  });

  test("shows what was loaded later, when few had come before", () => {
    const timeline = timelineOf(500, 500);
    const span = new Span();
    assert.deepEqual(ends(span.of(timeline, true)), [500, 500]);
    timeline.add(range(401, 499));
    assert.deepEqual(ends(span.of(timeline, true)), [501 - STEP, 500]);
  });

  test("goes through the whole history and back, without leaving anything out", () => {
    const timeline = timelineOf(1, 2_000);
    const span = new Span();
    const seen = new Set();
    const note = () => {
      const { messages } = span.of(timeline, false);
      assert.ok(messages.length <= SHOWN_MAX);
      assert.equal(messages.at(-1).seq - messages[0].seq, messages.length - 1, "no hole");
      messages.forEach(({ seq }) => seen.add(seq));
    };
    do {
      note();
    } while (span.older(timeline));
    assert.equal(seen.size, 2_000);
    seen.clear();
    do {
      note();
    } while (span.newer(timeline));
    assert.equal(seen.size, 2_000);
  });

  test("moves without jumps, whatever happens", () => {
    for (let seed = 0; seed < 100; seed++) {
      const random = randomFrom(seed);
      const timeline = timelineOf(5_000, 5_000 + Math.floor(random() * 300));
      const span = new Span();
      let [low, high] = [5_000, timeline.at(-1).seq];
      let before = span.of(timeline, true).messages;
      for (let step = 0; step < 200; step++) {
        const dice = random();
        if (dice < 0.3) {
          span.older(timeline);
        } else if (dice < 0.5) {
          span.newer(timeline);
        } else if (dice < 0.7) {
          low -= 100;
          timeline.add(range(low, low + 99));
        } else {
          high += 1;
          timeline.add(range(high, high));
        }
        const { messages, hasOlder, hasNewer } = span.of(timeline, false);
        assert.ok(messages.length <= SHOWN_MAX, `seed ${seed}`);
        assert.ok(messages[0].seq <= before.at(-1).seq && messages.at(-1).seq >= before[0].seq, `seed ${seed}: nothing in common`);
        assert.equal(hasOlder, messages[0].seq > low);
        assert.equal(hasNewer, messages.at(-1).seq < high);
        before = messages;
      }
    }
  });
});
