import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { growthOf, leaks } from "../support/growth.mjs";
import { randomFrom } from "../support/random.mjs";

const MIB = 2 ** 20;

/** A soak of 20 minutes with a sample every ten seconds; the heap is sampled once a minute. */
function soak({ heap = () => 30, process = () => 180, store = () => 0 }) {
  return Array.from({ length: 121 }, (_, i) => ({
    at: i * 10,
    ...(i % 6 === 0 && { heapBytes: heap(i / 120) * MIB }),
    processBytes: process(i / 120) * MIB,
    storeBytes: store(i / 120) * MIB,
  }));
}

describe("growth", () => {
  test("is that of a line through the samples", () => {
    const { growth, error } = growthOf([0, 1, 2, 3, 4].map((at) => ({ at, value: 10 + 2 * at })));
    assert.ok(Math.abs(growth - 8) < 1e-9, `${growth}`);
    assert.ok(error < 1e-6, `${error}`);
  });

  test("is uncertain where there is noise", () => {
    const { growth, error } = growthOf([5, -5, 5, -5, 5, -5].map((value, at) => ({ at, value })));
    assert.ok(Math.abs(growth) < 3 * error);
  });
});

describe("a soak", () => {
  test("that stays as it was leaks nothing, whatever the noise", () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = randomFrom(seed);
      const around = (value, noise) => () => value + noise * (random() - 0.5);
      assert.deepEqual(leaks(soak({ heap: around(30, 1), process: around(180, 20) })), [], `seed ${seed}`);
    }
  });

  test("that grows in its first half only leaks nothing", () => {
    const warm = (from, to) => (part) => from + (to - from) * Math.min(1, 2 * part);
    assert.deepEqual(leaks(soak({ heap: warm(15, 30), process: warm(120, 180) })), []);
  });

  test("leaks what the heap holds more and more of", () => {
    const random = randomFrom(1);
    const found = leaks(soak({ heap: (part) => 30 + 8 * part + random() }));
    assert.equal(found.length, 1);
    assert.match(found[0], /^the heap grew by 4\.\d MiB/);
  });

  test("leaks what the process takes beside the heap", () => {
    const random = randomFrom(1);
    const found = leaks(soak({ process: (part) => 180 + 40 * part + 5 * random() }));
    assert.equal(found.length, 1);
    assert.match(found[0], /^the process grew by (19|20|21)\.\d MiB/);
  });

  test("spares the process the pages of its store", () => {
    assert.deepEqual(leaks(soak({ process: (part) => 180 + 40 * part, store: (part) => 40 * part })), []);
  });

  test("that is too short tells nothing", () => {
    assert.match(leaks(soak({}).slice(0, 13))[0], /heap was sampled 2 times in the second half, which tells nothing/);
  });
});
