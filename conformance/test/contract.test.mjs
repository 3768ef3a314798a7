import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import asyncapiSpecs from "@asyncapi/specs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv } from "ajv";
import { ClerkKeys, clerksSettings, ClerkWebhook } from "../support/clerk.mjs";
import { Client } from "../support/client.mjs";
import { Contract } from "../support/contract.mjs";
import { VerbatimServer } from "../support/server.mjs";

const UNKNOWN = "0123456789abcdef01234567";
const TOO_MUCH = `{"x":"${"x".repeat(1 << 20)}"}`;
const JSON_TYPE = { "content-type": "application/json" };

/** Names in paths: what any route can be asked with. */
const ANY = { id: UNKNOWN, groupId: UNKNOWN, userId: UNKNOWN, folder: "css", file: "chat.css", script: "socket.io.js" };

/** What the documents name and no test brings about, for it needs a fault, or more groups and members than a test has. */
const OUT_OF_REACH = [
  / (500|503)$/,
  /^(POST \/api\/groups|POST \/api\/groups\/\{id\}\/join|POST \/api\/groups\/\{id\}\/members) 409$/,
  // Only with an operator's token, and in a build without npm.
  /^GET \/(health\/detailed|metrics) 401$/,
  /^GET \/socket.io\/\{script\} 404$/,
];

/**
 * Everything that the documents name is seen at least once; that what is seen is as they say is held by all
 * tests' clients.
 */
