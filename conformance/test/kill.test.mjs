import assert from "node:assert/strict";
import { test } from "node:test";
import { TRANSPORTS } from "../support/client.mjs";
import { findings } from "../support/history-checker.mjs";
import { History } from "../support/history.mjs";
import { randomFrom } from "../support/random.mjs";
import { VerbatimServer } from "../support/server.mjs";
import { Talker } from "../support/talker.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 20);
const TALKERS = 12;
/** Those who say everything twice at once, by two sockets. */
const TWINS = 3;
/** How long they talk before the kill, in ms: from a first few messages to some hundreds. */
const TALK_MS_MAX = 600;
const REPLAY_LIMIT = 10_000;

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));

test(`${ROUNDS} rounds of kill -9 under load lose, double, alter and reorder nothing (SEED=${seed})`, async (t) => {
  const random = randomFrom(seed);
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
    const own = [ways[i % ways.length], ...(i < TWINS ? [ways[(i + 1) % ways.length]] : [])];
    talkers.push(new Talker(nowhere, server, user, own));
  }
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
      await talk;
      // The one time that is paced and not waited for: the kill comes at any moment of the talk.
      await new Promise((resolve) => setTimeout(resolve, random() * TALK_MS_MAX));
      await server.kill();
      talkers.forEach((talker) => talker.rest());
      // In turn on what the kill left and beside the server that goes on with it.
      const left = round % 2 ? await server.verifyStore() : [];
      await server.restart();
      const [taken] = await Promise.all([round % 2 ? [] : server.verifyStore(), ...talkers.map((talker) => talker.finish())]);
      const stored = await server.history(users[0], groupId);
      await Promise.all(witnesses.map((witness) => witness.complete(groupId, stored.length)));

      const found = findings({ sockets: history.sockets, stored: { [groupId]: stored }, verified: [...left, ...taken], replayLimit: REPLAY_LIMIT });
      assert.deepEqual(found.slice(0, 20), [], `SEED=${seed}`);
      assert.ok(stored.length > 0, "nothing was said");
      witnesses.forEach((witness, i) => assert.ok(witness.lives > lives[i], `${witness.name} was not cut`));
      talkers.forEach(({ user, faults }) => assert.deepEqual(faults, [], user.username));
      kept.set(groupId, stored);
    });
  }

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
