import { appendFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Where all that servers write in a run is kept, beside what must not stand in it. */
export const OUTPUT = process.env.OUTPUT ?? fileURLToPath(new URL("../target/output", import.meta.url));

/** Settings of a server that tells all it can, and has a secret. */
export const TELLING = { LOG_LEVEL: "trace", ACCESS_LOG: "json", OPERATOR_TOKEN: "the operators' own word" };

/** Of one server more is not kept: hundreds of times what the most talkative one writes. */
const BYTES_MAX = 32 << 20;

/** What one process of the run notes at most; each is looked for in all that was written. */
const NOTED_MAX = 2_000;

/** A shorter one may be a word of the server's own. */
const CONTENT_CHARS_MIN = 12;

/** Of a long one the beginning is looked for. */
const CONTENT_CHARS_MAX = 200;

/** The settings whose values no log may have. */
const SECRETS = ["OPERATOR_TOKEN", "CLERK_SECRET_KEY", "CLERK_WEBHOOK_SECRET", "DATABASE_PASSWORD", "OTEL_EXPORTER_OTLP_HEADERS"];

/** A signed token, whoever's it is. */
const TOKEN = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/;

const noted = new Set();
let kept = 0;

function note(text) {
  if (noted.size < NOTED_MAX && !noted.has(text)) {
    noted.add(text);
    mkdirSync(OUTPUT, { recursive: true });
    appendFileSync(path.join(OUTPUT, `${process.pid}.secrets`), `${JSON.stringify(text)}\n`);
  }
}

/** Notes what somebody says, which no log may have. */
export function noteContent(content) {
  if (typeof content === "string" && content.length >= CONTENT_CHARS_MIN) {
    note(content.slice(0, CONTENT_CHARS_MAX));
  }
}

/** Notes the secrets among the settings of a server. */
export function noteSettings(env) {
  for (const name of SECRETS) {
    if (env[name]) {
      note(env[name]);
    }
  }
}

/** Keeps what one process writes; gives back what takes it. */
export function keeper() {
  mkdirSync(OUTPUT, { recursive: true });
  const file = path.join(OUTPUT, `${process.pid}-${++kept}.log`);
  let bytes = 0;
  return (text) => {
    bytes += text.length;
    if (bytes <= BYTES_MAX) {
      appendFileSync(file, text);
    }
  };
}

/** What stands in the kept output of a directory, and must not: a line for each finding, without the secret. */
export function findings(directory) {
  const names = readdirSync(directory);
  const secrets = names.filter((name) => name.endsWith(".secrets")).flatMap((name) => linesOf(directory, name).map((line) => JSON.parse(line)));
  const byHead = new Map();
  for (const secret of new Set(secrets)) {
    const head = secret.slice(0, CONTENT_CHARS_MIN);
    byHead.set(head, [...(byHead.get(head) ?? []), secret]);
  }
  return names.filter((name) => name.endsWith(".log")).flatMap((name) => linesOf(directory, name).flatMap((line, i) => leaks(line, byHead).map((what) => `${name}:${i + 1}: ${what}`)));
}

/** Tokens in what tests of a JUnit report have printed; what the tests themselves are called does not count. */
export function tokensIn(report) {
  return [...report.matchAll(/<system-(?:out|err)>([\s\S]*?)<\/system-(?:out|err)>/g)].flatMap(([, text]) => (TOKEN.test(text) ? ["a token"] : []));
}

function leaks(line, byHead) {
  const found = TOKEN.test(line) ? ["a token"] : [];
  for (let at = 0; at < line.length; at++) {
    for (const secret of byHead.get(line.slice(at, at + CONTENT_CHARS_MIN)) ?? []) {
      if (line.startsWith(secret, at)) {
        found.push(`a secret, or what somebody said, that begins with ${JSON.stringify(secret.slice(0, 4))}`);
      }
    }
  }
  return found;
}

function linesOf(directory, name) {
  return readFileSync(path.join(directory, name), "utf8")
    .split("\n")
    .filter((line) => line !== "");
}
