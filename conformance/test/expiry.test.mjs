import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, TRANSPORTS } from "../support/client.mjs";
import { VerbatimServer } from "../support/server.mjs";

/** A token lives so long in these tests, with the five seconds that clocks may differ. */
const SECONDS_LEFT = 4;

describe("a token's expiry", () => {
  let server, ada, lobby;
  const clients = [];

  before(async () => {
    server = await VerbatimServer.start();
    ada = await server.signIn("ada");
    lobby = await server.lobby(ada);
  });

  after(async () => {
    clients.forEach((client) => client.close());
    await server?.dispose();
  });

  /** One whose token is about to expire, as that of a page that was asleep. */
  const expiring = () => {
    const now = Math.floor(Date.now() / 1000);
    return server.reissue(ada.token, { iat: now - 600, nbf: now - 600, exp: now - 5 + SECONDS_LEFT });
  };

  /** One who comes with these tokens in turn, and knows by now that the first expires. */
  const warned = async (transports, ...tokens) => {
    const auth = (give) => give({ token: tokens.length > 1 ? tokens.shift() : tokens[0] });
    const client = new Client(server, { auth, ...transports });
    clients.push(client);
    await client.log.until("connect");
    await client.log.until("token_expiring");
    return client;
  };

  for (const [name, transports] of Object.entries(TRANSPORTS)) {
    test(`makes a stock client come back by itself with a fresh one, ${name}`, async () => {
      const old = await expiring();
      const [client, kept] = await Promise.all([warned(transports, old, ada.token), warned(transports, old)]);
      const first = await client.log.until("connect");
      const fresh = await kept.request("authenticate", { token: ada.token });
      assert.equal(fresh.ok, true, JSON.stringify(fresh));

      assert.notEqual(await client.log.until("disconnect"), "io server disconnect");
      await client.log.until("connect", (id) => id !== first);
      const { message } = await client.request("send_message", { groupId: lobby, content: `back, ${name}` });
      assert.equal(message.senderId, ada.user._id);

      // The other one's old token has expired at the same time.
      await kept.log.until("new_message", (event) => event.message._id === message._id);
      assert.deepEqual(kept.log.all("disconnect"), []);
    });
  }
});
