import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { FailingDisk, limitFileSize, without } from "../support/failing-disk.mjs";
import { findings } from "../support/history-checker.mjs";
import { History } from "../support/history.mjs";
import { VerbatimServer } from "../support/server.mjs";
import { WAIT_MS_MAX, within } from "../support/time.mjs";
import { Witness } from "../support/witness.mjs";

/** Messages at once while the disk fails. */
const HELD = 5;

const FAULTS = {
  "whose files may not grow": { tool: "prlimit", fail: ({ server }) => limitFileSize(server.pid, 1), mend: ({ server }) => limitFileSize(server.pid, "unlimited") },
  "on a full disk": { tool: "gcc", ...byDisk("ENOSPC") },
  "that cannot be synced": { tool: "gcc", ...byDisk("EIO") },
  "that has become read-only": { tool: "gcc", ...byDisk("EROFS") },
};

function byDisk(word) {
  return { fail: ({ disk }) => disk.fail(word), mend: ({ disk }) => disk.mend() };
}

for (const [name, fault] of Object.entries(FAULTS)) {
  describe(`a store ${name}`, { skip: without(fault.tool) }, () => {
    const history = new History();
    const under = {};
    let server, ada, grace, groupId, adasPhone, adasDesk, graces;
    let all = [];

    before(async () => {
      under.disk = fault.tool === "gcc" ? new FailingDisk() : null;
      under.server = server = await VerbatimServer.start(under.disk?.env);
      [ada, grace] = [await server.signIn("ada"), await server.signIn("grace")];
      groupId = await server.groupOf([ada, grace], "Words");
      adasPhone = new Witness(history, server, ada, { transports: ["websocket"] }, "phone");
      adasDesk = new Witness(history, server, ada, { transports: ["polling"] }, "desk");
      graces = new Witness(history, server, grace, { transports: ["websocket"] });
      all = [adasPhone, adasDesk, graces];
      for (const witness of all) {
        await witness.connected();
        witness.follow(groupId);
      }
    });

    after(async () => {
      all.forEach((witness) => witness.close());
      await server?.dispose();
      under.disk?.dispose();
    });

    const send = (witness, tempId) =>
      within(
        new Promise((resolve) => witness.ask("send", { groupId, content: `says ${tempId}`, tempId }, resolve)),
        () => `no answer to ${tempId}`,
      );
    const sendAll = (witness, names) => Promise.all(names.map((name) => send(witness, name)));
    /** Waits until it answers so; what the store said last counts for a second. */
    async function becomes(target, status) {
      const began = performance.now();
      while ((await server.ask("GET", target)).status !== status) {
        assert.ok(performance.now() - began < WAIT_MS_MAX, `${target} does not become ${status}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    const held = (round) => Array.from({ length: HELD }, (_, i) => `held-${round}-${i}`);

    test("takes messages before", async () => {
      const answers = await sendAll(adasPhone, ["before-0", "before-1", "before-2"]);
      assert.ok(answers.every(({ ok }) => ok));
    });

    for (const round of [1, 2]) {
      test(`refuses what it cannot keep, and goes on when the cause is gone, time ${round}`, async () => {
        const whole = await server.history(ada, groupId);
        const since = adasPhone.client.log.length;
        fault.fail(under);
        try {
          for (const { ok, error } of await sendAll(adasPhone, held(round))) {
            assert.equal(ok, false);
            assert.equal(error.code, "UNAVAILABLE");
          }
          // Each sender is told by event too, of which message.
          const told = adasPhone.client.log.all("message_error", since);
          assert.deepEqual(told.map(({ details }) => details.tempId).toSorted(), held(round));
          assert.deepEqual([...new Set(told.map(({ code }) => code))], ["UNAVAILABLE"]);
          assert.deepEqual([...new Set(told.map(({ details }) => details.groupId))], [groupId]);
          const byRest = {
            "/api/groups": { name: "Never" },
            "/api/messages": { groupId, content: "says rest", tempId: `rest-${round}` },
          };
          for (const [target, payload] of Object.entries(byRest)) {
            const { status, body: told } = await server.ask("POST", target, { token: grace.token, body: payload });
            assert.deepEqual([target, status, told.code], [target, 503, "UNAVAILABLE"]);
          }
          // What is there can still be read.
          assert.deepEqual(await server.history(ada, groupId), whole, "something of it was written");
          assert.equal((await server.ask("GET", "/health/live")).status, 200);
          await becomes("/health/ready", 503);
          await becomes("/health", 503);
        } finally {
          fault.mend(under);
        }
        // It finds that out by itself: a balancer may send nothing here until then.
        await becomes("/health/ready", 200);

        // Everything is said again, by two sockets at once and in another order.
        const [phone, desk] = await Promise.all([sendAll(adasPhone, held(round)), sendAll(adasDesk, held(round).toReversed())]);
        assert.ok([...phone, ...desk].every(({ ok }) => ok));
        assert.deepEqual(phone.map(({ message }) => message._id), desk.map(({ message }) => message._id).toReversed());
        const { groups } = await server.do("GET", "/api/groups", { token: grace.token });
        assert.deepEqual(groups.map((group) => group.name).filter((each) => each === "Never"), []);
        await server.do("POST", "/api/groups", { token: grace.token, body: { name: `Again ${round}` } });
      });

      test(`holds each message once, and has shown it, time ${round}`, async () => {
        const stored = await server.history(ada, groupId);
        assert.equal(stored.length, 3 + round * HELD);
        await Promise.all(all.map((witness) => witness.complete(groupId, stored.length)));
        assert.deepEqual(findings({ sockets: history.sockets, stored: { [groupId]: stored }, verified: await server.verifyStore() }), []);
      });
    }

    test("is whole after a kill while it fails, and a retry is the first one then", async () => {
      fault.fail(under);
      const [{ ok }] = await sendAll(adasDesk, ["last"]);
      assert.equal(ok, false);
      await server.kill();
      // The bound of a file's length has ended with the process.
      under.disk?.mend();
      assert.deepEqual(await server.verifyStore(), []);
      await server.restart();
      await Promise.all(all.map((witness) => witness.connected(2)));
      const { message } = await send(adasDesk, "last");
      const again = await send(adasPhone, "last");
      assert.equal(again.message._id, message._id);
      const stored = await server.history(ada, groupId);
      assert.equal(stored.length, 4 + 2 * HELD);
      await Promise.all(all.map((witness) => witness.complete(groupId, stored.length)));
      assert.deepEqual(findings({ sockets: history.sockets, stored: { [groupId]: stored } }), []);
    });

    test("tells nothing of it in the log", async () => {
      await server.stop();
      server.keepSecret("says held", "says last");
      server.assertDiscreet();
      assert.deepEqual(await server.verifyStore(), []);
    });
  });
}
