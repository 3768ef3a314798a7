import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TRANSPORTS } from "../support/client.mjs";
import { findings } from "../support/history-checker.mjs";
import { History } from "../support/history.mjs";
import { TELLING } from "../support/output.mjs";
import { hasNginx, Proxy } from "../support/proxy.mjs";
import { randomFrom } from "../support/random.mjs";
import { VerbatimServer } from "../support/server.mjs";
import { REST, Talker } from "../support/talker.mjs";
import { within } from "../support/time.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 2);
const TALKERS = 9;
/** How long they talk before the stop, in ms. */
const TALK_MS_MAX = 600;
const REPLAY_LIMIT = 10_000;

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));

const FRONTS = {
  "by themselves": { skip: false, front: (server) => server },
  "behind nginx": { skip: !hasNginx && "nginx is missing", front: (server) => Proxy.nginx(server) },
};

describe(`${ROUNDS} restarts under load (SEED=${seed})`, () => {
  for (const [name, { skip, front }] of Object.entries(FRONTS)) {
    test(`lose, double, alter and reorder nothing for clients ${name}`, { skip }, async (t) => {
      const delays = randomFrom(seed);
      const random = randomFrom(seed + 1);
      const server = await VerbatimServer.start({ ...TELLING, REPLAY_LIMIT: String(REPLAY_LIMIT), TRUST_PROXY: "1" });
      let proxy;
      const talkers = [];
      t.after(async () => {
        talkers.forEach((talker) => talker.close());
        await proxy?.dispose?.();
        await server.dispose();
      });
      proxy = await front(server);

      const users = [];
      for (let i = 0; i < TALKERS; i++) {
        users.push(await server.signIn(`talker-${i}`));
      }
      const ways = Object.values(TRANSPORTS);
      const nowhere = new History();
      for (const [i, user] of users.entries()) {
        talkers.push(new Talker(nowhere, proxy, user, [ways[i % ways.length], ...(i === 0 ? [REST] : [])], { random }));
      }
      const witnesses = talkers.flatMap((talker) => talker.witnesses);

      for (let round = 1; round <= ROUNDS; round++) {
        await t.test(`round ${round}`, async () => {
          const groupId = await server.groupOf(users, `Round ${round}`);
          const history = new History();
          const talk = new Promise((resolve) => {
            talkers.forEach((talker) => (talker.onAcknowledged = resolve));
          });
          const lives = witnesses.map((witness) => witness.lives);
          talkers.forEach((talker) => talker.begin(history, groupId));
          await within(talk, () => `nothing is acknowledged:\n${server.output.slice(-2_000)}`);
          // The one time that is paced and not waited for: the stop comes at any moment of the talk.
          await new Promise((resolve) => setTimeout(resolve, delays() * TALK_MS_MAX));
          // They talk on meanwhile, and what they say is answered, or said again to the next.
          assert.deepEqual(await server.stop(), { code: 0, signal: null });
          talkers.forEach((talker) => talker.rest());
          await server.restart();
          await Promise.all(talkers.map((talker) => talker.finish()));
          await Promise.all(witnesses.map((witness, i) => witness.connected(lives[i] + 1)));
          // Behind this one everything of this round has been told.
          const end = new Promise((resolve) => witnesses[0].ask("send", { groupId, content: "The end" }, resolve));
          await within(end, () => "no end of it");
          const stored = await server.history(users[0], groupId);
          await Promise.all(witnesses.map((witness) => witness.complete(groupId, stored.length)));
          const found = findings({ sockets: history.sockets, stored: { [groupId]: stored }, verified: [], replayLimit: REPLAY_LIMIT });
          assert.deepEqual(found.slice(0, 20), [], `SEED=${seed}`);
          talkers.forEach(({ user, faults }) => assert.deepEqual(faults, [], user.username));
        });
      }

      await t.test("the log tells of each stop, and of nothing that went wrong", async () => {
        talkers.forEach((talker) => talker.close());
        assert.deepEqual(await server.stop(), { code: 0, signal: null });
        assert.equal(server.output.match(/: Stopping: \d+ connections, at most 10,000 ms\n/g).length, ROUNDS + 1);
        assert.equal(server.output.match(/: Stopped after [\d,]+ ms\n/g).length, ROUNDS + 1);
        assert.doesNotMatch(server.output, / (WARN|ERROR) /);
        assert.deepEqual(await server.verifyStore(), []);
        server.assertDiscreet();
      });
    });
  }
});
