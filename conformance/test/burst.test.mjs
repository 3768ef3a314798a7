import assert from "node:assert/strict";
import { test } from "node:test";
import { findings } from "../support/history-checker.mjs";
import { History } from "../support/history.mjs";
import { LONG_LIVED } from "../support/launcher.mjs";
import { VerbatimServer } from "../support/server.mjs";
import { within } from "../support/time.mjs";
import { Witness } from "../support/witness.mjs";

const GROUPS = 5;
const SENDERS = 50;
const MESSAGES = 10_000;
const EACH = MESSAGES / SENDERS;
const IN_GROUP = SENDERS / GROUPS;
/** So many take seconds, and on a busy machine a minute. */
const BURST_MS_MAX = 300_000;

test("10,000 messages of 50 senders in 5 groups have one order for everybody", async (t) => {
  const server = await VerbatimServer.start(LONG_LIVED);
  const history = new History();
  const members = [];
  t.after(async () => {
    members.forEach((member) => member.close());
    await server.dispose();
  });

  const users = [];
  for (let i = 0; i < SENDERS; i++) {
    users.push(await server.signIn(`sender-${i}`));
  }
  const groups = [];
  for (let g = 0; g < GROUPS; g++) {
    groups.push(await server.groupOf(users.slice(g * IN_GROUP, (g + 1) * IN_GROUP), `Group ${g}`));
  }
  const groupOf = (i) => groups[Math.floor(i / IN_GROUP)];
  for (const [i, user] of users.entries()) {
    const member = new Witness(history, server, user, { transports: ["websocket"] });
    members.push(member);
    await member.connected();
    member.follow(groupOf(i));
  }

  const bursts = members.map((member, i) => burst(member, groupOf(i)));
  const come = () => members.reduce((sum, member, i) => sum + member.shown(groupOf(i)).size, 0);
  const whole = Promise.all([...bursts, ...members.map((member, i) => member.complete(groupOf(i), IN_GROUP * EACH, BURST_MS_MAX))]);
  await within(whole, () => `${come()} messages have come:\n${server.output.slice(-2_000)}`, BURST_MS_MAX);

  const stored = {};
  for (const [g, groupId] of groups.entries()) {
    stored[groupId] = await server.history(users[g * IN_GROUP], groupId);
    assert.equal(stored[groupId].length, IN_GROUP * EACH);
  }
  assert.deepEqual(findings({ sockets: history.sockets, stored, verified: await server.verifyStore() }).slice(0, 20), []);
  members.forEach(({ lives, name }) => assert.equal(lives, 1, `${name} was cut`));
});

/** Sends everything at once, and waits for all answers. */
function burst(member, groupId) {
  const answers = Array.from({ length: EACH }, (_, n) => {
    const payload = { groupId, content: `${member.name} says ${n}`, tempId: `t${n}` };
    return new Promise((resolve, reject) => {
      member.ask("send", payload, ({ ok, error }) => (ok ? resolve() : reject(new Error(JSON.stringify(error)))));
    });
  });
  return Promise.all(answers);
}
