import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { parse } from "yaml";
import { Client } from "../support/client.mjs";
import { hasPromtool } from "../support/prometheus.mjs";
import { VerbatimServer } from "../support/server.mjs";

const needsPromtool = { skip: !hasPromtool && "promtool is missing" };

const root = new URL("../../", import.meta.url);
const read = (path) => readFile(new URL(path, root), "utf8");

/** Metrics that expressions name; the functions and labels of PromQL do not begin like that. */
const named = (expressions) => new Set(expressions.join("\n").match(/\b(?:verbatim|jvm|process|system)_\w+/g));

/** Labels that Prometheus gives to what it scrapes. */
const PROMETHEUS_OWN = new Set(["instance", "job"]);

/** What no scrape has before it has happened: it is no value of a set that is told from the start. */
const LATER = new Set(['status="5xx"']);

/** Selectors of metrics of ours, in expressions and in the text of a scrape: `[name, [[label, operator, value]…]]`. */
const selectors = (text) =>
  [...text.matchAll(/\b((?:verbatim|jvm|process|system)_\w+)\{([^}]*)\}/g)].map(([, name, labels]) => [
    name,
    [...labels.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].map((match) => match.slice(1)).filter(([label]) => !PROMETHEUS_OWN.has(label)),
  ]);

/** Runs promtool in deploy/prometheus. */
function promtool(...args) {
  const { status, stdout, stderr } = spawnSync("promtool", args, { cwd: new URL("deploy/prometheus/", root), encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
}

describe("what is shipped to watch the server", () => {
  let rules, dashboard, queries, scraped, labelled, directory;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "verbatim-deploy-"));
    rules = await read("deploy/prometheus/alerts.yml");
    dashboard = JSON.parse(await read("deploy/grafana/verbatim.json"));
    queries = [...dashboard.panels, ...dashboard.annotations.list].flatMap((panel) => panel.targets?.map(({ expr }) => expr) ?? panel.expr ?? []);
    const server = await VerbatimServer.start();
    try {
      const ada = await server.signIn("ada");
      const client = await Client.of(server, ada);
      await server.groupOf([ada], "Words");
      await server.ask("GET", "/health/ready");
      const text = await (await fetch(`${server.url}/metrics`)).text();
      labelled = new Map();
      for (const [name, labels] of selectors(text)) {
        for (const [label, , value] of labels) {
          const key = `${name} ${label}`;
          labelled.set(key, (labelled.get(key) ?? new Set()).add(value));
        }
      }
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
    const { tests } = parse(await read("deploy/prometheus/alerts.test.yml"));
    for (const alert of alerts()) {
      const own = tests.find(({ name }) => name === alert);
      assert.ok(own, `no test of ${alert}`);
      const fires = own.alert_rule_test.map((each) => each.alertname === alert && each.exp_alerts.length > 0);
      assert.deepEqual([fires.at(0), fires.includes(true), fires.at(-1)], [false, true, false], `${alert} is tested before, during and after`);
    }
  });

  test("alerts, their tests and panels ask for labels that there are", async () => {
    const tests = parse(await read("deploy/prometheus/alerts.test.yml")).tests.flatMap(({ input_series }) => input_series.map(({ series }) => series));
    const missing = [];
    for (const [name, labels] of selectors([rules, ...tests, ...queries].join("\n"))) {
      for (const [label, operator, value] of labels) {
        const known = [...(labelled.get(`${name} ${label}`) ?? [])];
        const wanted = operator.endsWith("~") ? value.split("|").map((each) => new RegExp(`^${each}$`)) : [{ test: (each) => each === value }];
        if (!wanted.every((each) => known.some((one) => each.test(one))) && !LATER.has(`${label}="${value}"`)) {
          missing.push(`${name}{${label}${operator}"${value}"}`);
        }
      }
    }
    assert.deepEqual(missing, []);
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
