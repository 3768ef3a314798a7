import assert from "node:assert/strict";
import { test } from "node:test";
import { TRANSPORTS } from "../support/client.mjs";
import { Founder } from "../support/founder.mjs";
import { findings } from "../support/history-checker.mjs";
import { History } from "../support/history.mjs";
import { randomFrom } from "../support/random.mjs";
import { VerbatimServer } from "../support/server.mjs";
import { REST, Talker } from "../support/talker.mjs";
import { within } from "../support/time.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 20);
const TALKERS = 12;
/** By what else the first of them say everything at the same time. */
const TWIN_WAYS = [TRANSPORTS["polling only"], TRANSPORTS["WebSocket only"], REST];
/** How long they talk before the kill, in ms: from a first few messages to some hundreds. */
const TALK_MS_MAX = 600;
const REPLAY_LIMIT = 10_000;

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));

test(`${ROUNDS} rounds of kill -9 under load lose, double, alter and reorder nothing (SEED=${seed})`, async (t) => {
  // When it is killed depends on the seed alone; who does what also on who comes first.
  const delays = randomFrom(seed);
  const random = randomFrom(seed + 1);
  // Nobody may be told of a gap: what is missed in a round is replayed.
  const server = await VerbatimServer.start({ REPLAY_LIMIT: String(REPLAY_LIMIT) });
  const talkers = [];
  t.after(async () => {
    talkers.forEach((talker) => talker.close());
    await server.dispose();
  });

  const users = [];
  for (let i = 0; i < TALKERS; i++) {
    users.push(await server.signIn(`talker-${i}`));
  }
  const ways = Object.values(TRANSPORTS);
  const nowhere = new History();
  for (const [i, user] of users.entries()) {
    const own = [ways[i % ways.length], ...(TWIN_WAYS[i] ? [TWIN_WAYS[i]] : [])];
    talkers.push(new Talker(nowhere, server, user, own, { random }));
  }
  const founder = new Founder(server, await server.signIn("founder"), users, random);
  const witnesses = talkers.flatMap((talker) => talker.witnesses);
  const kept = new Map();

  for (let round = 1; round <= ROUNDS; round++) {
    await t.test(`round ${round}`, async () => {
      const groupId = await server.groupOf(users, `Round ${round}`);
      const history = new History();
      const talk = new Promise((resolve) => {
        talkers.forEach((talker) => (talker.onAcknowledged = resolve));
      });
      const lives = witnesses.map((witness) => witness.lives);
      talkers.forEach((talker) => talker.begin(history, groupId));
      const founding = founder.work();
      await within(talk, () => `nothing is acknowledged:\n${server.output.slice(-2_000)}`);
      // The one time that is paced and not waited for: the kill comes at any moment of the talk.
      await new Promise((resolve) => setTimeout(resolve, delays() * TALK_MS_MAX));
      await server.kill();
      await founding;
      talkers.forEach((talker) => talker.rest());
      // In turn on what the kill left and beside the server that goes on with it.
      const left = round % 2 ? await server.verifyStore() : [];
      await server.restart();
      const [taken] = await Promise.all([round % 2 ? [] : server.verifyStore(), ...talkers.map((talker) => talker.finish())]);
      await founder.check();
      await Promise.all(witnesses.map((witness, i) => witness.connected(lives[i] + 1)));
      // Behind this one everything of this round has been told.
      const end = new Promise((resolve) => witnesses[0].ask("send", { groupId, content: "The end" }, resolve));
      await within(end, () => "no end of it");
      const stored = await server.history(users[0], groupId);
      await Promise.all(witnesses.map((witness) => witness.complete(groupId, stored.length)));

      const found = findings({ sockets: history.sockets, stored: { [groupId]: stored }, verified: [...left, ...taken], replayLimit: REPLAY_LIMIT });
      assert.deepEqual(found.slice(0, 20), [], `SEED=${seed}`);
      witnesses.forEach((witness, i) => assert.ok(witness.lives > lives[i], `${witness.name} was not cut`));
      talkers.forEach(({ user, faults }) => assert.deepEqual(faults, [], user.username));
      kept.set(groupId, stored);
    });
  }

  const skip = ROUNDS < 20 && "in so few rounds not everything need be done";
  await t.test("everything that can be done was done", { skip }, () => {
    const all = [...kept.values()].flat();
    const some = { said: all, edited: all.filter(({ editedAt }) => editedAt), deleted: all.filter(({ isDeleted }) => isDeleted), read: all.filter(({ readBy }) => readBy.length > 0) };
    for (const [what, messages] of Object.entries(some)) {
      assert.ok(messages.length >= ROUNDS, `${messages.length} messages were ${what}`);
    }
    assert.ok(founder.done >= ROUNDS, `${founder.done} changes of groups`);
  });

  await t.test("what earlier rounds have stored is as it was", async () => {
    for (const [groupId, stored] of kept) {
      assert.deepEqual(await server.history(users[0], groupId), stored);
    }
  });

  await t.test("the log tells nothing of it, and the store is whole after a stop", async () => {
    talkers.forEach((talker) => talker.close());
    await server.stop();
    assert.deepEqual(await server.verifyStore(), []);
    server.keepSecret("žluťoučký");
    server.assertDiscreet();
  });
});
