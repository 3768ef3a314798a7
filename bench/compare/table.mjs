// Reads the raw logs of compare (TEST.SERVER.ROUND.log) and prints for each test the median of every
// figure and its range, then the ratios of the servers' processor time within each round.
// QUIET leaves out the runs in which other processes took more than that many % of a core.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const BASES = ['node', 'floor', 'socketioxide']; // what the ratios are against
const TICKS_A_SECOND = 100; // of /proc/stat

const directory = process.argv[2];
if (process.argv.length !== 3 || !existsSync(directory)) {
  console.error('usage: node table.mjs DIRECTORY_OF_LOGS');
  process.exit(2);
}
const othersMax = +(process.env.QUIET ?? Infinity);
if (Number.isNaN(othersMax)) {
  console.error(`table.mjs: QUIET must be a number, not "${process.env.QUIET}"`);
  process.exit(2);
}

const isIdle = test => test === 'd' || test === 'e'; // tests that send nothing

/** The number that the first group of a pattern finds in a log; NaN without. */
function numberIn(log, pattern) {
  const match = log.match(pattern);
  return match ? +match[1] : NaN;
}

function idleFigures(log) {
  return {
    ready: numberIn(log, /ready (\d+)/),
    alive: numberIn(log, /alive (\d+)/),
    'connects/s': numberIn(log, /\((\d+)\/s\)/),
    'server µs/connect': numberIn(log, /\(([\d.]+) us each/),
    'RSS at start KiB': numberIn(log, /rss (\d+) ->/),
    'RSS KiB/socket': numberIn(log, /hold.*\(([\d.]+) KiB each/),
  };
}

function sendingFigures(log, test) {
  const receivers = (test === 'c' ? 10 : 500) - 1; // all members but the sender
  const seconds = numberIn(log, /over ([\d.]+) s; alive/);
  const acked = numberIn(log, /acked (\d+) errors/);
  const delivered = numberIn(log, /delivered (\d+) \(/);
  return {
    'deliveries/s': numberIn(log, /, (\d+) deliveries/),
    'messages/s': numberIn(log, /rates: (\d+)/),
    'server µs/delivery': numberIn(log, /= ([\d.]+) us per delivery/),
    'server µs/message': numberIn(log, /, ([\d.]+) us per send/),
    'server % of a core': numberIn(log, /, (\d+)% of/),
    'load % of a core': (100 * numberIn(log, /generator cpu ([\d.]+)/)) / seconds,
    'p50 ms': numberIn(log, /delivery latency us: p50 (-?\d+)/) / 1000,
    'p99 ms': numberIn(log, /delivery latency us:.* p99 (-?\d+)/) / 1000,
    'delivered %': (100 * delivered) / (acked * receivers),
    alive: numberIn(log, /alive (\d+)/),
  };
}

/**
 * What all processes but the server and the load used of the machine, in % of a core, from the lines
 * of /proc/stat before and after (proc(5)); undefined while the run is under way. What the load uses
 * to connect is not in its own figure, and so counts as the others'.
 */
function othersPercent(log) {
  const lines = log.match(/^cpu .*/gm) ?? [];
  if (lines.length < 2) {
    return undefined;
  }
  const [before, after] = lines.map(line => line.split(/\s+/).slice(1).map(Number));
  const spent = after.map((ticks, i) => ticks - before[i]);
  const [user, nice, system, idle, iowait, irq, softirq, steal] = spent;
  const busy = user + nice + system + irq + softirq;
  const wall = (busy + idle + iowait + steal) / cpus().length; // of one core
  const server = [...log.matchAll(/server(?: |: )cpu ([\d.]+) s/g)]
    .map(match => +match[1])
    .reduce((sum, seconds) => sum + seconds, 0);
  const load = numberIn(log, /generator cpu ([\d.]+)/) || 0;
  return (100 * (busy / TICKS_A_SECOND - server - load)) / (wall / TICKS_A_SECOND);
}

function readRuns() {
  const runs = [];
  for (const file of readdirSync(directory).filter(name => name.endsWith('.log')).sort()) {
    const [test, server, round] = file.split('.');
    const log = readFileSync(join(directory, file), 'utf8');
    const others = othersPercent(log);
    if (others === undefined) {
      continue;
    }
    const figures = isIdle(test)
      ? { ...idleFigures(log), 'load and others % of a core': others }
      : { ...sendingFigures(log, test), 'others % of a core': others };
    runs.push({ test, server, round, figures, disturbed: !isIdle(test) && others > othersMax });
  }
  return runs;
}

function median(sorted) {
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

const ascending = values => values.toSorted((x, y) => x - y);

function formatted(value) {
  if (Number.isNaN(value)) {
    return '-';
  }
  if (value >= 1000) {
    return Math.round(value).toLocaleString('en-US');
  }
  if (value >= 100) {
    return value.toFixed(Number.isInteger(value) ? 0 : 1);
  }
  return `${+value.toFixed(2)}`;
}

function withRange(values) {
  const sorted = ascending(values);
  const lowest = sorted[0];
  const highest = sorted.at(-1);
  return lowest === highest || sorted.some(Number.isNaN)
    ? formatted(median(sorted))
    : `${formatted(median(sorted))} (${formatted(lowest)}–${formatted(highest)})`;
}

const row = cells => `| ${cells.join(' | ')} |`;
const ruler = cells => `|${cells.map(() => '---').join('|')}|`;

/** The items by what a function makes of them, in the order of their first appearance. */
function grouped(items, key) {
  const groups = new Map();
  for (const item of items) {
    const k = key(item);
    groups.set(k, [...(groups.get(k) ?? []), item]);
  }
  return groups;
}

function printFigures(runs) {
  for (const [test, ofTest] of grouped(runs, run => run.test)) {
    const names = Object.keys(ofTest[0].figures);
    const head = ['server', 'runs', ...names];
    console.log(`\n### ${test}\n${row(head)}\n${ruler(head)}`);
    for (const [server, ofServer] of grouped(ofTest, run => run.server)) {
      const cells = names.map(name => withRange(ofServer.map(run => run.figures[name])));
      console.log(row([server, ofServer.length, ...cells]));
    }
  }
}

function printDisturbed(runs) {
  if (runs.length) {
    const counts = [...grouped(runs, run => `${run.test} ${run.server}`)];
    const list = counts.map(([name, left]) => `${name} ${left.length}`);
    console.log(`\nLeft out as disturbed: ${list.join(', ')}`);
  }
}

const cpuOf = run => run.figures['server µs/delivery'] ?? run.figures['server µs/connect'];

/** The ratios of runs to those of another server in the same rounds: median (lowest–highest). */
function ratios(runs, baseRuns) {
  const base = new Map(baseRuns.map(run => [run.round, cpuOf(run)]));
  const comparable = runs.filter(run => base.get(run.round));
  const sorted = ascending(comparable.map(run => cpuOf(run) / base.get(run.round)));
  return sorted.length
    ? `${median(sorted).toFixed(2)} (${sorted[0].toFixed(2)}–${sorted.at(-1).toFixed(2)})`
    : '-';
}

function printRatios(runs) {
  const head = ['test', 'server', 'rounds', 'median µs', ...BASES.map(base => `against ${base}`)];
  console.log(
    "\n### server CPU per delivery (d, e: per connection) against the others' in the same round, " +
      `all runs: median (lowest–highest)\n${row(head)}\n${ruler(head)}`,
  );
  for (const [test, ofTest] of grouped(runs, run => run.test)) {
    const byServer = grouped(ofTest, run => run.server);
    for (const [server, ofServer] of byServer) {
      const against = BASES.map(base => ratios(ofServer, byServer.get(base) ?? []));
      const middle = formatted(median(ascending(ofServer.map(cpuOf))));
      console.log(row([test, server, ofServer.length, middle, ...against]));
    }
  }
}

const runs = readRuns();
printFigures(runs.filter(run => !run.disturbed));
printDisturbed(runs.filter(run => run.disturbed));
printRatios(runs);
