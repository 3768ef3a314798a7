import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pageModule } from "../support/page-module.mjs";

const { Outbox } = await pageModule("outbox.js");

/** What a browser's localStorage does. */
class Storage {
  #items = new Map();
  full = false;

  get length() {
    return this.#items.size;
  }

  key(i) {
    return [...this.#items.keys()][i] ?? null;
  }

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    if (this.full) {
      throw new Error("QuotaExceededError");
    }
    this.#items.set(key, String(value));
  }

  removeItem(key) {
    this.#items.delete(key);
  }
}

describe("the page's outbox", () => {
  const make = (storage = new Storage(), username = "ada", ids = counter()) => ({ storage, outbox: new Outbox(storage, username, ids) });
  const contents = (entries) => entries.map(({ content }) => content);

  test("gives back what was written, in order, group by group", () => {
    const { outbox } = make();
    outbox.add("g1", "one");
    outbox.add("g2", "two");
    outbox.add("g1", "three");
    assert.deepEqual(contents(outbox.of("g1")), ["one", "three"]);
    assert.equal(outbox.next().content, "one");
  });

  test("is there again after a reload, for its user only", () => {
    const { storage, outbox } = make();
    outbox.add("g", "one");
    outbox.add("g", "two");
    outbox.refuse(outbox.next().tempId, { code: "ACCESS_DENIED", message: "No." });
    const again = make(storage).outbox;
    assert.deepEqual(contents(again.of("g")), ["one", "two"]);
    assert.deepEqual(again.of("g")[0].refused, { code: "ACCESS_DENIED", message: "No." });
    assert.deepEqual(make(storage, "ada2").outbox.of("g"), []);
    assert.deepEqual(make(storage, "grace").outbox.of("g"), []);
  });

  test("keeps what two tabs write at once", () => {
    const storage = new Storage();
    const ids = counter();
    const [left, right] = [make(storage, "ada", ids).outbox, make(storage, "ada", ids).outbox];
    left.add("g", "left");
    right.add("g", "right");
    left.remove(left.next().tempId);
    assert.deepEqual(contents(make(storage).outbox.of("g")), ["right"]);
  });

  test("passes over what was refused, and tries it again last", () => {
    const { outbox } = make();
    const { tempId } = outbox.add("g", "one");
    outbox.refuse(tempId, { code: "ACCESS_DENIED", message: "No." });
    outbox.add("g", "two");
    assert.equal(outbox.next().content, "two");
    outbox.retry(tempId);
    assert.deepEqual(contents(outbox.of("g")), ["two", "one"]);
    assert.equal(outbox.of("g")[1].tempId, tempId, "under the same tempId");
    assert.equal(outbox.of("g")[1].refused, undefined);
  });

  test("leaves nothing behind of what was sent", () => {
    const { storage, outbox } = make();
    outbox.remove(outbox.add("g", "one").tempId);
    outbox.remove("never there");
    assert.equal(storage.length, 0);
    assert.equal(outbox.next(), undefined);
  });

  test("works without room in the storage", () => {
    const { storage, outbox } = make();
    storage.full = true;
    outbox.add("g", "one");
    assert.equal(outbox.next().content, "one");
  });

  test("passes over what it cannot read", () => {
    const storage = new Storage();
    storage.setItem("verbatim.outbox.ada.x", "{nonsense");
    assert.equal(make(storage).outbox.next(), undefined);
  });
});

function counter() {
  let n = 0;
  return () => `t${n++}`;
}
