import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertTellsNoInsides } from "../support/indiscretion.mjs";
import { TELLING } from "../support/output.mjs";
import { VerbatimServer } from "../support/server.mjs";

const UNKNOWN = "0123456789abcdef01234567";
const NOT_IDS = ["lobby", `${UNKNOWN}0`, UNKNOWN.slice(1), "zzzzzzzzzzzzzzzzzzzzzzzz"];
const JSON_TYPE = { "content-type": "application/json" };

/** Method, route and what it may be asked with; everything in the list exists. */
const ROUTES = [
  ["GET", "/health"],
  ["GET", "/info"],
  ["POST", "/dev/token"],
  ["GET", "/api/users/me"],
  ["GET", "/api/groups"],
  ["GET", "/api/groups/discover"],
  ["POST", `/api/groups/${UNKNOWN}/join`],
  ["GET", `/api/messages/group/${UNKNOWN}`],
];

describe("bad requests", () => {
  let server, ada, grace, lobby, open, closed;

  before(async () => {
    server = await VerbatimServer.start(TELLING);
    [ada, grace] = await Promise.all([server.signIn("ada"), server.signIn("grace")]);
    lobby = await server.lobby(ada);
    const make = async (body) => (await server.do("POST", "/api/groups", { token: grace.token, body })).group._id;
    open = await make({ name: "Open, without ada" });
    closed = await make({ name: "Closed, without ada", isPrivate: true });
  });

  after(() => server?.dispose());

  const state = async () => {
    const users = [];
    for (const { token } of [ada, grace]) {
      const { user } = await server.do("GET", "/api/users/me", { token });
      const { groups } = await server.do("GET", "/api/groups", { token });
      const { groups: others } = await server.do("GET", "/api/groups/discover", { token });
      users.push({ user: user._id, groups, others });
    }
    return users;
  };

  const assertFails = async (method, path, options, status, code) => {
    const answer = await server.ask(method, path, options);
    const { success, error, code: told } = answer.body ?? {};
    const what = `${method} ${path.slice(0, 80)}: ${answer.status} ${answer.text.slice(0, 200)}`;
    assert.equal(answer.status, status, what);
    assert.equal(success, false, what);
    assert.equal(told, code, what);
    assert.ok(error, what);
    assertTellsNoInsides(answer.text);
    assertHeaders(answer.headers);
    return answer;
  };

  const assertHeaders = (headers) => {
    assertTellsNoInsides(JSON.stringify([...headers]));
    assert.equal(headers.get("server"), null);
    assert.equal(headers.get("x-powered-by"), null);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.ok(headers.get("content-security-policy"));
  };

  const table = (name, rows) =>
    test(name, async (t) => {
      const before = await state();
      for (const [method, path, options, status, code] of rows()) {
        const { body, headers } = options;
        const shown = [body !== undefined && JSON.stringify(body).slice(0, 50), headers && JSON.stringify(headers)].filter(Boolean).join(" ");
        await t.test(`${method} ${path.slice(0, 60)} ${shown}: ${status}`, () => assertFails(method, path, options, status, code));
      }
      assert.deepEqual(await state(), before, "nothing changed");
    });

  table("who is not signed in", () =>
    [...ROUTES.filter(([, path]) => path.startsWith("/api")), ["GET", "/api/no/such/route"], ["POST", "/api/groups"]].flatMap(([method, path]) => [
      [method, path, {}, 401, "AUTHENTICATION_FAILED"],
      [method, path, { token: "nonsense" }, 401, "INVALID_TOKEN"],
      [method, path, { token: `${ada.token.slice(0, -8)}AAAAAAAA` }, 401, "INVALID_TOKEN"],
    ]),
  );

  table("routes that are not", () => [
    ["GET", "/api/no/such/route", ada, 404, "NOT_FOUND"],
    ["GET", "/api", ada, 404, "NOT_FOUND"],
    ["GET", "/no-such-page", {}, 404, "NOT_FOUND"],
    ["GET", "/js/no-such-module.js", {}, 404, "NOT_FOUND"],
    ["GET", "/dev/no-such-route", {}, 404, "NOT_FOUND"],
  ]);

  test("odd paths find nothing", async () => {
    for (const path of ["/%00", "/..%2f..%2fetc%2fpasswd", "/js/..%2findex.html", "/%ff", "/api/groups/%00/join", "/api/messages/group/..%2f..", "//api/groups"]) {
      const { status, text } = await server.ask("GET", path, ada);
      assert.ok([400, 404, 405].includes(status), `${path}: ${status}`);
      assertTellsNoInsides(text);
    }
  });

  test("the wrong method is told the right one", async () => {
    for (const [method, path] of ROUTES) {
      const answer = await assertFails("PATCH", path, { token: ada.token, body: {} }, 405, "VALIDATION_ERROR");
      assert.ok(answer.headers.get("allow")?.includes(method), `${path} allows ${answer.headers.get("allow")}`);
    }
  });

  table("bodies that are no JSON object", () =>
    [
      ["POST", "/dev/token"],
      ["POST", "/api/groups"],
    ].flatMap(([method, path]) => [
      ...["", "{", "nonsense", "[]", "5", '"text"', "null", '{"name":"a","name"', "\u0000"].map((body) => [
        method,
        path,
        { token: ada.token, body, headers: JSON_TYPE },
        400,
        "VALIDATION_ERROR",
      ]),
      [method, path, { token: ada.token, body: `[${"[".repeat(100_000)}`, headers: JSON_TYPE }, 400, "VALIDATION_ERROR"],
      [method, path, { token: ada.token, body: new Uint8Array([0xff, 0xfe, 0x7b, 0x7d]), headers: JSON_TYPE }, 400, "VALIDATION_ERROR"],
      [method, path, { token: ada.token, body: "name=x", headers: { "content-type": "application/x-www-form-urlencoded" } }, 415, "VALIDATION_ERROR"],
      [method, path, { token: ada.token, body: '{"name":"x","username":"x"}', headers: { "content-type": "text/plain" } }, 415, "VALIDATION_ERROR"],
      [method, path, { token: ada.token, body: { name: "x".repeat(1_100_000), username: "x".repeat(1_100_000) } }, 413, "VALIDATION_ERROR"],
    ]),
  );

  table("POST /dev/token", () => [
    ["POST", "/dev/token", { body: {} }, 400, "VALIDATION_ERROR"],
    ...["", "Ada", "a b", "a".repeat(33), "ádá", "a\n", "../a", 5, null, {}, ["ada"], true].map((username) => [
      "POST",
      "/dev/token",
      { body: { username } },
      400,
      "VALIDATION_ERROR",
    ]),
    ["POST", "/dev/token", { body: { username: "new", firstName: 5 } }, 400, "VALIDATION_ERROR"],
    ["POST", "/dev/token", { body: { username: "new", lastName: {} } }, 400, "VALIDATION_ERROR"],
  ]);

  table("POST /api/groups", () => {
    const { token } = ada;
    return [
      ["POST", "/api/groups", { token, body: {} }, 400, "VALIDATION_ERROR"],
      ...["", "n".repeat(101), 5, null, {}, ["name"]].map((name) => ["POST", "/api/groups", { token, body: { name } }, 400, "VALIDATION_ERROR"]),
      ...["d".repeat(501), 5, {}].map((description) => ["POST", "/api/groups", { token, body: { name: "n", description } }, 400, "VALIDATION_ERROR"]),
      ...["yes", 1, {}].map((isPrivate) => ["POST", "/api/groups", { token, body: { name: "n", isPrivate } }, 400, "VALIDATION_ERROR"]),
    ];
  });

  table("POST /api/groups/:id/join", () => [
    ...NOT_IDS.map((id) => ["POST", `/api/groups/${id}/join`, ada, 400, "VALIDATION_ERROR"]),
    ["POST", `/api/groups/${UNKNOWN}/join`, ada, 404, "GROUP_NOT_FOUND"],
    ["POST", `/api/groups/${closed}/join`, ada, 404, "GROUP_NOT_FOUND"],
  ]);

  table("GET /api/messages/group/:groupId", () => {
    const history = (id, query = "") => `/api/messages/group/${id}${query}`;
    return [
      ...NOT_IDS.map((id) => ["GET", history(id), ada, 400, "VALIDATION_ERROR"]),
      ["GET", history(UNKNOWN), ada, 404, "GROUP_NOT_FOUND"],
      ["GET", history(open), ada, 403, "ACCESS_DENIED"],
      ["GET", history(closed), ada, 404, "GROUP_NOT_FOUND"],
      ...["0", "-1", "abc", "", "1e9x", "NaN"].map((limit) => ["GET", history(lobby, `?limit=${limit}`), ada, 400, "VALIDATION_ERROR"]),
      ...["abc", "-1", "1.5", "1234567890123456"].map((before) => ["GET", history(lobby, `?before=${before}`), ada, 400, "VALIDATION_ERROR"]),
      ["GET", history(lobby, "?before=1&after=1"), ada, 400, "VALIDATION_ERROR"],
      ["GET", history(lobby, `?before=${UNKNOWN}`), ada, 404, "MESSAGE_NOT_FOUND"],
      ["GET", history(lobby, `?after=${UNKNOWN}`), ada, 404, "MESSAGE_NOT_FOUND"],
    ];
  });

  test("good requests answer without telling what the server is made of", async () => {
    for (const [path, options] of [["/health", {}], ["/info", {}], ["/api/users/me", ada], ["/api/groups", ada], [`/api/messages/group/${lobby}`, ada], ["/", {}]]) {
      const answer = await server.ask("GET", path, options);
      assert.equal(answer.status, 200, path);
      assertTellsNoInsides(answer.text);
      assertHeaders(answer.headers);
    }
  });

  test("joining twice is joining once", async () => {
    for (let i = 0; i < 2; i++) {
      const { group } = await server.do("POST", `/api/groups/${open}/join`, { token: ada.token });
      assert.equal(group.memberCount, 2);
      assert.equal(group.id, group._id);
    }
  });

  test("the log tells nothing of it", async () => {
    await server.stop();
    server.assertDiscreet();
  });
});