describe("the contract's documents", () => {
  const webhook = new ClerkWebhook();
  let server, strict, production, ada, grace, eve, lobby, open, closed;
  const clients = [];

  before(async () => {
    server = await VerbatimServer.start({ REPLAY_LIMIT: "3", PRESENCE_GRACE_MS: "1", TYPING_TIMEOUT_MS: "600000", RATE_LIMIT_MAX_REQUESTS: "100000" });
    [ada, grace, eve] = await Promise.all(["ada", "grace", "eve"].map((name) => server.signIn(name)));
    lobby = await server.lobby(ada);
    const make = async (body) => (await server.do("POST", "/api/groups", { token: ada.token, body })).group._id;
    open = await make({ name: "Open", description: "To all" });
    closed = await make({ name: "Closed", isPrivate: true });
    strict = await VerbatimServer.start({ RATE_LIMIT_MAX_REQUESTS: "3", MESSAGE_RATE_PER_SECOND: "1", MESSAGE_RATE_BURST: "1", RATE_LIMIT_WINDOW_MS: "86400000" });
    production = await VerbatimServer.start(clerksSettings(new ClerkKeys(), webhook));
  });

  after(async () => {
    clients.forEach((client) => client.close());
    await server?.dispose();
    await strict?.dispose();
    await production?.dispose();
  });

  const connect = async (user, at = server) => {
    const client = await Client.of(at, user);
    clients.push(client);
    return client;
  };

  const ask = async (status, user, method, path, body) => {
    const answer = await server.ask(method, path, { token: user.token, body });
    assert.equal(answer.status, status, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };

  const fill = (path, names = ANY) => path.replace(/\{(\w+)\}/g, (_, name) => names[name]);

  const operations = () => server.contract.routes.operations.map((operation) => ({ ...operation, route: `${operation.method} ${operation.path}` }));

  test("are an OpenAPI 3.1 and an AsyncAPI 3.0 document", async () => {
    const { openapi, asyncapi } = server.contract;
    const { valid, errors } = await new Validator().validate(structuredClone(openapi));
    assert.ok(valid, JSON.stringify(errors));
    // Its schema brings the meta-schemas that it needs.
    const check = new Ajv({ strict: false, meta: false, validateSchema: false, logger: false }).compile(asyncapiSpecs.schemas["3.0.0"]);
    assert.ok(check(asyncapi), JSON.stringify(check.errors?.slice(-5)));
  });

  test("have schemas that can be used, each of them", () => {
    let count = 0;
    const walk = (document, value, place) => {
      for (const [key, part] of Object.entries(value ?? {})) {
        if (["schema", "payload"].includes(key) || place.at(-1) === "schemas") {
          server.contract.schemaAt(document, [...place, key]);
          count++;
        } else if (typeof part === "object") {
          walk(document, part, [...place, key]);
        }
      }
    };
    walk("openapi.yaml", server.contract.openapi, []);
    walk("asyncapi.yaml", server.contract.asyncapi, []);
    assert.ok(count > 100, `${count} schemas`);
  });

  test("are broken by a route that does what they do not say", async () => {
    const { text, body } = await server.ask("GET", "/health");
    const request = { method: "GET", target: "/health", headers: {} };
    const answer = { status: 200, headers: new Headers({ "content-type": "application/json" }), text, body };
    const broken = {
      "another field": [request, { ...answer, body: { ...body, more: 1 } }],
      "a field that is missing": [request, { ...answer, body: { ...body, uptime: undefined } }],
      "another status": [request, { ...answer, status: 202 }],
      "another type": [request, { ...answer, headers: new Headers({ "content-type": "text/html" }) }],
      "a header of another answer": [request, { ...answer, headers: new Headers({ "content-type": "application/json", "retry-after": "1" }) }],
      "another route": [{ ...request, target: "/health/of/all" }, answer],
      "another method": [{ ...request, method: "PUT" }, answer],
      "a header that is missing": [{ ...request, target: "/" }, { ...answer, headers: new Headers({ "content-type": "text/html" }) }],
      "a query that should be refused": [
        { ...request, target: "/api/groups/discover?limit=0" },
        { ...answer, body: { success: true, groups: [] } },
      ],
    };
    const contract = await Contract.of(server.url);
    contract.routes.check(request, answer);
    assert.deepEqual(contract.violations, []);
    for (const [what, [asked, answered]] of Object.entries(broken)) {
      contract.violations = [];
      contract.routes.check(asked, answered);
      assert.equal(contract.violations.length, 1, `${what}: ${contract.violations}`);
    }
  });

  test("are broken by an event that is what they do not say", async () => {
    const contract = await Contract.of(server.url);
    const socket = { packet() {}, onevent() {}, onack() {}, io: { on() {} } };
    contract.events.watch(socket);
    const event = (...data) => () => socket.onevent({ data });
    const answer = (sent, ...data) => () => {
      socket.packet({ id: 1, data: sent });
      socket.onack({ id: 1, data });
    };
    const left = { groupId: UNKNOWN };
    for (const good of [event("group_left", left), answer(["leave_group", left], { ok: true, ...left })]) {
      good();
    }
    assert.deepEqual(contract.violations, []);
    const broken = {
      "another event": event("group_forgotten", left),
      "another field": event("group_left", { ...left, more: 1 }),
      "another argument": event("group_left", left, left),
      "no payload": event("group_left"),
      "an acknowledgement with another field": answer(["leave_group", left], { ok: true, ...left, more: 1 }),
      "an acknowledgement without its field": answer(["leave_group", left], { ok: true }),
      "a refusal without an Error": answer(["leave_group", left], { ok: false }),
      "another event that succeeds": answer(["forget_group", left], { ok: true }),
      "a payload that should be refused": answer(["leave_group", { groupId: 5 }], { ok: true, ...left }),
      "an acknowledgement of nothing": () => socket.onack({ id: 2, data: [{ ok: true }] }),
    };
    for (const [what, breaks] of Object.entries(broken)) {
      contract.violations = [];
      breaks();
      assert.equal(contract.violations.length, 1, `${what}: ${contract.violations}`);
    }
  });

  test("are true of groups and members", async () => {
    const at = `/api/groups/${open}`;
    await ask(200, ada, "GET", "/api/users/me");
    await ask(200, grace, "GET", "/api/groups");
    await ask(200, grace, "GET", "/api/groups/discover?limit=1");
    await ask(200, eve, "GET", at);
    await ask(404, eve, "GET", `/api/groups/${closed}`);
    await ask(404, eve, "POST", `/api/groups/${closed}/join`);
    await ask(200, grace, "POST", `${at}/join`);

    await ask(200, ada, "PUT", at, { name: "Wide open", description: "", isPrivate: null });
    await ask(403, grace, "PUT", at, { name: "Mine" });
    await ask(404, ada, "PUT", `/api/groups/${UNKNOWN}`, { name: "Nobody's" });

    await ask(200, grace, "GET", `${at}/members?limit=1&after=${ada.user._id}`);
    await ask(403, eve, "GET", `${at}/members`);
    await ask(404, eve, "GET", `/api/groups/${closed}/members`);
    await ask(403, grace, "POST", `${at}/members`, { userId: eve.user._id });
    await ask(404, ada, "POST", `${at}/members`, { userId: UNKNOWN });
    await ask(200, ada, "POST", `${at}/members`, { userId: eve.user._id, role: "member" });

    await ask(403, eve, "PUT", `${at}/members/${grace.user._id}`, { role: "admin" });
    await ask(404, ada, "PUT", `${at}/members/${UNKNOWN}`, { role: "admin" });
    await ask(200, ada, "PUT", `${at}/members/${grace.user._id}`, { role: "admin" });
    await ask(403, eve, "DELETE", `${at}/members/${grace.user._id}`);
    await ask(404, ada, "DELETE", `${at}/members/${UNKNOWN}`);
    await ask(409, ada, "DELETE", `${at}/members/${ada.user._id}`);
    await ask(200, grace, "DELETE", `${at}/members/${eve.user._id}`);

    await ask(409, ada, "POST", `${at}/leave`);
    await ask(403, grace, "POST", `${at}/transfer`, { newOwnerId: grace.user._id });
    await ask(404, ada, "POST", `${at}/transfer`, { newOwnerId: eve.user._id });
    await ask(200, ada, "POST", `${at}/transfer`, { newOwnerId: grace.user._id });
    await ask(404, eve, "POST", `/api/groups/${closed}/leave`);
    await ask(403, eve, "POST", `${at}/leave`);
    await ask(200, ada, "POST", `${at}/leave`);

    await ask(403, eve, "DELETE", at);
    await ask(404, eve, "DELETE", `/api/groups/${closed}`);
    await ask(200, grace, "DELETE", at);
    await ask(404, grace, "GET", at);
  });

  test("are true of messages", async () => {
    const { group } = await ask(201, grace, "POST", "/api/groups", { name: "Grace's" });
    const body = { groupId: group._id, content: " said ", tempId: "t-1", type: "text" };
    const { message } = await ask(201, grace, "POST", "/api/messages", body);
    await ask(200, grace, "POST", "/api/messages", body);
    await ask(403, eve, "POST", "/api/messages", body);
    await ask(404, eve, "POST", "/api/messages", { ...body, groupId: closed });
    await ask(200, ada, "POST", `/api/groups/${group._id}/join`);
    await ask(200, ada, "POST", "/api/messages/read", { messageIds: [message._id, UNKNOWN] });

    const history = `/api/messages/group/${group._id}`;
    await ask(200, ada, "GET", `${history}?limit=5&before=2`);
    await ask(403, eve, "GET", history);
    await ask(404, ada, "GET", `${history}?after=${UNKNOWN}`);

    const at = `/api/messages/${message._id}`;
    await ask(403, ada, "PUT", at, { content: "not mine" });
    await ask(404, eve, "PUT", `/api/messages/${UNKNOWN}`, { content: "nobody's" });
    await ask(200, grace, "PUT", at, { content: "said otherwise" });
    await ask(403, ada, "DELETE", at);
    await ask(404, ada, "DELETE", `/api/messages/${UNKNOWN}`);
    await ask(200, grace, "DELETE", at);
  });

  test("are true of what is served to anybody", async () => {
    for (const { method, path, route } of operations().filter(({ path }) => !/^\/(api|webhooks)\b/.test(path))) {
      const asked = path === "/{file}" ? "/icon.svg" : fill(path);
      const { status, headers } = await server.ask(method, asked, method === "POST" ? { body: { username: "nobody" } } : {});
      assert.equal(status, method === "POST" ? 201 : 200, route);
      if (headers.has("etag")) {
        const known = await server.ask(method, asked, { headers: { "if-none-match": headers.get("etag") } });
        assert.equal(known.status, 304, route);
        assert.equal((await server.ask("HEAD", asked)).status, 200, route);
      }
    }
    for (const { method, path, route } of operations().filter(({ responses }) => responses[400])) {
      assert.equal((await server.ask(method, `${fill(path)}?x=%zz`, ada)).status, 400, route);
    }
    assert.equal((await server.ask("GET", "/nothing.txt")).status, 404);
    assert.equal((await server.ask("POST", "/webhooks/clerk", { body: {} })).status, 404);
    assert.equal((await server.ask("POST", "/webhooks/clerk", { body: TOO_MUCH, headers: JSON_TYPE })).status, 413);
    assert.equal((await server.ask("GET", "/css/nothing.css")).status, 404);
  });

  test("are true of what is wrong with any request", async () => {
    const { token } = ada;
    for (const { method, path, route, responses, requestBody } of operations().filter(({ path }) => path.startsWith("/api") || path === "/dev/token")) {
      const fails = async (status, target, options) => assert.equal((await server.ask(method, target, options)).status, status, `${route} ${status}`);
      const target = fill(path);
      if (responses[401]) {
        await fails(401, target, {});
      }
      if (requestBody) {
        await fails(415, target, { token, body: "{}", headers: { "content-type": "text/plain" } });
        await fails(400, target, { token, body: "[]", headers: JSON_TYPE });
      }
      if (responses[413]) {
        await fails(413, target, { token, body: TOO_MUCH, headers: JSON_TYPE });
      }
      if (path.includes("{")) {
        await fails(400, fill(path, { ...ANY, id: "x", groupId: "x", userId: "x" }), { token, ...(requestBody && { body: {} }) });
      } else {
        await fails(400, `${target}?x=%zz`, { token });
      }
      assert.equal((await server.ask("PATCH", target, { token })).status, 405, route);
      assert.equal((await server.ask("OPTIONS", target, { token })).status, 204, route);
    }
    assert.equal((await server.ask("GET", "/api/nothing", { token })).status, 404);
  });

  test("are true in production, with Clerk", async () => {
    await webhook.tell(production, "session.ended", { id: "sess_1", object: "session", status: "ended", user_id: "user_1", updated_at: Date.now() });
    assert.equal((await production.ask("POST", "/dev/token", { body: { username: "ada" } })).status, 404);
    assert.equal((await production.ask("GET", "/health/detailed")).status, 404);
    assert.equal((await production.ask("GET", "/metrics")).status, 404);
  });

  test("are true of who is over a rate", async () => {
    const { token } = await strict.signIn("ada");
    const socket = await connect({ token }, strict);
    const { message } = await socket.request("send_message", { groupId: lobby, content: "one" });
    assert.equal(message.seq, 1);
    const { error } = await socket.request("send_message", { groupId: lobby, content: "two" });
    assert.equal(error.code, "RATE_LIMIT_EXCEEDED");
    await socket.log.until("rate_limit_error");

    for (const { method, path, route } of operations().filter(({ responses }) => responses[429])) {
      let status;
      for (let i = 0; i < 5 && status !== 429; i++) {
        ({ status } = await strict.ask(method, fill(path), { token }));
      }
      assert.equal(status, 429, route);
    }
  });

  test("are true of events", async () => {
    const [adas, graces, eves] = [await connect(ada), await connect(grace), await connect(eve)];
    const { group } = await ask(201, ada, "POST", "/api/groups", { name: "Talk" });
    const groupId = group._id;
    const member = (user) => ask(200, ada, "POST", `/api/groups/${groupId}/members`, { userId: user.user._id });
    await member(grace);
    await graces.log.until("group_updated", (event) => event.group._id === groupId);
    const ids = [];
    for (let i = 0; i < 5; i++) {
      ids.push((await adas.request("send_message", { groupId, content: `message ${i}`, tempId: `t-${i}`, type: "text" })).message._id);
    }
    const [messageId, second, third] = ids;

    /** What succeeds, and what fails, of each event. */
    const calls = {
      authenticate: [{}, { token: "nonsense" }],
      join_group: [{ groupId, lastSeq: 3 }, { groupId: UNKNOWN }],
      get_group_members: [{ groupId }, { groupId: "nonsense" }],
      send_message: [{ groupId, content: "said" }, { groupId, content: "" }],
      edit_message: [{ groupId, messageId: second, content: "otherwise" }, { groupId, messageId: UNKNOWN, content: "otherwise" }],
      delete_message: [{ groupId, messageId: second }, { groupId, messageId: UNKNOWN }],
      mark_message_read: [{ groupId, messageId }, { groupId, messageId: UNKNOWN }],
      mark_messages_read: [{ groupId, messageIds: [third, messageId] }, { groupId, messageIds: "all" }],
      get_messages: [{ groupId, before: 3, limit: 2 }, { groupId, limit: 0 }],
      typing_start: [{ groupId }, {}],
      typing_stop: [{ groupId }, {}],
      get_online_users: [{ groupId }, { groupId: UNKNOWN }],
      change_status: [{ status: "away" }, { status: "offline" }],
      leave_group: [{ groupId }, { groupId: UNKNOWN }],
    };
    const { received } = server.contract.events;
    assert.deepEqual(Object.keys(calls).sort(), [...received.keys()].sort());
    const readers = ["mark_message_read", "mark_messages_read", "change_status"];
    for (const [event, [good, bad]] of Object.entries(calls)) {
      const client = readers.includes(event) ? graces : adas;
      const { success, failure } = received.get(event);
      const since = client.log.length;
      const answer = await client.request(event, good);
      assert.equal(answer.ok, true, `${event}: ${JSON.stringify(answer)}`);
      for (const name of success) {
        await client.log.until(name, undefined, since);
      }
      if (event === "typing_start") {
        // What begins and ends at once is told to nobody.
        await graces.log.until("user_typing");
      }
      assert.equal((await client.request(event, bad)).ok, false, event);
      if (failure) {
        await client.log.until(failure, undefined, since);
      }
    }
    await adas.log.until("validation_error");
    await adas.log.until("message_read");
    await adas.log.until("messages_read");
    await adas.log.until("user_status_changed");
    for (const name of ["user_typing", "user_stopped_typing", "message_edited", "message_deleted", "new_message"]) {
      await graces.log.until(name);
    }

    // More than is replayed.
    await adas.request("join_group", { groupId, lastSeq: 0 });
    await adas.log.until("gap");
    await ask(200, ada, "DELETE", `/api/groups/${groupId}/members/${grace.user._id}`);
    await graces.log.until("group_removed");

    // All three are in the Lobby.
    await adas.log.until("user_online", ({ userId }) => userId === eve.user._id);
    eves.close();
    await adas.log.until("user_offline", ({ userId }) => userId === eve.user._id);
  });

  test("are true of who is not let in, or not for long", async () => {
    const guest = new Client(server);
    clients.push(guest);
    await guest.log.until("connect");
    assert.equal((await guest.request("join_group", { groupId: lobby })).error.code, "AUTHENTICATION_FAILED");
    await guest.log.until("error");

    const refused = new Client(server, { token: "nonsense" });
    clients.push(refused);
    await refused.log.until("connect_error");

    const now = Math.floor(Date.now() / 1000);
    const expiring = await connect({ token: await server.reissue(ada.token, { iat: now - 600, nbf: now - 600, exp: now + 10 }) });
    await expiring.log.until("token_expiring");
    const expired = new Client(server, { token: await server.reissue(ada.token, { iat: now - 600, nbf: now - 600, exp: now - 60 }) });
    clients.push(expired);
    const { data } = await expired.log.until("connect_error");
    assert.equal(data.code, "TOKEN_EXPIRED");
  });

  const missing = (named) => {
    const seen = new Set([server, strict, production].flatMap(({ contract }) => [...contract.seen]));
    return named.filter((each) => !seen.has(each) && !OUT_OF_REACH.some((pattern) => pattern.test(each)));
  };

  test("name no route and no status that did not come", () => {
    assert.deepEqual(missing(operations().flatMap(({ route, responses }) => Object.keys(responses).map((status) => `${route} ${status}`))), []);
  });

  test("name no event that did not come, and none that did not succeed and fail", () => {
    const { received, sent } = server.contract.events;
    assert.deepEqual(missing(["CONNECT_ERROR", ...sent, ...[...received.keys()].flatMap((event) => [`${event} ok`, `${event} refused`])]), []);
  });
});
