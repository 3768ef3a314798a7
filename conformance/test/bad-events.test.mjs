import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client } from "../support/client.mjs";
import { assertTellsNoInsides } from "../support/indiscretion.mjs";
import { TELLING } from "../support/output.mjs";
import { VerbatimServer } from "../support/server.mjs";

/** What each event tells when it fails; null says nothing but to its callback. */
const FAILURES = {
  authenticate: "authentication_error",
  join_group: "group_error",
  leave_group: "group_error",
  get_group_members: "group_error",
  send_message: "message_error",
  mark_message_read: null,
  mark_messages_read: null,
  edit_message: "message_error",
  delete_message: "message_error",
  get_messages: "group_error",
  typing_start: null,
  typing_stop: null,
  get_online_users: null,
  change_status: null,
};

const UNKNOWN = "0123456789abcdef01234567";
const BINARY = Buffer.from("binary");
const HUGE = "x".repeat(900_000);
const NOT_IDS = [5, true, {}, [], "", "lobby", `${UNKNOWN}0`, UNKNOWN.slice(1), "zzzzzzzzzzzzzzzzzzzzzzzz", HUGE];
const NOT_OBJECTS = ["text", 5, true, [], [{}], BINARY];

describe("bad events", () => {
  let server, ada, grace, lobby, open, closed, hers, mine, client, witness;

  before(async () => {
    server = await VerbatimServer.start(TELLING);
    [ada, grace] = await Promise.all([server.signIn("ada"), server.signIn("grace")]);
    lobby = await server.lobby(ada);
    const make = async (body) => (await server.do("POST", "/api/groups", { token: grace.token, body })).group._id;
    open = await make({ name: "Open, without ada" });
    closed = await make({ name: "Closed, without ada", isPrivate: true });
    client = await Client.of(server, ada);
    witness = await Client.of(server, grace);
    hers = (await witness.request("send_message", { groupId: lobby, content: "before" })).message._id;
    await client.log.until("new_message", ({ message }) => message._id === hers);
    mine = (await client.request("send_message", { groupId: lobby, content: "mine" })).message._id;
    await witness.log.until("new_message", ({ message }) => message._id === mine);
  });

  after(async () => {
    client?.close();
    witness?.close();
    await server?.dispose();
  });

  /** Everything of the store that a client can see. */
  const state = async () => {
    const groups = [];
    for (const user of [ada, grace]) {
      groups.push((await server.do("GET", "/api/groups", user)).groups);
    }
    const histories = await Promise.all([server.history(grace, lobby), server.history(grace, open), server.history(grace, closed)]);
    return { groups, histories };
  };

  /**
   * Sends it with a callback, without and with one again. The callback is refused with `code`, the
   * row's failure event says the same, `validation_error` comes besides where it is due, and nothing
   * else comes at all.
   */
  const assertRefused = async (event, payload, code, details = {}) => {
    const due = dueWith(event, code);
    const since = client.log.length;
    const [first, , last] = await Promise.all([client.request(event, payload), client.emit(event, payload), client.request(event, payload)]);
    for (const answer of [first, last]) {
      assert.equal(answer.ok, false);
      assert.equal(answer.error.code, code, JSON.stringify(answer).slice(0, 300));
      assert.ok(answer.error.message && answer.error.timestamp);
      assertTellsNoInsides(answer);
    }
    for (const name of due) {
      await client.log.until(name, () => client.log.all(name, since).length === 3, since);
    }
    assert.deepEqual(client.log.names(since).sort(), [...due, ...due, ...due].sort());
    for (const told of client.log.all("validation_error", since)) {
      assert.equal(typeof told.field, "string");
      assert.ok(told.message);
      assertTellsNoInsides(told);
    }
    for (const told of FAILURES[event] ? client.log.all(FAILURES[event], since) : []) {
      assert.equal(told.code, code);
      assertTellsNoInsides(told);
      for (const [key, value] of Object.entries(details)) {
        assert.equal(told.details?.[key], value, `details.${key} of ${FAILURES[event]}`);
      }
    }
  };

  const dueWith = (event, code) =>
    FAILURES[event] ? [FAILURES[event], ...(code === "VALIDATION_ERROR" ? ["validation_error"] : [])] : [];

  const show = (value) => (Buffer.isBuffer(value) ? "binary" : (JSON.stringify(value) ?? "nothing")).slice(0, 60);

  const table = (name, rows) =>
    test(name, async (t) => {
      const before = await state();
      const seen = witness.log.length;
      for (const [event, payload, code, details] of rows()) {
        await t.test(`${event} ${show(payload)}: ${code}`, () => assertRefused(event, payload, code, details));
      }
      assert.deepEqual(await state(), before, "nothing changed");
      const { ok } = await witness.request("get_online_users", { groupId: lobby });
      assert.ok(ok);
      assert.deepEqual(witness.log.names(seen).filter((each) => each !== "online_users"), [], "nobody else noticed");
    });

  test("are those of all events in the document", () => {
    const stated = [...server.contract.events.received].map(([event, { failure }]) => [event, failure]);
    assert.deepEqual(FAILURES, Object.fromEntries(stated));
  });

  table("a payload that is no object", () =>
    Object.keys(FAILURES).flatMap((event) => NOT_OBJECTS.map((payload) => [event, payload, "VALIDATION_ERROR"])),
  );

  table("authenticate", () => [
    ["authenticate", { token: 5 }, "VALIDATION_ERROR"],
    ["authenticate", { token: {} }, "VALIDATION_ERROR"],
    ["authenticate", { token: BINARY }, "VALIDATION_ERROR"],
    ["authenticate", { token: "nonsense" }, "INVALID_TOKEN"],
    ["authenticate", { token: HUGE }, "INVALID_TOKEN"],
    ["authenticate", { token: grace.token }, "INVALID_TOKEN"],
  ]);

  for (const event of ["join_group", "leave_group", "get_group_members", "typing_start", "typing_stop"]) {
    table(event, () => [
      [event, {}, "VALIDATION_ERROR"],
      [event, undefined, "VALIDATION_ERROR"],
      ...NOT_IDS.map((groupId) => [event, { groupId }, "VALIDATION_ERROR"]),
      [event, { groupId: BINARY }, "VALIDATION_ERROR"],
      ...[
        [UNKNOWN, "GROUP_NOT_FOUND"],
        [open, "ACCESS_DENIED"],
        [closed, "GROUP_NOT_FOUND"],
      ].map(([groupId, code]) => [event, { groupId }, code, { groupId }]),
    ]);
  }

  table("join_group with lastSeq", () => [
    ...[-1, 1.5, "1", true, {}, 1e300].map((lastSeq) => ["join_group", { groupId: lobby, lastSeq }, "VALIDATION_ERROR"]),
    ["join_group", { groupId: lobby, lastSeq: 0, x: BINARY }, "VALIDATION_ERROR"],
    ["join_group", { groupId: lobby, lastSeq: 3 }, "VALIDATION_ERROR", { newestSeq: 2 }],
  ]);

  table("send_message", () => {
    const good = { groupId: lobby, content: "good" };
    return [
      ["send_message", { content: "no group" }, "VALIDATION_ERROR"],
      ...NOT_IDS.map((groupId) => ["send_message", { ...good, groupId }, "VALIDATION_ERROR"]),
      ["send_message", { groupId: lobby }, "INVALID_MESSAGE", { groupId: lobby }],
      ...["", " \n\t\u00a0\ufeff", 5, null, {}, ["a"], "\ud800", "a\udc00b"].map((content) => [
        "send_message",
        { groupId: lobby, content, tempId: "t" },
        "INVALID_MESSAGE",
        { tempId: "t" },
      ]),
      ["send_message", { ...good, content: BINARY }, "VALIDATION_ERROR"],
      ["send_message", { ...good, extra: { deep: [BINARY] } }, "VALIDATION_ERROR"],
      ["send_message", { ...good, content: "x".repeat(4_001) }, "MESSAGE_TOO_LONG"],
      ["send_message", { ...good, content: "🐎".repeat(2_001) }, "MESSAGE_TOO_LONG"],
      ["send_message", { ...good, content: HUGE }, "MESSAGE_TOO_LONG"],
      ...["system", "TEXT", "", 5, {}].map((type) => ["send_message", { ...good, type }, "VALIDATION_ERROR"]),
      ...["", 5, {}, "t".repeat(129), "\ud800", "t\udbff", "\udc00t"].map((tempId) => ["send_message", { ...good, tempId }, "VALIDATION_ERROR"]),
      ...[
        [UNKNOWN, "GROUP_NOT_FOUND"],
        [open, "ACCESS_DENIED"],
        [closed, "GROUP_NOT_FOUND"],
      ].map(([groupId, code]) => ["send_message", { ...good, groupId, tempId: "t" }, code, { groupId, tempId: "t" }]),
    ];
  });

  table("mark_message_read", () => [
    ["mark_message_read", {}, "VALIDATION_ERROR"],
    ["mark_message_read", { groupId: lobby }, "VALIDATION_ERROR"],
    ...NOT_IDS.map((messageId) => ["mark_message_read", { groupId: lobby, messageId }, "VALIDATION_ERROR"]),
    ...NOT_IDS.map((groupId) => ["mark_message_read", { groupId, messageId: hers }, "VALIDATION_ERROR"]),
    ["mark_message_read", { groupId: lobby, messageId: UNKNOWN }, "MESSAGE_NOT_FOUND"],
    ["mark_message_read", { groupId: UNKNOWN, messageId: hers }, "GROUP_NOT_FOUND"],
    ["mark_message_read", { groupId: open, messageId: hers }, "ACCESS_DENIED"],
    ["mark_message_read", { groupId: closed, messageId: hers }, "GROUP_NOT_FOUND"],
  ]);

  table("mark_messages_read", () => [
    ["mark_messages_read", {}, "VALIDATION_ERROR"],
    ...NOT_IDS.map((groupId) => ["mark_messages_read", { groupId, messageIds: [hers] }, "VALIDATION_ERROR"]),
    ...[undefined, null, hers, 5, {}, [hers, 5], [[hers]], [hers, BINARY], Array(1_001).fill(hers)].map((messageIds) => [
      "mark_messages_read",
      { groupId: lobby, messageIds },
      "VALIDATION_ERROR",
    ]),
    ...[
      [UNKNOWN, "GROUP_NOT_FOUND"],
      [open, "ACCESS_DENIED"],
      [closed, "GROUP_NOT_FOUND"],
    ].map(([groupId, code]) => ["mark_messages_read", { groupId, messageIds: [hers] }, code]),
  ]);

  for (const event of ["edit_message", "delete_message"]) {
    table(event, () => {
      const good = { groupId: lobby, messageId: mine, content: "good" };
      return [
        [event, {}, "VALIDATION_ERROR"],
        [event, { groupId: lobby, content: "of no message" }, "VALIDATION_ERROR", { groupId: lobby }],
        ...NOT_IDS.map((messageId) => [event, { ...good, messageId }, "VALIDATION_ERROR"]),
        ...NOT_IDS.map((groupId) => [event, { ...good, groupId }, "VALIDATION_ERROR", { messageId: mine }]),
        [event, { ...good, extra: BINARY }, "VALIDATION_ERROR"],
        [event, { ...good, messageId: UNKNOWN }, "MESSAGE_NOT_FOUND", { messageId: UNKNOWN }],
        [event, { ...good, messageId: hers }, "ACCESS_DENIED", { messageId: hers }],
        ...[
          [UNKNOWN, "GROUP_NOT_FOUND"],
          [open, "ACCESS_DENIED"],
          [closed, "GROUP_NOT_FOUND"],
        ].map(([groupId, code]) => [event, { ...good, groupId }, code, { groupId, messageId: mine }]),
      ];
    });
  }

  table("edit_message's content", () => [
    ...[undefined, null, "", " \n", 5, {}, "\ud800"].map((content) => [
      "edit_message",
      { groupId: lobby, messageId: mine, content },
      "INVALID_MESSAGE",
      { messageId: mine },
    ]),
    ["edit_message", { groupId: lobby, messageId: mine, content: "x".repeat(4_001) }, "MESSAGE_TOO_LONG", { messageId: mine }],
  ]);

  table("get_messages", () => [
    ["get_messages", {}, "VALIDATION_ERROR"],
    ...NOT_IDS.map((groupId) => ["get_messages", { groupId }, "VALIDATION_ERROR"]),
    ...[0, -1, 1.5, "5", true, {}].map((limit) => ["get_messages", { groupId: lobby, limit }, "VALIDATION_ERROR", { groupId: lobby }]),
    ...["before", "after"].flatMap((cursor) =>
      ["nonsense", true, {}, -1, 1.5].map((value) => ["get_messages", { groupId: lobby, [cursor]: value }, "VALIDATION_ERROR", { groupId: lobby }]),
    ),
    ["get_messages", { groupId: lobby, before: 2, after: 1 }, "VALIDATION_ERROR", { groupId: lobby }],
    ["get_messages", { groupId: lobby, before: UNKNOWN }, "MESSAGE_NOT_FOUND", { groupId: lobby }],
    ...[
      [UNKNOWN, "GROUP_NOT_FOUND"],
      [open, "ACCESS_DENIED"],
      [closed, "GROUP_NOT_FOUND"],
    ].map(([groupId, code]) => ["get_messages", { groupId }, code, { groupId }]),
  ]);

  table("change_status", () =>
    [undefined, null, "", "offline", "AWAY", 5, {}, ["away"], BINARY].map((status) => ["change_status", { status }, "VALIDATION_ERROR"]),
  );

  table("get_online_users", () => [
    ...NOT_IDS.map((groupId) => ["get_online_users", { groupId }, "VALIDATION_ERROR"]),
    ["get_online_users", { groupId: UNKNOWN }, "GROUP_NOT_FOUND"],
    ["get_online_users", { groupId: open }, "ACCESS_DENIED"],
    ["get_online_users", { groupId: closed }, "GROUP_NOT_FOUND"],
  ]);

  test("an unknown event is ignored, its callback refused", async () => {
    const since = client.log.length;
    for (const event of ["no_such_event", "constructor", "__proto__"]) {
      client.emit(event, { groupId: lobby });
      assert.equal((await client.request(event, { groupId: lobby })).error.code, "VALIDATION_ERROR");
    }
    assert.deepEqual(client.log.names(since), []);
  });

  test("further arguments are ignored", async () => {
    const { ok } = await client.request("join_group", { groupId: lobby }, "more", { groupId: 5 });
    assert.equal(ok, true);
  });

  test("a packet above the limit costs the connection and nothing else", async (t) => {
    const before = await state();
    const reckless = await Client.of(server, ada, { transports: ["websocket"] });
    t.after(() => reckless.close());
    reckless.emit("send_message", { groupId: lobby, content: "x".repeat(3_000_000) });
    await reckless.log.until("disconnect");
    assert.equal((await client.request("join_group", { groupId: lobby })).ok, true);
    assert.deepEqual(await state(), before);
  });

  test("hostile keys in a payload change nothing", async () => {
    const payload = JSON.parse(`{"groupId":"${lobby}","content":"kept","__proto__":{"isAdmin":true},"_id":"${UNKNOWN}","seq":99,"senderId":"${grace.user._id}"}`);
    const { message } = await client.request("send_message", payload);
    assert.notEqual(message._id, UNKNOWN);
    assert.equal(message.senderId, ada.user._id);
    assert.notEqual(message.seq, 99);
    assert.equal(message.isAdmin, undefined);
  });

  test("the log tells nothing of it", async () => {
    client.close();
    witness.close();
    await server.stop();
    server.keepSecret("x".repeat(1_000));
    server.assertDiscreet();
  });
});
