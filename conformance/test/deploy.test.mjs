import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Client } from "../support/client.mjs";
import { VerbatimServer } from "../support/server.mjs";

const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;
if (!hasPromtool && process.env.CI === "true") {
  throw new Error("promtool is missing");
}
const needsPromtool = { skip: !hasPromtool && "promtool is missing" };

const root = new URL("../../", import.meta.url);
const read = (path) => readFile(new URL(path, root), "utf8");

/** Metrics that expressions name; the functions and labels of PromQL do not begin like that. */
const named = (expressions) => new Set(expressions.join("\n").match(/\b(?:verbatim|jvm|process|system)_\w+/g));

/** Runs promtool in deploy/prometheus. */
function promtool(...args) {
  const { status, stdout, stderr } = spawnSync("promtool", args, { cwd: new URL("deploy/prometheus/", root), encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
}

describe("what is shipped to watch the server", () => {
  let rules, dashboard, queries, scraped, directory;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "verbatim-deploy-"));
    rules = await read("deploy/prometheus/alerts.yml");
    dashboard = JSON.parse(await read("deploy/grafana/verbatim.json"));
    queries = [...dashboard.panels, ...dashboard.annotations.list].flatMap((panel) => panel.targets?.map(({ expr }) => expr) ?? panel.expr ?? []);
    const server = await VerbatimServer.start();
    try {
      const ada = await server.signIn("ada");
      const client = await Client.of(server, ada);
      const text = await (await fetch(`${server.url}/metrics`)).text();
      scraped = new Set([...text.matchAll(/^(\w+)[{ ]/gm)].map((match) => match[1]));
      client.close();
    } finally {
      await server.dispose();
    }
  });

  after(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  const alerts = () => [...rules.matchAll(/- alert: (\w+)/g)].map((match) => match[1]);

  test("alerts are rules without a lint", needsPromtool, () => {
    promtool("check", "rules", "--lint=all", "--lint-fatal", "alerts.yml");
  });

  test("alerts fire when they should, and not before", needsPromtool, async () => {
    promtool("test", "rules", "alerts.test.yml");
    const tests = await read("deploy/prometheus/alerts.test.yml");
    for (const alert of alerts()) {
      assert.ok(tests.includes(`- name: ${alert}\n`), `no test of ${alert}`);
    }
  });

  test("the configuration is one", needsPromtool, () => {
    promtool("check", "config", "prometheus.yml");
  });

  test("each alert has an entry that says what to do", async () => {
    const page = await read("docs/operating.md");
    const headings = [...page.matchAll(/^### (\w+)$/gm)].map((match) => match[1]);
    assert.deepEqual(headings.toSorted(), alerts().toSorted());
    const links = [...rules.matchAll(/runbook_url: docs\/operating\.md#(\w+)/g)].map((match) => match[1]);
    assert.deepEqual(links, alerts().map((alert) => alert.toLowerCase()));
    for (const [, anchor] of page.matchAll(/\]\(#(\w+)\)/g)) {
      assert.ok(headings.some((heading) => heading.toLowerCase() === anchor), `no heading for #${anchor}`);
    }
  });

  test("alerts and panels name metrics that there are", () => {
    assert.ok(queries.length > 50 && alerts().length > 10);
    const expressions = [...queries, ...[...rules.matchAll(/expr: (.*)/g)].map((match) => match[1])];
    assert.deepEqual([...named(expressions)].filter((name) => !scraped.has(name)), []);
  });

  test("the page names metrics that there are", async () => {
    const names = [...named([await read("docs/operating.md")])];
    assert.deepEqual(names.filter((name) => ![...scraped].some((each) => each === name || each === `${name}_count`)), []);
  });

  test("panels ask what can be asked", needsPromtool, async () => {
    const asked = queries.map((query) => query.replaceAll("$__rate_interval", "5m").replaceAll("$instance", ".*"));
    const records = asked.map((query, i) => `      - record: panel:query${i}\n        expr: ${JSON.stringify(query)}\n`);
    const file = join(directory, "panels.yml");
    await writeFile(file, `groups:\n  - name: panels\n    rules:\n${records.join("")}`);
    promtool("check", "rules", "--lint=none", file);
    const ids = dashboard.panels.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const { title, description, targets, datasource } of dashboard.panels.filter(({ type }) => type !== "row")) {
      assert.ok(title && description && targets.length > 0, title);
      assert.equal(datasource.uid, "${datasource}");
    }
  });
});
