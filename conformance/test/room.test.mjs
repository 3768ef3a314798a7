import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { pageModule } from "../support/page-module.mjs";

const { Room } = await pageModule("room.js");
const { Refusal } = await pageModule("refusal.js");

const GROUP = "0000000000000000000000aa";
const PAGE = 100;
const range = (from, to) => Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
const message = (seq) => ({ _id: `id${seq}`, seq, groupId: GROUP, senderId: "ada", content: `m${seq}`, readBy: [], updatedAt: "2026-01-01T00:00:00.000Z" });

/** A server with one group, at both its ends: what the page sees of its socket, and of its history by HTTP. */
class Server extends EventEmitter {
  ready = true;
  newest = 0;
  replayLimit = 1_000;
  asked = [];
  /** What the next requests for history are refused with. */
  refusals = [];
  /** Called when a page of history has been read that is then on its way. */
  onRead = () => {};

  async request(event, { lastSeq }) {
    await turn();
    if (lastSeq !== undefined && this.newest - lastSeq > this.replayLimit) {
      // The acknowledgement is first on the wire, and the gap right behind it.
      setImmediate(() => this.emit("gap", { groupId: GROUP, fromSeq: lastSeq + 1, toSeq: this.newest }));
    }
    return { group: { _id: GROUP } };
  }

  async ask(method, path) {
    this.asked.push(path);
    const query = new URLSearchParams(path.split("?")[1]);
    await turn();
    await turn();
    if (this.refusals.length > 0) {
      throw this.refusals.shift();
    }
    const end = query.has("before") ? Number(query.get("before")) - 1 : this.newest;
    const after = query.has("after") ? Number(query.get("after")) : Math.max(0, end - PAGE);
    const messages = range(after + 1, Math.min(end, after + PAGE)).map(message);
    this.onRead();
    return { messages };
  }

