import assert from "node:assert/strict";
import { test } from "node:test";
import { TRANSPORTS } from "../support/client.mjs";
import { Founder } from "../support/founder.mjs";
import { randomFrom } from "../support/random.mjs";
import { VerbatimServer } from "../support/server.mjs";
import { REST } from "../support/talker.mjs";
import { REPLAY_LIMIT, Talkers } from "../support/talkers.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 20);
const TALKERS = 12;
/** By what else the first of them say everything at the same time. */
const TWIN_WAYS = [TRANSPORTS["polling only"], TRANSPORTS["WebSocket only"], REST];

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));

test(`${ROUNDS} rounds of kill -9 under load lose, double, alter and reorder nothing (SEED=${seed})`, async (t) => {
  // When it is killed depends on the seed alone; who does what also on who comes first.
  const delays = randomFrom(seed);
  const random = randomFrom(seed + 1);
  const server = await VerbatimServer.start({ REPLAY_LIMIT: String(REPLAY_LIMIT) });
  let talkers;
  t.after(async () => {
    talkers?.close();
    await server.dispose();
  });

  const users = [];
  for (let i = 0; i < TALKERS; i++) {
    users.push(await server.signIn(`talker-${i}`));
  }
  const ways = Object.values(TRANSPORTS);
  const waysOf = (i) => [ways[i % ways.length], ...(TWIN_WAYS[i] ? [TWIN_WAYS[i]] : [])];
  talkers = new Talkers(server, server, users, waysOf, { seed, delays, random });
  const founder = new Founder(server, await server.signIn("founder"), users, random);
  const kept = new Map();

  for (let round = 1; round <= ROUNDS; round++) {
    await t.test(`round ${round}`, async () => {
      let founding;
      // In turn on what the kill left and beside the server that goes on with it.
      const isOdd = round % 2 === 1;
      const { groupId, stored } = await talkers.round(`Round ${round}`, {
        begin: () => (founding = founder.work()),
        end: async () => {
          await server.kill();
          await founding;
        },
        restart: async () => {
          const left = isOdd ? await server.verifyStore() : [];
          await server.restart();
          return left;
        },
        verify: () => (isOdd ? [] : server.verifyStore()),
        check: () => founder.check(),
      });
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
    talkers.close();
    await server.stop();
    assert.deepEqual(await server.verifyStore(), []);
    server.keepSecret("žluťoučký");
    server.assertDiscreet();
  });
});
