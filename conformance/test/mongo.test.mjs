import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ObjectId } from "mongodb";
import { Client, TRANSPORTS } from "../support/client.mjs";
import { findings } from "../support/history-checker.mjs";
import { History } from "../support/history.mjs";
import { cannotKill, Mongo, SERVERS } from "../support/mongo.mjs";
import { TELLING } from "../support/output.mjs";
import { VerbatimServer } from "../support/server.mjs";
import { Talker } from "../support/talker.mjs";
import { WAIT_MS_MAX, within } from "../support/time.mjs";

/** In how many ms what others changed is told. */
const OTHERS_MS = 5_000;
/** How long any of it may take on a machine that is busy. */
const OTHERS_MS_MAX = 15_000;
/** For how long the database is away at least, in ms; a commit is tried for eight seconds. */
const OUTAGE_MS = process.env.LONG ? 30_000 : 0;
/** On both it takes minutes, and is not tried in every build. */
const RUNS = [{ on: SERVERS.quick, skip: SERVERS.quick.lacks }];
if (SERVERS.own !== SERVERS.quick) {
  RUNS.push({ on: SERVERS.own, skip: SERVERS.own.lacks || (process.env.LONG ? false : "takes minutes; LONG=1 runs it") });
}
/** How long a sender may wait for an answer, whatever happens to the database, in ms. */
const ANSWER_MS_MAX = 12_000;

