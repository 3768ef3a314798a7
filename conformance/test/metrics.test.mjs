import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { Client, TRANSPORTS } from "../support/client.mjs";
import { hasPrometheus, hasPromtool, Prometheus } from "../support/prometheus.mjs";
import { VerbatimServer } from "../support/server.mjs";
import { within } from "../support/time.mjs";

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

/** Of all that have this name, whatever their labels. */
function sum(found, name) {
  return [...found].filter(([sample]) => sample.startsWith(`${name}{`)).reduce((total, [, value]) => total + value, 0);
}

describe("the metrics", () => {
  let server, ada, groupId, client;

  const scrape = async (accept) => {
    const answer = await fetch(`${server.url}/metrics`, { headers: accept ? { accept } : {} });
    assert.equal(answer.status, 200);
    return answer.text();
  };

  /** The samples once they are so. */
  const until = (isSo) => {
    const waiting = (async () => {
      for (;;) {
        const found = samples(await scrape());
        if (isSo(found)) {
          return found;
        }
      }
    })();
    return within(waiting, () => "the metrics are not so");
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
    assert.deepEqual([grown("verbatim_messages_total"), grown("verbatim_repeated_messages_total")], [3, 0]);
    assert.ok(grown("verbatim_deliveries_total") >= 3 && grown("verbatim_delivery_seconds_count") >= 3);
    assert.ok(later.get('verbatim_store_call_seconds_count{operation="roles"}') >= 1);
    assert.equal(later.get("verbatim_identity_keys_age_seconds"), 0);
    assert.ok(later.get("verbatim_audit_round_age_seconds") >= 0);
    assert.ok(grown("verbatim_commit_writes_count") >= 3 && grown("verbatim_commit_writes_sum") >= 3);
    assert.equal(later.get('verbatim_broken_promises_total{kind="order"}'), 0);
    assert.deepEqual([later.get("verbatim_identity_keys_held"), later.get("verbatim_identity_keys_failing")], [1, 0]);
    for (const bound of ["admissions_waiting", "connections", "file_descriptors", "heap_bytes", "log_queue", "questions", "slow_reader_bytes", "store_work", "writer_queue"]) {
      const unit = bound.endsWith("_bytes") ? "_bytes" : "";
      const [used, max] = ["used", "max"].map((which) => later.get(`verbatim_bound_${which}${unit}{bound="${bound}"}`));
      assert.ok(used >= 0 && used <= max && max > 0, `${bound}: ${used} of ${max}`);
    }
    assert.ok(later.get("process_uptime_seconds") > 0 && later.get("process_cpu_seconds_total") > 0);
  });

  test("tell of connections that come and go", async () => {
    const earlier = samples(await scrape());
    const webSocket = await Client.of(server, ada, TRANSPORTS["WebSocket only"]);
    const upgraded = await Client.of(server, ada, TRANSPORTS["polling with upgrade"]);
    await upgraded.log.until("upgrade");
    webSocket.close();
    upgraded.close();
    const later = await until((found) => sum(found, "verbatim_closed_connections_total") >= sum(earlier, "verbatim_closed_connections_total") + 2);
    const grown = (name) => later.get(name) - earlier.get(name);
    for (const transport of ["websocket", "polling"]) {
      assert.equal(grown(`verbatim_handshakes_total{transport="${transport}"}`), 1);
      for (const direction of ["in", "out"]) {
        assert.ok(grown(`verbatim_traffic_bytes_total{direction="${direction}",transport="${transport}"}`) > 0);
      }
    }
    assert.deepEqual(["done", "failed"].map((outcome) => grown(`verbatim_upgrades_total{outcome="${outcome}"}`)), [1, 0]);
    assert.equal(later.get('verbatim_connections{transport="websocket"}') + later.get('verbatim_connections{transport="polling"}'), 1);
  });

  test("tell that the audit goes on", async () => {
    const pages = "verbatim_audit_pages_total";
    const earlier = samples(await scrape());
    const later = await until((found) => found.get(pages) > earlier.get(pages));
    assert.equal(later.get("verbatim_audit_failures_total"), 0);
  });

  test("tell what became of those who come back", async () => {
    const earlier = samples(await scrape());
    const { message } = await client.request("send_message", { groupId, content: "the last word" });
    assert.equal((await client.request("join_group", { groupId, lastSeq: message.seq - 2 })).ok, true);
    const { ok, error } = await client.request("join_group", { groupId, lastSeq: message.seq + 1 });
    assert.deepEqual([ok, error.code], [false, "VALIDATION_ERROR"]);
    const later = samples(await scrape());
    const grown = (name) => later.get(name) - earlier.get(name);
    assert.deepEqual(["complete", "ahead", "gap_messages", "gap_bytes", "failed"].map((outcome) => grown(`verbatim_replays_total{outcome="${outcome}"}`)), [1, 1, 0, 0, 0]);
    assert.equal(grown("verbatim_replayed_messages_total"), 2);
  });

  test("are such as promtool takes", { skip: !hasPromtool && "promtool is missing" }, async () => {
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: await scrape(), encoding: "utf8" });
    assert.deepEqual([status, stdout, stderr], [0, "", ""]);
  });

  test("are read by Prometheus, which asks for OpenMetrics", { skip: !hasPrometheus && "prometheus is missing" }, async () => {
    const prometheus = await Prometheus.of(server);
    try {
      const value = ({ result }) => result[0]?.value[1];
      await prometheus.until("query?query=up", (data) => value(data) === "1");
      const sockets = await prometheus.until("query?query=verbatim_sockets", value);
      assert.equal(value(sockets), "1");
      // Only in OpenMetrics a counter's name is without its ending.
      const [{ type }] = await prometheus.until("targets/metadata?metric=verbatim_messages", (data) => data.length > 0);
      assert.equal(type, "counter");
    } finally {
      await prometheus.dispose();
    }
  });

  test("have histograms that add up", async () => {
    const text = await scrape();
    const names = [...text.matchAll(/^# TYPE (\S+) histogram$/gm)].map((match) => match[1]);
    for (const name of ["verbatim_heartbeat_seconds", "verbatim_delivery_seconds", "verbatim_event_loop_delay_seconds", "verbatim_answer_seconds"]) {
      assert.ok(names.includes(name), name);
    }
    const found = samples(text);
    for (const name of names) {
      const series = new Map();
      for (const each of [...found].filter(([sample]) => sample.startsWith(`${name}_bucket{`))) {
        const count = each[0].replace(/,?le="[^"]*"/, "").replace("_bucket", "_count").replace("{}", "");
        series.set(count, [...(series.get(count) ?? []), each]);
      }
      for (const [count, buckets] of series) {
        const bounds = buckets.map(([sample]) => Number(/le="([^"]*)"/.exec(sample)[1].replace("+Inf", "Infinity")));
        const counts = buckets.map(([, value]) => value);
        assert.deepEqual(bounds, bounds.toSorted((a, b) => a - b), name);
        assert.deepEqual(counts, counts.toSorted((a, b) => a - b), name);
        assert.deepEqual([bounds.at(-1), counts.at(-1)], [Infinity, found.get(count)], count);
      }
    }
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
