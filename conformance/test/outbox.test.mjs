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
  const make = (storage = new Storage(), username = "ada", ids = counter(), later) => ({ storage, outbox: new Outbox(storage, username, ids, later) });
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

  describe("beside another tab", () => {
    /** An outbox that hears what the other one does, and what it means to do later. */
    const beside = () => {
      const waiting = [];
      const { storage, outbox } = make(new Storage(), "ada", counter(), (act) => waiting.push(act));
      const tell = (tempId) => outbox.onOther(`verbatim.outbox.ada.${tempId}`, storage.getItem(`verbatim.outbox.ada.${tempId}`));
      const other = make(storage, "ada", counter("other")).outbox;
      return { outbox, other, tell, waiting };
    };

    test("leaves to it what it has written", () => {
      const { outbox, other, tell, waiting } = beside();
      const { tempId } = other.add("g", "theirs");
      tell(tempId);
      assert.deepEqual(outbox.of("g"), []);
      assert.equal(outbox.next(), undefined);
      other.remove(tempId);
      tell(tempId);
      waiting.forEach((act) => act());
      assert.deepEqual(outbox.of("g"), []);
    });

    test("sends what it does not get rid of, under the same tempId and in its place", () => {
      const { outbox, other, tell, waiting } = beside();
      const { tempId } = other.add("g", "theirs");
      tell(tempId);
      outbox.add("g", "mine");
      let due = 0;
      outbox.onDue = () => due++;
      waiting.forEach((act) => act());
      assert.equal(due, 1);
      assert.deepEqual(contents(outbox.of("g")), ["theirs", "mine"]);
      assert.equal(outbox.next().tempId, tempId);
    });

    test("does not send again what it has sent", () => {
      const storage = new Storage();
      const { tempId } = make(storage).outbox.add("g", "one");
      const [left, right] = [make(storage).outbox, make(storage).outbox];
      left.remove(tempId);
      right.onOther(`verbatim.outbox.ada.${tempId}`, null);
      assert.equal(right.next(), undefined);
    });

    test("passes over what is somebody else's", () => {
      const { outbox, waiting } = beside();
      outbox.onOther("verbatim.outbox.grace.t1", "{}");
      outbox.onOther("verbatim.outbox.ada.t1", "{nonsense");
      outbox.onOther(null, null);
      assert.equal(waiting.length, 0);
    });
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

function counter(name = "t") {
  let n = 0;
  return () => `${name}${n++}`;
}