/** Asks again and again until the answer fits; gives it back. */
async function becomes(ask, fits, complaint, waitMsMax = WAIT_MS_MAX) {
  const began = performance.now();
  for (;;) {
    const answer = await ask();
    if (fits(answer)) {
      return answer;
    }
    assert.ok(performance.now() - began < waitMsMax, `${complaint}: ${String(JSON.stringify(answer)).slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("a database that the Node.js service left", { skip: SERVERS.own.lacks }, () => {
  /** More than two pages; FerretDB hangs for good at a command of more than 100 updates, as numbering more would be. */
  const OLD = 95;
  const at = (minutes) => new Date(Date.UTC(2025, 4, 25, 16) + minutes * 60_000);
  const [ada, grace, linus] = [new ObjectId(), new ObjectId(), new ObjectId()];
  const [words, capitals] = [new ObjectId(), new ObjectId()];
  const users = [
    // As it was written at first, and with a field of somebody else's.
    { _id: ada, clerkId: "user_dev_ada", email: "ada@example.org", firstName: "Ada", lastName: "Lovelace", isActive: true, createdAt: at(0), updatedAt: at(0), theme: "green", __v: 0 },
    { _id: grace, clerkId: "user_dev_grace" },
    { _id: linus, clerkId: "user_dev_linus", email: "linus@example.org", firstName: "Linus", lastName: "", isActive: false, createdAt: at(0), updatedAt: at(0) },
  ];
  const groups = [
    {
      ...{ _id: words, name: "Words", ownerId: ada, isPrivate: false, isActive: true, createdAt: at(1), updatedAt: at(1), avatar: { colour: "blue", shapes: [1, 2] }, __v: 3 },
      members: [
        { userId: ada, role: "owner", joinedAt: at(1), nickname: "Countess" },
        { userId: grace, role: "member", joinedAt: at(2) },
      ],
    },
    // As a .NET service writes it: names of an enumeration, ids as text, what is null left in.
    {
      ...{ _id: capitals, name: "Capitals", description: null, ownerId: grace, createdAt: at(3), updatedAt: at(3), Tags: ["x"] },
      members: [
        { userId: String(grace), role: "Owner", joinedAt: at(3).toISOString() },
        { userId: String(ada), role: "Admin", joinedAt: at(4).toISOString() },
      ],
    },
  ];
  const messages = Array.from({ length: OLD }, (_, i) => {
    // Some were written in the same millisecond: then the id says which is first.
    const createdAt = at(10 + Math.floor(i / 3));
    const isDeleted = i === 17;
    const readBy = i < 60 ? [{ userId: i % 2 ? ada : grace, readAt: at(200) }] : [];
    return { _id: new ObjectId(), groupId: words, senderId: i % 2 ? grace : ada, content: `old ${i}`, type: "text", isDeleted, readBy, createdAt, updatedAt: createdAt, client: "ios" };
  });
  let mongo, database, server, adas, graces, adasClient, gracesClient;

  before(async () => {
    mongo = await Mongo.start(SERVERS.own);
    database = mongo.database();
    await database.db.collection("users").insertMany(users);
    await database.db.collection("groups").insertMany(groups);
    await database.db.collection("messages").insertMany(messages);
    server = await VerbatimServer.start({ ...TELLING, ...database.env });
    await becomes(() => server.ask("GET", "/health/ready"), ({ status }) => status === 200, "it does not become ready");
    [adas, graces] = [await server.signIn("ada"), await server.signIn("grace")];
    adasClient = await Client.of(server, adas, TRANSPORTS["WebSocket only"]);
    gracesClient = await Client.of(server, graces, TRANSPORTS["polling only"]);
  });

  after(async () => {
    adasClient?.close();
    gracesClient?.close();
    await server?.dispose();
    await mongo?.dispose();
  });

  const expected = messages.map(({ _id, senderId, content, isDeleted, readBy, createdAt }, i) => ({
    _id: String(_id),
    senderId: String(senderId),
    seq: i + 1,
    isDeleted,
    content: isDeleted ? "" : content,
    readers: readBy.map(({ userId }) => String(userId)),
    createdAt: createdAt.toISOString(),
  }));
  const shown = (all) =>
    all.map(({ _id, senderId, seq, isDeleted, content, readBy, createdAt }) => ({ _id, senderId, seq, isDeleted, content, readers: readBy.map(({ userId }) => userId), createdAt }));

  test("knows its users, those without names too, and lets in none who is not active", async () => {
    assert.deepEqual([adas.user._id, adas.user.firstName, adas.user.email], [String(ada), "Ada", "ada@example.org"]);
    assert.deepEqual([graces.user._id, graces.user.firstName, graces.user.isActive], [String(grace), "", true]);
    const linus = await server.signIn("linus");
    const { status, body } = await server.ask("GET", "/api/users/me", linus);
    assert.deepEqual([status, body.code], [401, "USER_NOT_FOUND"]);
  });

  test("shows its groups to a stock client, with what is unread", async () => {
    await adasClient.request("authenticate", {});
    const told = await adasClient.log.until("user_groups");
    const names = told.map(({ name }) => name);
    assert.ok(names.includes("Words") && names.includes("Capitals"), String(names));
    const { lastMessage, memberCount } = told.find(({ name }) => name === "Words");
    assert.deepEqual([lastMessage.content, lastMessage.seq, memberCount], [`old ${OLD - 1}`, OLD, 2]);
    const { group } = await adasClient.request("join_group", { groupId: String(capitals) });
    assert.deepEqual(
      group.members.map(({ userId, role, joinedAt }) => [userId, role, joinedAt]),
      [[String(grace), "owner", at(3).toISOString()], [String(ada), "admin", at(4).toISOString()]],
    );
    assert.deepEqual([group.ownerId, group.isPrivate, group.isActive], [String(grace), false, true]);
    assert.ok(!("description" in group));
  });

  test("shows the whole history, downward and upward", async () => {
    assert.deepEqual(shown(await server.history(adas, String(words))), expected);
    const downward = [];
    let before;
    for (let hasMore = true; hasMore; ) {
      const page = await gracesClient.request("get_messages", { groupId: String(words), limit: 40, ...(before && { before }) });
      downward.unshift(...page.messages);
      before = page.messages[0]._id;
      ({ hasMore } = page);
    }
    assert.deepEqual(shown(downward), expected);
  });

  test("goes on behind it, and in a group without messages begins with 1", async () => {
    const { message } = await adasClient.request("send_message", { groupId: String(words), content: "new", tempId: "new-1" });
    assert.equal(message.seq, OLD + 1);
    const { message: received } = await gracesClient.log.until("new_message", (event) => event.message._id === message._id);
    assert.equal(received.seq, OLD + 1);
    const again = await gracesClient.request("send_message", { groupId: String(words), content: "newer" });
    assert.equal(again.message.seq, OLD + 2);
    const first = await gracesClient.request("send_message", { groupId: String(capitals), content: "first" });
    assert.equal(first.message.seq, 1);
    const retried = await adasClient.request("send_message", { groupId: String(words), content: "new", tempId: "new-1" });
    assert.equal(retried.message._id, message._id);
  });

  /** All messages in the database, when the numbering has ended, which it does by itself. */
  const numbered = () =>
    becomes(
      () => database.db.collection("messages").find({ groupId: words }).toArray(),
      (found) => found.every(({ seq }) => seq !== undefined),
      "the numbering does not end",
    );

  test("takes what the old service still writes into the order, and tells it", async () => {
    await numbered();
    const late = { _id: new ObjectId(), groupId: words, senderId: grace, content: "late", type: "text", isDeleted: false, readBy: [], createdAt: new Date(), updatedAt: new Date() };
    await database.db.collection("messages").insertOne(late);
    const { message } = await adasClient.log.until("new_message", (event) => event.message._id === String(late._id));
    assert.deepEqual([message.seq, message.content], [OLD + 3, "late"]);
  });

  test("leaves every field in place that it does not know", async () => {
    await server.do("PUT", `/api/groups/${words}`, { token: adas.token, body: { description: "All of them" } });
    const { group } = await server.do("GET", `/api/groups/${words}`, { token: adas.token });
    assert.equal(group.description, "All of them");
    const raw = (name, _id) => database.db.collection(name).findOne({ _id });
    const [user, one, other] = [await raw("users", ada), await raw("groups", words), await raw("groups", capitals)];
    assert.deepEqual([user.theme, user.__v, user.createdAt, user.isActive], ["green", 0, at(0), true]);
    assert.deepEqual([one.avatar, one.__v, one.description, one.members], [groups[0].avatar, 3, "All of them", groups[0].members]);
    assert.deepEqual(other, groups[1]);
    const all = await numbered();
    const byId = new Map(all.map((message) => [String(message._id), message]));
    for (const [i, old] of messages.entries()) {
      const { seq, seqKey, ...rest } = byId.get(String(old._id));
      assert.equal(Number(seq), i + 1);
      assert.match(seqKey, /^[0-9a-f]{40}$/);
      assert.deepEqual(rest, old);
    }
    const history = shown(await server.history(adas, String(words)));
    assert.deepEqual(history.slice(0, OLD), expected);
    assert.deepEqual(history.slice(OLD).map(({ seq, content }) => [seq, content]), [[OLD + 1, "new"], [OLD + 2, "newer"], [OLD + 3, "late"]]);
    assert.deepEqual(await server.verifyStore(), []);
  });
});

for (const { on, skip } of RUNS) {
  describe(`two servers on one database, ${on.name}`, { skip }, () => {
    const TALKERS = 6;
    /** What each says in each group. */
    const SAID = 15;
    let mongo, database, servers;
    const history = new History();
    const stored = {};
    const talkers = [];
    const clients = [];
    /** How long it took until something was told that another service had changed, each time. */
    const delays = [];

    before(async () => {
      mongo = await Mongo.start(on);
      database = mongo.database();
      const first = await VerbatimServer.start(database.env);
      servers = [first];
      // With the other's key, so that a token is good at both.
      servers.push(await VerbatimServer.start({ ...database.env, DATA_DIR: first.dataDir }));
    });

    after(async () => {
      [...talkers, ...clients].forEach((each) => each.close());
      for (const server of servers.toReversed()) {
        await server.dispose();
      }
      await mongo?.dispose();
    });

    /** Waits for what another service's change brings. */
    const timed = async (brings) => {
      const began = performance.now();
      const brought = await brings;
      delays.push(performance.now() - began);
      return brought;
    };

    /** All of them say so much in a group at the same time. */
    const talk = async (those, into, groupId) => {
      const saidAll = those.map((talker) => {
        const until = talker.acknowledged + SAID;
        return new Promise((resolve) => {
          talker.onAcknowledged = () => {
            if (talker.acknowledged >= until) {
              talker.rest();
              resolve();
            }
          };
        });
      });
      those.forEach((talker) => talker.begin(into, groupId));
      await within(Promise.all(saidAll), () => `not all is acknowledged: ${those.map(({ acknowledged, faults }) => `${acknowledged} ${faults}`)}`);
      await Promise.all(those.map((talker) => talker.finish()));
      those.forEach(({ user, faults }) => assert.deepEqual(faults, [], user.username));
    };

    test("keep one order, and tell each other's messages in it, and once", async () => {
      const users = [];
      for (let i = 0; i < TALKERS; i++) {
        users.push(await servers[i % 2].signIn(`talker-${i}`));
      }
      const groups = [await servers[0].groupOf(users, "One"), await servers[1].groupOf(users, "Two")];
      const ways = Object.values(TRANSPORTS);
      for (const [i, user] of users.entries()) {
        const own = [{ server: servers[i % 2], ...ways[i % ways.length] }];
        talkers.push(new Talker(history, servers[0], user, own));
      }
      const witnesses = talkers.flatMap((talker) => talker.witnesses);
      await Promise.all(witnesses.map((witness) => witness.connected()));
      for (const groupId of groups) {
        await talk(talkers, history, groupId);
        // What was said last through the one is told by the other without anything that follows.
        stored[groupId] = await servers[0].history(users[0], groupId);
        await Promise.all(witnesses.map((witness) => witness.complete(groupId, stored[groupId].length, OTHERS_MS_MAX)));
      }
      for (const groupId of groups) {
        assert.deepEqual(await servers[1].history(users[0], groupId), stored[groupId]);
      }
      assert.deepEqual(findings({ sockets: history.sockets, stored, verified: await servers[1].verifyStore() }).slice(0, 20), []);
    });

    test("keep once what is said at both at the same time", async () => {
      const users = [await servers[0].signIn("castor"), await servers[1].signIn("pollux")];
      const groupId = await servers[0].groupOf(users, "Twins");
      const said = new History();
      const twins = users.map((user) => new Talker(said, servers[0], user, servers.map((server) => ({ server, transports: ["websocket"] }))));
      talkers.push(...twins);
      await Promise.all(twins.flatMap(({ witnesses }) => witnesses).map((witness) => witness.connected()));
      await talk(twins, said, groupId);
      const stored = await servers[1].history(users[0], groupId);
      assert.equal(stored.length, twins.reduce((sum, { acknowledged }) => sum + acknowledged, 0));
      assert.deepEqual(findings({ sockets: said.sockets, stored: { [groupId]: stored } }).slice(0, 20), []);
    });

    test("retry the one's message at the other", async () => {
      const [ada, grace] = [await servers[0].signIn("ada"), await servers[0].signIn("grace")];
      const groupId = await servers[0].groupOf([ada, grace], "Retries");
      const send = (i, tempId) => servers[i].ask("POST", "/api/messages", { token: ada.token, body: { groupId, content: tempId, tempId } });
      for (let i = 0; i < 6; i++) {
        const [first, again] = [await send(i % 2, `retry-${i}`), await send((i + 1) % 2, `retry-${i}`)];
        assert.deepEqual([first.status, again.status], [201, 200]);
        assert.deepEqual(again.body.message, first.body.message);
        assert.equal(first.body.message.seq, i + 1);
      }
      const both = await Promise.all([send(0, "at once"), send(1, "at once")]);
      assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 201]);
      assert.equal(both[0].body.message._id, both[1].body.message._id);
    });

    test("tell what another service changes about groups", async () => {
      const [ada, grace, eve] = [await servers[0].signIn("ada"), await servers[0].signIn("grace"), await servers[0].signIn("eve")];
      const groupId = await servers[0].groupOf([ada, grace], "Before");
      const [adas, graces, eves] = [await Client.of(servers[0], ada), await Client.of(servers[0], grace), await Client.of(servers[1], eve)];
      clients.push(adas, graces, eves);
      const groups = database.db.collection("groups");
      const _id = new ObjectId(groupId);
      const told = (client, name, fits) => timed(within(client.log.until(name, fits), () => `no ${name}`, OTHERS_MS_MAX));

      await groups.updateOne({ _id }, { $set: { name: "After", updatedAt: new Date() } });
      const renamed = await told(adas, "group_updated", ({ group }) => group.name === "After");
      assert.equal(renamed.group._id, groupId);

      await groups.updateOne({ _id }, { $push: { members: { userId: new ObjectId(eve.user._id), role: "member", joinedAt: new Date() } } });
      await told(eves, "group_updated", ({ group }) => group._id === groupId);
      const since = eves.log.length;
      const { message } = await adas.request("send_message", { groupId, content: "welcome" });
      await eves.log.until("new_message", (event) => event.message._id === message._id, since);

      const { members } = await groups.findOne({ _id });
      await groups.updateOne({ _id }, { $pull: { members: members.find(({ userId }) => String(userId) === grace.user._id) } });
      assert.equal((await told(graces, "group_removed", (event) => event.groupId === groupId)).groupId, groupId);
      const { ok, error } = await graces.request("send_message", { groupId, content: "still here" });
      assert.deepEqual([ok, error.code], [false, "ACCESS_DENIED"]);
    });

    test("tell what another service changes about users", async () => {
      const [ada, eve] = [await servers[0].signIn("ada"), await servers[0].signIn("eve")];
      const groupId = await servers[0].groupOf([ada, eve], "Names");
      const [adas, eves] = [await Client.of(servers[0], ada), await Client.of(servers[1], eve)];
      clients.push(adas, eves);
      const users = database.db.collection("users");
      await users.updateOne({ clerkId: "user_dev_eve" }, { $set: { firstName: "Evelyn", updatedAt: new Date() } });
      const nameOfEve = async () => {
        const { members } = await eves.request("get_group_members", { groupId });
        // The group itself was made at the other server, and is known here within seconds.
        return members?.find(({ userId }) => userId === eve.user._id)?.user.firstName;
      };
      await timed(becomes(nameOfEve, (name) => name === "Evelyn", "she has no new name", OTHERS_MS_MAX));
      await users.updateOne({ clerkId: "user_dev_eve" }, { $set: { isActive: false, updatedAt: new Date() } });
      const reason = await timed(within(eves.log.until("disconnect"), () => "she is still there", OTHERS_MS_MAX));
      assert.equal(reason, "io server disconnect");
      const { status } = await servers[0].ask("GET", "/api/users/me", { token: eve.token });
      assert.equal(status, 401);
      assert.ok(adas.socket.connected);
    });

    test("tell it within five seconds", () => {
      assert.equal(delays.length, 5);
      const median = delays.toSorted((one, other) => one - other)[2];
      assert.ok(median < OTHERS_MS, `it took ${delays} ms`);
    });
  });
}

for (const { on, skip } of RUNS) {
  describe(`a database that fails, ${on.name}`, { skip: cannotKill || skip }, () => {
    const TALKERS = 6;
    const CONTENTS = ["away 1", "away 2"];
    const history = new History();
    let mongo, server, users, groupId, caller, stored;
    const talkers = [];

    before(async () => {
      mongo = await Mongo.start(on);
      server = await VerbatimServer.start({ ...TELLING, ...mongo.database().env });
      users = [];
      for (let i = 0; i < TALKERS; i++) {
        users.push(await server.signIn(`talker-${i}`));
      }
      groupId = await server.groupOf(users, "Words");
      const ways = Object.values(TRANSPORTS);
      for (const [i, user] of users.entries()) {
        talkers.push(new Talker(history, server, user, [ways[i % ways.length]], { isPatient: true }));
      }
      await Promise.all(talkers.flatMap(({ witnesses }) => witnesses).map((witness) => witness.connected()));
      caller = history.open("REST", users[0].user._id);
      talkers.forEach((talker) => talker.begin(history, groupId));
    });

    after(async () => {
      talkers.forEach((talker) => talker.close());
      await server?.dispose();
      await mongo?.dispose();
    });

    const ready = (status) => becomes(() => server.ask("GET", "/health/ready"), (answer) => answer.status === status, `ready is not ${status}`);

    /** Waits until each has so many more acknowledgements. */
    const talk = (count) =>
      within(
        Promise.all(talkers.map((talker) => {
          const until = talker.acknowledged + count;
          return new Promise((resolve) => (talker.onAcknowledged = () => talker.acknowledged >= until && resolve()));
        })),
        () => `nothing is acknowledged: ${talkers.map(({ acknowledged, faults }) => `${acknowledged} ${faults}`)}`,
      );

    /** Says something by REST, and has that judged too. */
    const post = async (content) => {
      const payload = { groupId, content, tempId: content };
      const note = caller.ask("send", payload);
      const answer = await server.ask("POST", "/api/messages", { token: users[0].token, body: payload });
      note(answer.status < 300 ? { ok: true, message: answer.body.message } : { ok: false, error: answer.body });
      return answer;
    };

    /** Ends the talk and judges all of it. */
    const judge = async () => {
      await Promise.all(talkers.map((talker) => talker.finish()));
      const witnesses = talkers.flatMap((talker) => talker.witnesses);
      stored = await server.history(users[0], groupId);
      await Promise.all(witnesses.map((witness) => witness.complete(groupId, stored.length)));
      talkers.forEach(({ user, faults }) => assert.deepEqual(faults, [], user.username));
      assert.deepEqual(findings({ sockets: history.sockets, stored: { [groupId]: stored }, verified: await server.verifyStore() }).slice(0, 20), []);
    };

    test("killed under load, it loses and doubles nothing, and shows it in the order, and senders are told in time, and at once while it is known to be away", async () => {
      await talk(20);
      const refused = new Promise((resolve) => talkers.forEach((talker) => (talker.onRefused = resolve)));
      await mongo.kill();
      const away = new Promise((resolve) => setTimeout(resolve, OUTAGE_MS));
      await ready(503);
      assert.equal((await server.ask("GET", "/health/live")).status, 200);
      await within(refused, () => "nobody is told UNAVAILABLE");
      const began = performance.now();
      for (const content of CONTENTS) {
        const { status, body } = await post(content);
        assert.deepEqual([status, body.code], [503, "UNAVAILABLE"]);
      }
      // Each would take some ten seconds if it were tried.
      const tookMs = performance.now() - began;
      assert.ok(tookMs < ANSWER_MS_MAX, `refusals took ${tookMs} ms`);
      await away;
      await mongo.restart();
      await ready(200);
      for (const content of CONTENTS) {
        const { status, text } = await post(content);
        assert.ok(status < 300, `${status} ${text}`);
      }
      await talk(20);
      await judge();
      const contents = stored.map(({ content }) => content);
      assert.deepEqual(contents.filter((content) => CONTENTS.includes(content)), CONTENTS);
      const slowest = Math.max(...talkers.map((talker) => talker.slowestMs));
      assert.ok(slowest < ANSWER_MS_MAX, `an answer took ${slowest} ms`);
    });
  });
}

for (const { on, skip } of RUNS) {
  describe(`a server on MongoDB, ${on.name}`, { skip }, () => {
    const TALKERS = 6;
    const ROUNDS = 3;
    const history = new History();
    let mongo, server, users, groupId;
    const talkers = [];

    before(async () => {
      mongo = await Mongo.start(on);
      server = await VerbatimServer.start({ ...mongo.database().env, REPLAY_LIMIT: "10000" });
      users = [];
      for (let i = 0; i < TALKERS; i++) {
        users.push(await server.signIn(`talker-${i}`));
      }
      groupId = await server.groupOf(users, "Words");
      const ways = Object.values(TRANSPORTS);
      for (const [i, user] of users.entries()) {
        talkers.push(new Talker(history, server, user, [ways[i % ways.length]]));
      }
      await Promise.all(talkers.flatMap(({ witnesses }) => witnesses).map((witness) => witness.connected()));
    });

    after(async () => {
      talkers.forEach((talker) => talker.close());
      await server?.dispose();
      await mongo?.dispose();
    });

    test("killed under load, it has each message that was acknowledged once", async () => {
      const witnesses = talkers.flatMap((talker) => talker.witnesses);
      for (let round = 1; round <= ROUNDS; round++) {
        const lives = witnesses.map((witness) => witness.lives);
        const until = talkers.map(({ acknowledged }) => acknowledged + 5 * round);
        const talked = talkers.map((talker, i) => new Promise((resolve) => (talker.onAcknowledged = () => talker.acknowledged >= until[i] && resolve())));
        talkers.forEach((talker) => (round === 1 ? talker.begin(history, groupId) : talker.goOn()));
        await within(Promise.race(talked), () => `nothing is acknowledged:\n${server.output.slice(-2_000)}`);
        await server.kill();
        talkers.forEach((talker) => talker.rest());
        await server.restart();
        await Promise.all(talkers.map((talker) => talker.finish()));
        await Promise.all(witnesses.map((witness, i) => witness.connected(lives[i] + 1)));
      }
      const stored = await server.history(users[0], groupId);
      await Promise.all(witnesses.map((witness) => witness.complete(groupId, stored.length)));
      talkers.forEach(({ user, faults }) => assert.deepEqual(faults, [], user.username));
      const found = findings({ sockets: history.sockets, stored: { [groupId]: stored }, verified: await server.verifyStore(), replayLimit: 10_000 });
      assert.deepEqual(found.slice(0, 20), []);
    });

    test("tells nothing of it in the log", async () => {
      talkers.forEach((talker) => talker.close());
      await server.stop();
      server.keepSecret("žluťoučký");
      server.assertDiscreet();
      assert.deepEqual(await server.verifyStore(), []);
    });
  });
}
