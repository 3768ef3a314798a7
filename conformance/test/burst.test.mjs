import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "../support/client.mjs";
import { VerbatimServer } from "../support/server.mjs";
import { within } from "../support/time.mjs";

const GROUPS = 5;
const SENDERS = 50;
const MESSAGES = 10_000;
const EACH = MESSAGES / SENDERS;
const IN_GROUP = SENDERS / GROUPS;
/** So many take seconds, and on a busy machine a minute. */
const BURST_MS_MAX = 300_000;

test("10,000 messages of 50 senders in 5 groups have one order for everybody", async (t) => {
  const server = await VerbatimServer.start();
  const members = [];
  t.after(async () => {
    members.forEach(({ socket }) => socket.disconnect());
    await server.dispose();
  });

  const users = [];
  for (let i = 0; i < SENDERS; i++) {
    users.push(await server.signIn(`sender-${i}`));
  }
  const groups = [];
  for (let g = 0; g < GROUPS; g++) {
    const [owner, ...others] = users.slice(g * IN_GROUP, (g + 1) * IN_GROUP);
    const { group } = await server.do("POST", "/api/groups", { token: owner.token, body: { name: `Group ${g}` } });
    for (const { token } of others) {
      await server.do("POST", `/api/groups/${group._id}/join`, { token });
    }
    groups.push(group._id);
  }

  for (const [i, user] of users.entries()) {
    const { socket } = await Client.of(server, user, { transports: ["websocket"] });
    members.push(new Member(socket, user, groups[Math.floor(i / IN_GROUP)]));
  }
  for (const member of members) {
    member.burst();
  }
  const missing = () => members.reduce((sum, { order }) => sum + IN_GROUP * EACH - order.length, 0);
  await within(
    Promise.all(members.map(({ done }) => done)),
    () => `${missing()} messages have not come:\n${server.output.slice(-2_000)}`,
    BURST_MS_MAX,
  );

  for (const [g, groupId] of groups.entries()) {
    await t.test(`group ${g}`, async () => {
      const ours = members.filter((member) => member.groupId === groupId);
      const stored = await server.history(ours[0].user, groupId);
      assert.equal(stored.length, IN_GROUP * EACH);
      stored.forEach(({ seq }, i) => assert.equal(seq, i + 1));
      const order = stored.map(({ _id, content }) => `${_id} ${content}`);
      for (const member of ours) {
        assert.deepEqual(member.order, order, "as it came, in the order it came");
        assert.deepEqual(member.faults, []);
        assert.equal(member.acknowledged.length, EACH);
        for (const { seq, _id, content } of member.acknowledged) {
          assert.equal(`${_id} ${content}`, order[seq - 1]);
        }
        const seqs = member.acknowledged.map(({ seq }) => seq);
        assert.deepEqual(seqs, [...seqs].sort((a, b) => a - b), "acknowledged in order");
        const numbers = member.acknowledged.map(({ content }) => Number(content.split(" ").at(-1)));
        assert.deepEqual(numbers, numbers.map((_, i) => i), "in the order of sending");
      }
    });
  }
});

/** One sender, who is a receiver too, and what she saw in the order she saw it. */
class Member {
  order = [];
  acknowledged = [];
  faults = [];

  constructor(socket, user, groupId) {
    this.socket = socket;
    this.user = user;
    this.groupId = groupId;
    this.done = new Promise((resolve) => {
      const take = ({ message }) => {
        this.order.push(`${message._id} ${message.content}`);
        this.#check(resolve);
      };
      socket.on("new_message", take);
      socket.on("message_sent", take);
      socket.on("message_error", (error) => this.faults.push(error));
      socket.on("disconnect", (reason) => this.faults.push(reason));
      this.onAnswer = ({ ok, message, error }) => {
        if (ok) {
          this.acknowledged.push(message);
        } else {
          this.faults.push(error);
        }
        this.#check(resolve);
      };
    });
  }

  burst() {
    for (let n = 0; n < EACH; n++) {
      const content = `${this.user.username} says ${n}`;
      this.socket.emit("send_message", { groupId: this.groupId, content, tempId: `t${n}` }, this.onAnswer);
    }
  }

  #check(resolve) {
    if (this.order.length >= IN_GROUP * EACH && this.acknowledged.length >= EACH) {
      resolve();
    }
  }
}
