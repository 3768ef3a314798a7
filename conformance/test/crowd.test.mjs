import assert from "node:assert/strict";
import { test } from "node:test";
import { TRANSPORTS } from "../support/client.mjs";
import { findings } from "../support/history-checker.mjs";
import { History } from "../support/history.mjs";
import { LONG_LIVED } from "../support/launcher.mjs";
import { VerbatimServer } from "../support/server.mjs";
import { REST, Talker } from "../support/talker.mjs";
import { within } from "../support/time.mjs";

const SENDERS = 50;
/** Messages in all, more or less: it is stopped when so many are acknowledged. */
const MESSAGES = 1_000;
/** Two at a time use the same way, so that each way is on each of two event loops. */
const WAYS = [...Object.values(TRANSPORTS), REST];

test("50 senders in one group by every way have one order, and so has everybody who sees them", async (t) => {
  const server = await VerbatimServer.start(LONG_LIVED);
  const history = new History();
  const talkers = [];
  t.after(async () => {
    talkers.forEach((talker) => talker.close());
    await server.dispose();
  });

  const users = [];
  for (let i = 0; i < SENDERS; i++) {
    users.push(await server.signIn(`sender-${i}`));
  }
  const groupId = await server.groupOf(users, "Crowd");
  for (const [i, user] of users.entries()) {
    talkers.push(new Talker(history, server, user, [WAYS[Math.floor(i / 2) % WAYS.length]]));
  }
  const witnesses = talkers.flatMap((talker) => talker.witnesses);
  await Promise.all(witnesses.map((witness) => witness.connected()));

  const acknowledged = () => talkers.reduce((sum, talker) => sum + talker.acknowledged, 0);
  const enough = new Promise((resolve) => {
    talkers.forEach((talker) => (talker.onAcknowledged = () => acknowledged() >= MESSAGES && resolve()));
  });
  talkers.forEach((talker) => talker.begin(history, groupId));
  await within(enough, () => `${acknowledged()} of ${MESSAGES} are acknowledged:\n${server.output.slice(-2_000)}`);
  await Promise.all(talkers.map((talker) => talker.finish()));
  const stored = await server.history(users[0], groupId);
  await Promise.all(witnesses.map((witness) => witness.complete(groupId, stored.length)));

  assert.equal(stored.length, acknowledged());
  assert.deepEqual(findings({ sockets: history.sockets, stored: { [groupId]: stored } }).slice(0, 20), []);
  assert.ok(talkers.every((talker) => talker.acknowledged > 0), "not everybody has said something");
  talkers.forEach(({ user, faults }) => assert.deepEqual(faults, [], user.username));
  witnesses.forEach(({ lives, name }) => assert.equal(lives, 1, `${name} was cut`));
});
