import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { Client } from "../support/client.mjs";
import { VerbatimServer } from "../support/server.mjs";
import { within } from "../support/time.mjs";

const RATE = 20;
/** As many may come in at once. */
const BURST = RATE / 5;

/** Asks for a session on a connection of its own; `answered` is the status. */
async function handshake(server) {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.write(`GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  const answered = once(socket, "data").then(([bytes]) => Number(String(bytes).slice("HTTP/1.1 ".length).slice(0, 3)));
  answered.catch(() => {});
  return { socket, answered };
}

/** Those who stand in line. */
const WAITING = 'verbatim_bound_used{bound="admissions_waiting"}';

describe("when many come at once", () => {
  let server, ada;
  const open = [];

  const come = async () => {
    const one = await handshake(server);
    open.push(one);
    return one;
  };

  const metric = async (name) => {
    const lines = (await server.ask("GET", "/metrics")).text.split("\n");
    return Number(lines.find((line) => line.startsWith(`${name} `)).slice(name.length + 1));
  };

  const untilWaiting = (count) =>
    within(
      (async () => {
        while ((await metric(WAITING)) < count) {
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      })(),
      () => `no ${count} stand in line`,
    );

  before(async () => {
    server = await VerbatimServer.start({ ADMISSION_RATE_PER_SECOND: String(RATE) });
    ada = await server.signIn("ada");
  });

  after(async () => {
    open.forEach(({ socket }) => socket.destroy());
    await server?.dispose();
  });

  test("all are let in, at the pace, and the earlier before the later", async () => {
    const began = performance.now();
    const early = [];
    for (let i = 0; i < 2 * RATE; i++) {
      early.push(await come());
    }
    await untilWaiting(1);
    const late = await Promise.all(Array.from({ length: RATE }, come));
    const order = [];
    const all = [...early, ...late];
    all.forEach(({ answered }, i) => void answered.then(() => order.push(i)));
    const statuses = await within(Promise.all(all.map(({ answered }) => answered)), () => "somebody is not answered");
    assert.deepEqual(new Set(statuses), new Set([200]));
    const seconds = (performance.now() - began) / 1000;
    assert.ok(seconds >= (all.length - BURST) / RATE - 0.1, `all are in after ${seconds} s`);
    // Who is answered within some milliseconds of another may be heard of later.
    const half = order.slice(0, RATE);
    assert.ok(half.every((i) => i < early.length), `the first to come in are ${half}`);
    assert.equal(await metric(WAITING), 0);
    assert.ok((await metric("verbatim_admissions_waited_total")) >= all.length - BURST - 2 * RATE);
  });

  test("who comes beyond the line is refused for now, and a stock client comes back", async () => {
    await server.stop();
    // One is let in, and ten stand in line.
    await server.restart({ ADMISSION_RATE_PER_SECOND: "1" });
    const fill = async () => {
      const statuses = [];
      while (!statuses.includes(503)) {
        const { answered } = await come();
        void answered.then((status) => statuses.push(status));
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    let client;
    let refused = false;
    while (!refused) {
      // Who stood in line has left a place in it.
      client?.close();
      await fill();
      client = new Client(server, { token: ada.token, transports: ["polling"] });
      const connectError = new Promise((resolve) => client.socket.once("connect_error", () => resolve(true)));
      // One may have gone in right before it, so that it stands in line.
      refused = await Promise.race([connectError, new Promise((resolve) => setTimeout(resolve, 900, false))]);
    }
    try {
      assert.ok((await metric('verbatim_refusals_total{reason="too_many_waiting"}')) >= 1);
      // Those in the line leave it, and nobody waits for them.
      open.forEach(({ socket }) => socket.destroy());
      await client.log.until("connect");
    } finally {
      client.close();
    }
  });
});
