import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, TRANSPORTS } from "../support/client.mjs";
import { VerbatimServer } from "../support/server.mjs";

/** A token of the right shape with a signature that is not. */
const forge = (token) => token.slice(0, -8) + (token.endsWith("AAAAAAAA") ? "BBBBBBBB" : "AAAAAAAA");

describe("the handshake", () => {
  let server, ada, grace, lobby;
  const clients = [];

  const connect = (options) => {
    const client = new Client(server, options);
    clients.push(client);
    return client;
  };

  before(async () => {
    server = await VerbatimServer.start({ LOG_LEVEL: "trace" });
    [ada, grace] = await Promise.all([server.signIn("ada"), server.signIn("grace")]);
    lobby = await server.lobby(ada);
  });

  after(async () => {
    clients.forEach((client) => client.close());
    await server?.dispose();
  });

  for (const [name, transports] of Object.entries(TRANSPORTS)) {
    test(`refuses a bad token with the Error as data and as text, ${name}`, async () => {
      for (const token of ["nonsense", forge(ada.token), "a.b.c", "\u0000"]) {
        const client = connect({ token, ...transports });
        const { message, data } = await client.log.until("connect_error");
        assert.equal(data.code, "INVALID_TOKEN");
        assert.deepEqual(JSON.parse(message), data);
        assert.ok(data.timestamp && data.message);
      }
    });
  }

  test("refuses every bad token in the same words", async () => {
    const words = new Set();
    for (const token of ["nonsense", forge(ada.token), "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."]) {
      words.add((await connect({ token }).log.until("connect_error")).data.message);
    }
    assert.equal(words.size, 1);
  });

  test("refuses a token that is no string", async () => {
    for (const token of [7, true, {}, [ada.token]]) {
      const { data } = await connect({ token }).log.until("connect_error");
      assert.equal(data.code, "INVALID_TOKEN");
    }
  });

  test("takes a token in the query, as before", async () => {
    const client = connect({ query: { token: ada.token } });
    await client.log.until("connect");
    assert.equal((await client.request("authenticate")).user._id, ada.user._id);
  });

  test("puts a socket with a good token into its groups at once", async () => {
    const client = await Client.of(server, ada);
    clients.push(client);
    const { token } = grace;
    await server.do("GET", "/api/users/me", { token });
    const other = await Client.of(server, grace);
    clients.push(other);
    await other.request("send_message", { groupId: lobby, content: "to the room" });
    await client.log.until("new_message", ({ message }) => message.content === "to the room");
  });

  for (const token of [undefined, null, ""]) {
    test(`lets in without a token (${token === "" ? "empty" : token}), for authenticate alone`, async () => {
      const before = await server.history(ada, lobby);
      const enter = async () => {
        const client = connect({ auth: token === undefined ? {} : { token } });
        await client.log.until("connect");
        return client;
      };
      const events = [...server.contract.events.received.keys()].filter((event) => event !== "authenticate");
      for (const event of [...events, "no_such_event"]) {
        // A client for each: none is let stay longer than 10 s.
        const client = await enter();
        const since = client.log.length;
        const answer = await client.request(event, { groupId: lobby, content: "let me in", messageId: lobby });
        assert.equal(answer.ok, false, event);
        assert.equal(answer.error.code, "AUTHENTICATION_FAILED", event);
        const error = await client.log.until("error", undefined, since);
        assert.equal(error.code, "AUTHENTICATION_FAILED", event);
        const refused = await client.request("authenticate", {});
        assert.equal(refused.error.code, "AUTHENTICATION_FAILED");
        assert.equal((await client.log.until("authentication_error")).code, "AUTHENTICATION_FAILED");
        assert.deepEqual(client.log.names(since), ["error", "authentication_error"], event);
      }
      assert.deepEqual(await server.history(ada, lobby), before);

      const client = await enter();
      assert.equal((await client.request("send_message", { groupId: lobby, content: "let me in" })).ok, false);
      assert.equal((await client.request("authenticate", {})).ok, false);
      const let_in = await client.request("authenticate", { token: ada.token });
      assert.equal(let_in.ok, true);
      assert.equal(let_in.user._id, ada.user._id);
      assert.equal((await client.request("join_group", { groupId: lobby })).ok, true);
    });
  }

  test("authenticate with a bad token or another user's leaves the socket as it was", async () => {
    const client = await Client.of(server, ada);
    clients.push(client);
    for (const token of [forge(ada.token), grace.token]) {
      const since = client.log.length;
      const answer = await client.request("authenticate", { token });
      assert.equal(answer.ok, false);
      const { code, error } = await client.log.until("authentication_error", undefined, since);
      assert.equal(code, answer.error.code);
      assert.equal(error, answer.error.message);
    }
    const { message } = await client.request("send_message", { groupId: lobby, content: "still ada" });
    assert.equal(message.senderId, ada.user._id);
  });

  test("authenticate with a fresh token of the same user goes on", async () => {
    const client = await Client.of(server, ada);
    clients.push(client);
    const { token } = await server.signIn("ada");
    assert.equal((await client.request("authenticate", { token })).ok, true);
  });

  test("the log holds no token, in whatever way it came and at whatever level", async () => {
    const forged = forge(ada.token);
    server.keepSecret(forged);
    for (const token of [ada.token, forged]) {
      const client = connect({ query: { token } });
      await client.log.until(token === forged ? "connect_error" : "connect");
      assert.equal((await server.ask("GET", "/api/users/me", { token })).status, token === forged ? 401 : 200);
      assert.equal((await server.ask("GET", `/health?token=${token}`)).status, 200);
    }
    const guest = connect();
    await guest.log.until("connect");
    assert.equal((await guest.request("authenticate", { token: forged })).ok, false);
    clients.forEach((client) => client.close());
    await server.stop();
    server.assertDiscreet();
  });
});
