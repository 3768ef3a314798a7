import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { Client } from "../support/client.mjs";
import { VerbatimServer } from "../support/server.mjs";

const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;
if (!hasPromtool && process.env.CI === "true") {
  throw new Error("promtool is missing");
}

/** The samples of a scrape, by their names and labels. */
function samples(text) {
  const found = new Map();
  for (const line of text.split("\n")) {
    const sample = /^([a-z_]+(?:\{[^}]*\})?) (\S+)$/.exec(line);
    if (sample) {
      found.set(sample[1], Number(sample[2]));
    }
  }
  return found;
}

describe("the metrics", () => {
  let server, ada, groupId, client;

  const scrape = async (accept) => {
    const answer = await fetch(`${server.url}/metrics`, { headers: accept ? { accept } : {} });
    assert.equal(answer.status, 200);
    return answer.text();
  };

  before(async () => {
    server = await VerbatimServer.start();
    ada = await server.signIn("ada");
    groupId = await server.groupOf([ada], "Words");
    client = await Client.of(server, ada);
  });

  after(async () => {
    client?.close();
    await server?.dispose();
  });

  test("tell what happened", async () => {
    const earlier = samples(await scrape());
    for (let i = 0; i < 3; i++) {
      assert.equal((await client.request("send_message", { groupId, content: `word ${i}` })).ok, true);
    }
    const { ok, error } = await client.request("send_message", { groupId, content: "" });
    assert.deepEqual([ok, error.code], [false, "INVALID_MESSAGE"]);
    const later = samples(await scrape());
    const grown = (name) => later.get(name) - earlier.get(name);
    assert.equal(grown('verbatim_events_total{event="send_message"}'), 4);
    assert.equal(grown('verbatim_event_errors_total{code="INVALID_MESSAGE",event="send_message"}'), 1);
    assert.equal(grown('verbatim_answer_seconds_count{event="send_message"}'), 3);
    assert.equal(grown('verbatim_answer_seconds_bucket{event="send_message",le="+Inf"}'), 3);
    assert.equal(grown("verbatim_commit_seconds_count") >= 3, true);
    assert.equal(later.get('verbatim_connections{transport="websocket"}') + later.get('verbatim_connections{transport="polling"}'), 1);
    assert.deepEqual([later.get("verbatim_sockets"), later.get("verbatim_sessions"), later.get("verbatim_users_online")], [1, 1, 1]);
    assert.ok(grown('verbatim_packets_total{direction="in",transport="polling"}') + grown('verbatim_packets_total{direction="in",transport="websocket"}') >= 4);
    assert.ok(later.get("process_uptime_seconds") > 0 && later.get("process_cpu_seconds_total") > 0);
  });

  test("are such as promtool takes, in both forms", { skip: !hasPromtool && "promtool is missing" }, async () => {
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: await scrape(), encoding: "utf8" });
    assert.deepEqual([status, stdout, stderr], [0, "", ""]);
    const open = await scrape("application/openmetrics-text; version=1.0.0");
    assert.ok(open.endsWith("# EOF\n"));
  });

  test("have no label that a client chooses", async () => {
    for (const event of ["made-up", "x".repeat(100)]) {
      client.socket.emit(event, {});
    }
    assert.equal((await client.request("get_group_members", { groupId })).ok, true);
    const text = await scrape();
    assert.ok(!text.includes("made-up") && !text.includes("xxx"));
    assert.equal(samples(text).get('verbatim_events_total{event="unknown"}'), 2);
  });
});