  /** Gives back when nothing is on its way any more. */
  async quiet() {
    for (let seen = -1, idle = 0; idle < 20; idle = seen === this.asked.length ? idle + 1 : 0) {
      seen = this.asked.length;
      await turn();
    }
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("the page's room", () => {
  let server, room;
  const held = () => room.timeline.all().map(({ seq }) => seq);

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    server = new Server();
    room = new Room(GROUP, server, server);
  });

  afterEach(() => {
    room.close();
    mock.timers.reset();
  });

  const loadedTo = async (newest) => {
    server.newest = newest;
    await room.catchUp();
    await server.quiet();
    server.asked = [];
  };

  test("begins anew with the newest page after an absence of 50,000 messages", async () => {
    await loadedTo(250);
    server.newest = 50_250;
    await room.catchUp(200);
    await server.quiet();
    assert.ok(server.asked.length <= 3, `asked ${server.asked.length} times`);
    assert.deepEqual(held(), range(50_151, 50_250));
    assert.equal(room.loaded, true);
  });

  test("fills a gap of some pages whole", async () => {
    await loadedTo(250);
    server.newest = 1_750;
    await room.catchUp(200);
    await server.quiet();
    assert.deepEqual(held(), range(151, 1_750));
  });

  test("does not fill a hole of 50,000 messages that live ones show", async () => {
    await loadedTo(250);
    server.newest = 50_250;
    room.take([message(50_250)]);
    await server.quiet();
    assert.equal(server.asked.length, 1);
    assert.deepEqual(held(), range(50_151, 50_250));
  });

  test("lets nothing into the new timeline that was asked for the old one", async () => {
    await loadedTo(250);
    const older = room.loadOlder();
    server.newest = 50_250;
    server.emit("gap", { groupId: GROUP, fromSeq: 251, toSeq: 50_250 });
    await older;
    await server.quiet();
    assert.equal(server.asked.length, 2, "what came late would have made a hole, and the page begin anew again");
    assert.deepEqual(held(), range(50_151, 50_250));
  });

  describe("of a busy group that stays open", () => {
    const HELD = 2_000;
    /** Messages up to `newest` come as they are said. */
    const hearTo = async (newest) => {
      while (server.newest < newest) {
        room.take([message(++server.newest)]);
      }
      await server.quiet();
    };

    test("holds the newest alone while they are followed, and loads the others when they are wanted", async () => {
      await loadedTo(100);
      await hearTo(10_000);
      assert.deepEqual(server.asked, []);
      assert.deepEqual(held(), range(10_001 - HELD, 10_000));
      assert.equal(room.hasOlder, true);
      room.shown = () => ({ first: 10_001 - HELD, last: 10_100 - HELD });
      await room.loadOlder();
      assert.deepEqual(held(), range(9_901 - HELD, 10_000));
    });

    test("keeps what a reader far up has before her eyes, and loads what comes below as she nears it", async () => {
      await loadedTo(100);
      const reader = { first: 20, last: 100 };
      room.shown = () => reader;
      await hearTo(10_000);
      assert.deepEqual(held(), range(1, 100 + HELD));
      assert.deepEqual(server.asked, []);
      for (; reader.last < 9_990; reader.first += 70, reader.last += 70) {
        await room.repair();
        await server.quiet();
        const [first, last] = [held()[0], held().at(-1)];
        assert.deepEqual(held(), range(first, last), "no hole");
        assert.ok(first <= Math.max(1, reader.first) && last >= Math.min(reader.last + HELD / 2, 10_000), `${first} to ${last} around ${reader.first} to ${reader.last}`);
        assert.ok(held().length <= 2 * HELD + 81, `${held().length} are held`);
      }
      assert.equal(held().at(-1), 10_000);
    });

    test("begins anew when a reader far up goes to the newest", async () => {
      await loadedTo(100);
      let shown = { first: 20, last: 100 };
      room.shown = () => shown;
      await hearTo(10_000);
      shown = { first: 20, last: Infinity };
      await room.repair();
      await server.quiet();
      assert.deepEqual(held(), range(9_901, 10_000));
    });

    test("lets go, after a break, of what is more than it reads again at once, until the reader nears it", async () => {
      await loadedTo(300);
      let shown = { first: 1, last: 240 };
      room.shown = () => shown;
      await room.loadOlder();
      await room.loadOlder();
      await hearTo(10_000);
      assert.deepEqual(held(), range(1, 240 + HELD));
      await room.catchUp(1);
      await server.quiet();
      assert.deepEqual(held(), range(1, HELD));
      shown = { first: 1_500, last: 1_740 };
      await room.repair();
      await server.quiet();
      assert.ok(held().at(-1) >= 1_740 + HELD / 2, `${held().at(-1)} is the newest`);
      assert.deepEqual(held(), range(1, held().at(-1)), "no hole");
    });

    test("lets go, after a break, of what stands behind a hole", async () => {
      await loadedTo(250);
      room.shown = () => ({ first: 160, last: 240 });
      server.newest = 50_250;
      server.emit("gap", { groupId: GROUP, fromSeq: 251, toSeq: 50_250 });
      await server.quiet();
      await hearTo(50_300);
      assert.equal(held().at(-1), 50_300);
      server.newest += 5_000;
      await room.catchUp(160);
      await server.quiet();
      assert.deepEqual(held(), range(160, held().at(-1)));
      assert.ok(held().at(-1) < 50_250, `${held().at(-1)} may have changed`);
    });

    test("leaves out a page of history whose neighbours it has let go of", async () => {
      await loadedTo(200);
      const older = room.loadOlder();
      await hearTo(5_000);
      await older;
      assert.deepEqual(held(), range(5_001 - HELD, 5_000));
      assert.equal(room.timeline.hole(), null);
    });

    test("passes over a change of a message that it does not hold", async () => {
      await loadedTo(5_000);
      server.emit("message_edited", { message: message(7) });
      await server.quiet();
      assert.deepEqual(server.asked, []);
      assert.deepEqual(held(), range(4_901, 5_000));
    });
  });

  describe("of which messages change while a page of them is on its way", () => {
    const change = (edited, deleted, read) => () => {
      server.emit("message_edited", { message: { ...message(edited), content: "better", updatedAt: "2026-01-01T00:00:01.000Z" } });
      server.emit("message_deleted", { groupId: GROUP, messageId: `id${deleted}` });
      server.emit("messages_read", { groupId: GROUP, messageIds: [`id${read}`], readBy: "grace", readAt: "now" });
    };
    const assertChanged = (edited, deleted, read) => {
      const { timeline } = room;
      assert.equal(timeline.byId(`id${edited}`).content, "better");
      assert.equal(timeline.byId(`id${deleted}`).isDeleted, true);
      assert.deepEqual(timeline.byId(`id${read}`).readBy, [{ userId: "grace", readAt: "now" }]);
    };

    test("shows earlier ones as they now are", async () => {
      await loadedTo(250);
      server.onRead = change(70, 71, 72);
      await room.loadOlder();
      assertChanged(70, 71, 72);
      assert.deepEqual(held(), range(51, 250));
    });

    test("shows the newest as they now are, also where one was said before they came", async () => {
      server.newest = 250;
      server.onRead = () => {
        room.take([message(251)]);
        change(170, 171, 172)();
      };
      await room.catchUp();
      assertChanged(170, 171, 172);
      assert.deepEqual(held(), range(151, 251));
    });

    test("keeps who read meanwhile what is read again", async () => {
      await loadedTo(250);
      server.onRead = change(170, 171, 172);
      await room.catchUp(160);
      assertChanged(170, 171, 172);
    });

    test("holds none that is not on the page", async () => {
      server.newest = 250;
      server.onRead = change(7, 8, 9);
      await room.catchUp();
      await server.quiet();
      assert.deepEqual(held(), range(151, 250));
      assert.equal(server.asked.length, 1, "what stood alone would have been a hole");
    });
  });

  test("stays where a reader is who missed more than is loaded at once", async () => {
    await loadedTo(250);
    room.shown = () => ({ first: 160, last: 240 });
    server.newest = 50_250;
    await room.catchUp(160);
    await server.quiet();
    assert.deepEqual(held(), range(151, held().at(-1)));
    assert.ok(server.asked.length <= 12, `asked ${server.asked.length} times`);
  });

  test("waits to ask for a hole, however often it is told of it", async () => {
    await loadedTo(50);
    server.refusals = [new Refusal({ code: "RATE_LIMIT_EXCEEDED", details: { retryAfter: "60" } })];
    for (let seq = 60; seq < 80; seq++) {
      server.newest = seq;
      room.take([message(seq)]);
      await server.quiet();
    }
    assert.equal(server.asked.length, 1);
  });

  test("asks for history again when the server said it may, and not before", async () => {
    server.newest = 30;
    server.refusals = [new Refusal({ code: "RATE_LIMIT_EXCEEDED", details: { retryAfter: "60" } })];
    await room.catchUp();
    assert.equal(room.loaded, false);
    mock.timers.tick(59_999);
    await server.quiet();
    assert.equal(server.asked.length, 1);
    mock.timers.tick(60_000);
    await server.quiet();
    assert.deepEqual(held(), range(1, 30));
    assert.equal(room.loaded, true);
  });

  test("asks again for a hole that could not be filled", async () => {
    await loadedTo(50);
    server.newest = 80;
    server.refusals = [new Refusal({ code: "UNAVAILABLE" }), new Refusal({ code: "UNAVAILABLE" })];
    room.take([message(80)]);
    await server.quiet();
    for (let i = 0; i < 2; i++) {
      assert.equal(held().length, 51);
      mock.timers.tick(5_000);
      await server.quiet();
    }
    assert.deepEqual(held(), range(1, 80));
  });

  test("asks nothing any more once it is closed", async () => {
    server.refusals = [new Refusal({ code: "UNAVAILABLE" })];
    await room.catchUp();
    room.close();
    mock.timers.tick(3_600_000);
    await server.quiet();
    assert.equal(server.asked.length, 1);
  });
});
