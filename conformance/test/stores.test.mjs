import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { ObjectId } from "mongodb";
import { Client } from "../support/client.mjs";
import { run } from "../support/launcher.mjs";
import { cannotKill, Mongo, SERVERS } from "../support/mongo.mjs";
import { VerbatimServer } from "../support/server.mjs";

const KEY = "development-key.pem";
const PASSWORD = "s3cret-w0rd";

describe("a store and its copies", { skip: SERVERS.own.lacks }, () => {
  let home, mongo, database, tokens;

  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), "verbatim-stores-"));
    mongo = await Mongo.start(SERVERS.own);
    database = mongo.database();
    const file = path.join(home, "tokens");
    await succeeds(["seed", "--users", "12", "--groups", "3", "--members", "6", "--tokens", file], { DATA_DIR: directory("one") });
    tokens = (await readFile(file, "utf8")).trim().split("\n").map((line) => {
      const [token, groupId, userId] = line.split("\t");
      return { token, groupId, userId };
    });
    await mkdir(directory("two"), { recursive: true });
    await copyFile(path.join(directory("one"), KEY), path.join(directory("two"), KEY));
    await serve({ DATA_DIR: directory("one") }, chat);
  });

  after(async () => {
    await mongo?.dispose();
    await rm(home, { recursive: true, force: true });
  });

  const directory = (name) => path.join(home, name);
  const sqlite = (name) => `sqlite:${directory(name)}`;
  const copy = (from, to, env = {}) => run(["copy-store", "--from", from, "--to", to], { cwd: home, env });
  const verify = async (env) => assert.deepEqual(await run(["verify-store"], { cwd: home, env }), { code: 0, out: "", err: "" });

  const succeeds = async (args, env) => {
    const end = await run(args, { cwd: home, env });
    assert.equal(end.code, 0, JSON.stringify(end));
    return end;
  };

  /** Serves a store for as long as something takes. */
  const serve = async (env, work) => {
    const server = await VerbatimServer.start(env);
    try {
      return await work(server);
    } finally {
      await server.stop();
      await server.dispose();
    }
  };

  /** Members of each group say something, in more than one way; some of it is edited, deleted and read. */
  const chat = async (server) => {
    const users = new Map(tokens.map((each) => [each.groupId, tokens.filter(({ groupId }) => groupId === each.groupId)]));
    for (const [groupId, [owner, second, third]] of users) {
      const client = await Client.of(server, owner);
      for (let i = 0; i < 12; i++) {
        const { ok, message } = await client.request("send_message", { groupId, content: `žluťoučký 🐎 ${i}\u0000`, tempId: `${groupId}-${i}`, type: i % 5 ? "text" : "image" });
        assert.ok(ok);
        if (i === 3) {
          await client.request("edit_message", { groupId, messageId: message._id, content: "edited" });
        } else if (i === 4) {
          await client.request("delete_message", { groupId, messageId: message._id });
        } else if (i < 8) {
          await server.do("POST", "/api/messages/read", { token: i % 2 ? second.token : third.token, body: { messageIds: [message._id] } });
        }
      }
      client.close();
    }
  };

  /** All that members see of a served store. */
  const seen = async (server) => {
    const all = [];
    for (const { token, groupId } of tokens) {
      all.push({
        user: await server.do("GET", "/api/users/me", { token }),
        groups: await server.do("GET", "/api/groups", { token }),
        members: await server.do("GET", `/api/groups/${groupId}/members`, { token }),
        history: await server.history({ token }, groupId),
      });
    }
    return all;
  };

  test("are the same to its users, there and back", async () => {
    const before = await serve({ DATA_DIR: directory("one") }, seen);
    assert.equal(before.at(0).history.length, 12);

    const there = await copy(sqlite("one"), database.uri);
    assert.equal(there.err, "");
    assert.equal(there.code, 0, there.out);
    assert.match(there.out, /36 messages copied: both stores hold the same\n$/);
    await verify(database.env);

    const back = await copy(database.uri, sqlite("two"));
    assert.deepEqual([back.code, back.err], [0, ""], back.out);
    await verify({ DATA_DIR: directory("two") });

    assert.deepEqual(await serve({ ...database.env, DATA_DIR: directory("one") }, seen), before);
    assert.deepEqual(await serve({ DATA_DIR: directory("two") }, seen), before);
  });

  test("a second copy changes nothing", async () => {
    const all = async () => {
      const contents = {};
      for (const name of ["users", "groups", "messages", "verbatim_reads"]) {
        contents[name] = await database.db.collection(name).find().sort({ _id: 1 }).toArray();
      }
      return contents;
    };
    const before = await all();
    const { code, out } = await copy(sqlite("one"), database.uri);
    assert.equal(code, 0, out);
    assert.deepEqual(await all(), before);
  });

  test("a retry in a copy is the first one", async () => {
    const [{ token, groupId }] = tokens;
    await serve({ ...database.env, DATA_DIR: directory("one") }, async (server) => {
      const { status, body } = await server.ask("POST", "/api/messages", { token, body: { groupId, content: "again", tempId: `${groupId}-0` } });
      assert.deepEqual([status, body.message.seq], [200, 1]);
      const { message } = await server.do("POST", "/api/messages", { token, body: { groupId, content: "new", tempId: "new" } });
      assert.equal(message.seq, 13);
    });
  });

  test("another chat's store is no target", async () => {
    const other = mongo.database();
    const stranger = { _id: new ObjectId(), clerkId: "user_stranger", email: "stranger@example.org" };
    await other.db.collection("users").insertOne(stranger);
    const { code, out, err } = await copy(sqlite("one"), other.uri);
    assert.equal(code, 1);
    assert.match(out, new RegExp(`has a user ${stranger._id} `));
    assert.equal(err, "verbatim: the target holds another chat; nothing was copied\n");
    assert.deepEqual(await other.db.collection("users").find().toArray(), [stranger]);
    assert.equal(await other.db.collection("messages").countDocuments(), 0);
  });

  for (const [name, { args, code, says }] of Object.entries({
    "another kind of store": { args: () => ["--from", sqlite("one"), "--to", `postgres://ada:${PASSWORD}@localhost/chat`], code: 78, says: /^verbatim: --to must start with mongodb/ },
    "a password that is not encoded": { args: () => ["--from", `mongodb://ada:${PASSWORD}@x@localhost/chat`, "--to", sqlite("three")], code: 78, says: /^verbatim: --from must have special characters/ },
    "a database that is not there": { args: () => ["--from", sqlite("one"), "--to", `mongodb://ada:${PASSWORD}@127.0.0.1:1/chat`], code: 1, says: /^verbatim: .*127\.0\.0\.1:1/ },
    "the source itself": { args: () => ["--from", sqlite("one"), "--to", sqlite("one")], code: 1, says: /^verbatim: --from and --to are the same store/ },
    "a source that is not there": { args: () => ["--from", sqlite("typo"), "--to", sqlite("three")], code: 1, says: /^verbatim: the store of --from is not there: .*typo/ },
    "nothing": { args: () => ["--from", sqlite("one")], code: 2, says: /^verbatim: .*--to/ },
  })) {
    test(`${name} is no target or source, and one line says so`, async () => {
      const end = await run(["copy-store", ...args()], { cwd: home });
      assert.equal(end.code, code, JSON.stringify(end));
      assert.match(end.err, says);
      assert.equal(end.err.trim().split("\n").length, 1, end.err);
      assert.ok(!(end.out + end.err).includes(PASSWORD), "it tells the password");
      assert.ok(!existsSync(directory("typo")), "it makes a store of a source that is not there");
    });
  }
});

describe("check-config", { skip: cannotKill || SERVERS.own.lacks }, () => {
  let home, mongo;

  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), "verbatim-stores-"));
    mongo = await Mongo.start(SERVERS.own);
  });

  after(async () => {
    await mongo?.dispose();
    await rm(home, { recursive: true, force: true });
  });

  const check = async (uri) => {
    const end = await run(["check-config"], { cwd: home, env: { HOST: "127.0.0.1", PORT: "0", DATA_DIR: path.join(home, "data"), MONGODB_URI: uri, DATABASE_NAME: "chat", DATABASE_PASSWORD: PASSWORD } });
    assert.ok(!(end.out + end.err).includes(PASSWORD), "it tells the password");
    return end;
  };

  test("says that the database answers", async () => {
    const { code, out } = await check(mongo.uri);
    assert.equal(code, 0, out);
    assert.match(out, /^ok: store: .* answers$/m);
    assert.match(out, /^Warning: DATABASE_PASSWORD counts for nothing/m);
  });

  test("says that it does not", async () => {
    await mongo.kill();
    const { code, out } = await check(mongo.uri.replace("://", "://ada:<db_password>@"));
    assert.equal(code, 1, out);
    assert.match(out, /^failed: store: /m);
  });
});
