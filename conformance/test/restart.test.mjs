import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TRANSPORTS } from "../support/client.mjs";
import { TELLING } from "../support/output.mjs";
import { hasNginx, Proxy } from "../support/proxy.mjs";
import { randomFrom } from "../support/random.mjs";
import { VerbatimServer } from "../support/server.mjs";
import { REST } from "../support/talker.mjs";
import { REPLAY_LIMIT, Talkers } from "../support/talkers.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 2);
const TALKERS = 9;
/** Each step of a stop has a share of it, and none may run out on a busy machine. */
const SHUTDOWN_TIMEOUT_MS = 30_000;

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
      const server = await VerbatimServer.start({
        ...TELLING,
        REPLAY_LIMIT: String(REPLAY_LIMIT),
        SHUTDOWN_TIMEOUT_MS: String(SHUTDOWN_TIMEOUT_MS),
        TRUST_PROXY: "1",
      });
      let proxy;
      let talkers;
      t.after(async () => {
        talkers?.close();
        await proxy?.dispose?.();
        await server.dispose();
      });
      proxy = await front(server);

      const users = [];
      for (let i = 0; i < TALKERS; i++) {
        users.push(await server.signIn(`talker-${i}`));
      }
      const ways = Object.values(TRANSPORTS);
      const waysOf = (i) => [ways[i % ways.length], ...(i === 0 ? [REST] : [])];
      talkers = new Talkers(server, proxy, users, waysOf, { seed, delays, random });

      for (let round = 1; round <= ROUNDS; round++) {
        await t.test(`round ${round}`, () =>
          talkers.round(`Round ${round}`, {
            // They talk on meanwhile, and what they say is answered, or said again to the next.
            end: async () => assert.deepEqual(await server.stop(), { code: 0, signal: null }),
            restart: () => server.restart(),
          }),
        );
      }

      await t.test("the log tells of each stop, and of nothing that went wrong", async () => {
        talkers.close();
        assert.deepEqual(await server.stop(), { code: 0, signal: null });
        assert.equal(server.output.match(/: Stopping: \d+ connections, at most 30,000 ms\n/g).length, ROUNDS + 1);
        assert.equal(server.output.match(/: Stopped after [\d,]+ ms\n/g).length, ROUNDS + 1);
        assert.doesNotMatch(server.output, / (WARN|ERROR) /);
        assert.deepEqual(await server.verifyStore(), []);
        server.assertDiscreet();
      });
    });
  }
});
