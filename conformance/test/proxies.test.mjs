import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { after, before, describe, test } from "node:test";
import { Client, TRANSPORTS } from "../support/client.mjs";
import { hasCaddy, hasNginx, Proxy } from "../support/proxy.mjs";
import { VerbatimServer } from "../support/server.mjs";

const HANDSHAKE = "/socket.io/?EIO=4&transport=polling";

/** Asks from an address of this machine; gives back status and headers. */
async function askFrom(address, url, headers = {}) {
  const asked = request(url, { localAddress: address, headers, agent: false }).end();
  const [answer] = await once(asked, "response");
  answer.resume();
  await once(answer, "end");
  return { status: answer.statusCode, headers: answer.headers };
}

const PROXIES = {
  nginx: { skip: !hasNginx && "nginx is missing", start: Proxy.nginx },
  Caddy: { skip: !hasCaddy && "caddy is missing", start: Proxy.caddy },
};

for (const [name, { skip, start }] of Object.entries(PROXIES)) {
  describe(`behind ${name}, as the example sets it up`, { skip }, () => {
    let server, proxy, ada, groupId;
    const clients = [];

    before(async () => {
      server = await VerbatimServer.start({ TRUST_PROXY: "1", CONNECT_RATE_PER_SECOND: "1" });
      proxy = await start(server);
      ada = await server.signIn("ada");
      groupId = await server.lobby(ada);
    });

    after(async () => {
      clients.forEach((client) => client.close());
      await proxy?.dispose();
      await server?.dispose();
    });

    test("clients chat by each transport, and come back after a restart", async () => {
      for (const options of Object.values(TRANSPORTS)) {
        clients.push(await Client.of(proxy, ada, options));
      }
      await clients.at(-1).log.until("upgrade");
      for (const [i, client] of clients.entries()) {
        assert.equal((await client.request("send_message", { groupId, content: `by ${i}` })).ok, true);
      }
      const since = clients.map(({ log }) => log.length);
      assert.deepEqual(await server.stop(), { code: 0, signal: null });
      await server.restart({ CONNECT_RATE_PER_SECOND: "0" });
      await Promise.all(clients.map(({ log }, i) => log.until("connect", () => true, since[i])));
      assert.equal((await clients[0].request("send_message", { groupId, content: "again" })).ok, true);
      await server.stop();
      await server.restart({ CONNECT_RATE_PER_SECOND: "1" });
    });

    test("limits count each client's address, whatever it says of itself", async () => {
      const url = proxy.url + HANDSHAKE;
      let answer = await askFrom("127.0.0.2", url);
      for (let i = 0; answer.status === 200; i++) {
        assert.ok(i < 1_000, "nobody is refused");
        answer = await askFrom("127.0.0.2", url, { "x-forwarded-for": `192.0.2.${i % 256}` });
      }
      assert.equal(answer.status, 429);
      assert.equal(answer.headers["retry-after"], "1");
      assert.equal((await askFrom("127.0.0.3", url)).status, 200);
    });

    test("it is Verbatim that refuses too large a body", async () => {
      const { status, body } = await proxy.ask("POST", "/api/messages", { token: ada.token, body: { groupId, content: "x".repeat(1_100_000) } });
      assert.deepEqual([status, body.code], [413, "VALIDATION_ERROR"]);
    });

    test("a page of the proxy's own origin is let in, another is not", async () => {
      const own = await askFrom("127.0.0.4", proxy.url + HANDSHAKE, { origin: proxy.url });
      assert.equal(own.status, 200);
      const other = await askFrom("127.0.0.4", proxy.url + HANDSHAKE, { origin: "https://elsewhere.example" });
      assert.equal(other.status, 403);
    });

    test("what is for operators is not to be had", async () => {
      for (const target of ["/metrics", "/metrics/", "/health/detailed", "/health/detailed/", "/metrics//", "/%6detrics", "/health//detailed"]) {
        assert.equal((await askFrom("127.0.0.5", proxy.url + target)).status, 404, target);
      }
      assert.equal((await askFrom("127.0.0.5", `${proxy.url}/health/ready`)).status, 200);
    });
  });
}
