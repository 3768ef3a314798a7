import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { TRANSPORTS } from "../support/client.mjs";
import { findings } from "../support/history-checker.mjs";
import { History } from "../support/history.mjs";
import { TELLING } from "../support/output.mjs";
import { VerbatimServer } from "../support/server.mjs";
import { within } from "../support/time.mjs";
import { Witness } from "../support/witness.mjs";

const NAMES = 100;

describe("a tempId", () => {
  const history = new History();
  const tempIds = Array.from({ length: NAMES }, (_, i) => `t${i}`);
  let server, ada, grace, groupId, otherGroupId, adas, graces, all;
  /** What the first answer to each said. */
  let first;

  before(async () => {
    server = await VerbatimServer.start(TELLING);
    [ada, grace] = [await server.signIn("ada"), await server.signIn("grace")];
    groupId = await server.groupOf([ada, grace], "Words");
    otherGroupId = await server.groupOf([ada, grace], "Other words");
    adas = Object.entries(TRANSPORTS).map(([name, options]) => new Witness(history, server, ada, options, name));
    graces = new Witness(history, server, grace, TRANSPORTS["WebSocket only"]);
    all = [...adas, graces];
    for (const witness of all) {
      await witness.connected();
      witness.follow(groupId);
      witness.follow(otherGroupId);
    }
  });

  after(async () => {
    all?.forEach((witness) => witness.close());
    await server?.dispose();
  });

  async function send(witness, tempId, content, group = groupId) {
    const answer = new Promise((resolve) => witness.ask("send", { groupId: group, content, tempId }, resolve));
    const { ok, message, error } = await within(answer, () => `no answer to ${tempId}`);
    assert.equal(ok, true, JSON.stringify(error));
    return message;
  }

  const sendAll = (witness, content) => Promise.all(tempIds.map((tempId) => send(witness, tempId, content)));

  async function assertWhole(count) {
    const stored = {};
    for (const each of [groupId, otherGroupId]) {
      stored[each] = await server.history(ada, each);
    }
    assert.equal(stored[groupId].length, count);
    await Promise.all(all.flatMap((witness) => Object.entries(stored).map(([id, { length }]) => witness.complete(id, length))));
    assert.deepEqual(findings({ sockets: history.sockets, stored, verified: await server.verifyStore() }), []);
  }

  test("that several sockets use at once names one message", async () => {
    const answers = await Promise.all(adas.map((witness, i) => sendAll(witness, `by socket ${i}`)));
    for (const each of answers) {
      assert.deepEqual(each, answers[0]);
    }
    first = answers[0];
    await assertWhole(NAMES);
  });

  test("gets the first answer from each socket, whatever the retry carries", async () => {
    for (const witness of adas) {
      assert.deepEqual(await sendAll(witness, "other words"), first);
    }
    await assertWhole(NAMES);
  });

  test("is its sender's own, and its group's", async () => {
    const hers = await send(graces, "t0", "grace's own");
    assert.notEqual(hers._id, first[0]._id);
    const elsewhere = await send(adas[0], "t0", "said elsewhere", otherGroupId);
    assert.notEqual(elsewhere._id, first[0]._id);
    assert.equal(elsewhere.seq, 1);
    await assertWhole(NAMES + 1);
  });

  test("is the same by REST", async () => {
    const caller = history.open("REST", ada.user._id);
    const post = async (tempId, content) => {
      const payload = { groupId, content, tempId };
      const note = caller.ask("send", payload);
      const { status, body } = await server.ask("POST", "/api/messages", { token: ada.token, body: payload });
      note({ ok: true, message: body.message });
      return { status, message: body.message };
    };
    const known = await Promise.all(tempIds.map((tempId) => post(tempId, "by REST")));
    assert.deepEqual(known, first.map((message) => ({ status: 200, message })));
    const made = await post("by-rest", "by REST");
    assert.equal(made.status, 201);
    assert.deepEqual(await send(adas[0], "by-rest", "by socket"), made.message);
    await assertWhole(NAMES + 2);
  });

  for (const [how, end] of [["a stop", () => server.stop()], ["a kill", () => server.kill()]]) {
    test(`gets the first answer after ${how} and a restart`, async () => {
      const lives = adas[0].lives;
      await end();
      await server.restart();
      await Promise.all(all.map((witness) => witness.connected(lives + 1)));
      const answers = await Promise.all(adas.map((witness) => sendAll(witness, `after ${how}`)));
      for (const each of answers) {
        assert.deepEqual(each, first);
      }
      await assertWhole(NAMES + 2);
    });
  }
});
