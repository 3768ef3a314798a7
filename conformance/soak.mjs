#!/usr/bin/env node
/**
 * Churn against ./verbatim for many minutes, to see whether anything in it grows: people come, talk, type,
 * edit, read, make groups and close them, come back, or stop reading. A line a minute, and in the end a
 * verdict by the second half (support/growth.mjs); exit 1 if something grew, was refused or is damaged.
 *
 *   node soak.mjs [--minutes 20] [--seed N]
 */
import { execFile } from "node:child_process";
import { readdirSync, readlinkSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { leaks, mebibytes } from "./support/growth.mjs";
import { LONG_LIVED } from "./support/launcher.mjs";
import { Passerby } from "./support/passerby.mjs";
import { randomFrom } from "./support/random.mjs";
import { VerbatimServer } from "./support/server.mjs";

const PEOPLE = 40;
/** Those who stop reading now and then. */
const STOPPING = 4;
const ACTIONS_PER_SECOND = 50;
const GROUP_EVERY_MS = 3_000;
const SAMPLE_EVERY_MS = 10_000;
const SAMPLES_PER_MINUTE = 6;
/** Of a short trial the heap is collected at every sample: it needs a few in its second half. */
const TRIAL_MINUTES = 10;

const { values } = parseArgs({ options: { minutes: { type: "string", default: "20" }, seed: { type: "string" } } });
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
const random = randomFrom(seed);
console.log(`${minutes} minutes of churn, --seed ${seed}`);

const server = await VerbatimServer.start(LONG_LIVED);
const counts = {};
const people = [];
const timers = [];
try {
  const users = [];
  for (let i = 0; i < PEOPLE; i++) {
    users.push(await server.signIn(`soak-${i}`));
  }
  const lobby = await server.lobby(users[0]);
  for (const [i, user] of users.entries()) {
    people.push(new Passerby(server, user, { stops: i < STOPPING, counts, random }));
  }
  people.forEach((person) => person.come([lobby]));

  const any = () => people[Math.floor(random() * people.length)];
  timers.push(setInterval(() => any().act(), 1000 / ACTIONS_PER_SECOND));
  timers.push(setInterval(() => any().foundGroup(Array.from({ length: 5 }, any)), GROUP_EVERY_MS));
  const samples = await watch();
  timers.forEach(clearInterval);
  people.forEach((person) => person.go());

  const findings = [
    ...leaks(samples),
    ...Object.entries(counts.refused ?? {}).map(([why, count]) => `${count} times refused: ${why}`),
    ...(await server.verifyStore()).map((line) => `verify-store: ${line}`),
  ];
  findings.forEach((finding) => console.log(finding));
  console.log(findings.length === 0 ? "nothing grew" : "NOT as it should be");
  process.exitCode = findings.length === 0 ? 0 : 1;
} finally {
  timers.forEach(clearInterval);
  people.forEach((person) => person.go());
  await server.dispose();
}

/** Samples the server until the time is over. */
async function watch() {
  const samples = [];
  const began = performance.now();
  let lastCounts = {};
  for (let i = 0; i <= minutes * SAMPLES_PER_MINUTE; i++) {
    await new Promise((resolve) => setTimeout(resolve, began + i * SAMPLE_EVERY_MS - performance.now()));
    const isMinute = i % SAMPLES_PER_MINUTE === 0;
    const sample = {
      at: (performance.now() - began) / 1000,
      // Before the collection, which gives memory back that an untouched server would keep.
      processBytes: residentBytes(server.pid),
      storeBytes: storeBytes(),
      ...((isMinute || minutes < TRIAL_MINUTES) && { heapBytes: await heapBytesAfterCollection(server.pid) }),
    };
    samples.push(sample);
    if (isMinute) {
      const { refused, ...all } = counts;
      const more = Object.entries(all).map(([name, count]) => `${name} ${count - (lastCounts[name] ?? 0)}`);
      lastCounts = all;
      console.log(
        `minute ${i / SAMPLES_PER_MINUTE}: process ${mebibytes(sample.processBytes)}, heap ${mebibytes(sample.heapBytes)},` +
          ` store ${mebibytes(sample.storeBytes)}; ${more.join(", ") || "nothing yet"}`,
      );
    }
  }
  return samples;
}

function residentBytes(pid) {
  return Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/^VmRSS:\s+(\d+) kB$/m)[1]) * 1024;
}

function storeBytes() {
  return readdirSync(server.dataDir)
    .filter((name) => name.startsWith("verbatim.db"))
    .reduce((sum, name) => sum + statSync(path.join(server.dataDir, name)).size, 0);
}

/** What the heap holds when all that can be collected is collected. */
async function heapBytesAfterCollection(pid) {
  const jcmd = path.join(path.dirname(readlinkSync(`/proc/${pid}/exe`)), "jcmd");
  const ask = async (what) => (await promisify(execFile)(jcmd, [String(pid), what])).stdout;
  await ask("GC.run");
  const generations = [...(await ask("GC.heap_info")).matchAll(/\btotal \d+K, used (\d+)K/g)];
  return generations.reduce((sum, [, used]) => sum + Number(used) * 1024, 0);
}
