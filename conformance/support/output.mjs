import { appendFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Where all that servers write in a run is kept, beside what must not stand in it. */
export const OUTPUT = process.env.OUTPUT ?? fileURLToPath(new URL("../target/output", import.meta.url));

/** Settings of a server that tells all it can, and has a secret. */
export const TELLING = { LOG_LEVEL: "trace", ACCESS_LOG: "json", OPERATOR_TOKEN: "the operators' own word" };

/** Of one server more is not kept: hundreds of times what the most talkative one writes. */
const BYTES_MAX = 32 << 20;

/** What is said that one process of the run notes at most; each is looked for in all that was written. */
const SAID_MAX = 2_000;

/** What is said in fewer characters may be words of the server's own. */
const SAID_CHARS_MIN = 12;

/** Of what is said so much of the beginning is looked for: a log may cut it. */
const SAID_CHARS_MAX = 24;

/** Characters by which a text is found first. */
const KEY_CHARS = 6;

/** The settings whose values no log may have. */
const SECRETS = ["OPERATOR_TOKEN", "CLERK_SECRET_KEY", "CLERK_WEBHOOK_SECRET", "DATABASE_PASSWORD", "OTEL_EXPORTER_OTLP_HEADERS"];

/** A signed token, whoever's it is, or a key of Clerk's. */
const CREDENTIAL = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}|\b(?:sk_(?:live|test)|whsec)_[\w+/=]{4,}/g;

/** What the samples of the Java tests say (`Samples.SAID`), and the secrets of their settings. */
const PLANTED_IN_JAVA = ["what nobody else shall read", "the-operators-own", "the-collectors-own", "hunter2"];

/** What the log escapes in a line. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;
const SHORT = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const secrets = new Set();
const said = new Set();
let kept = 0;

function note(among, text) {
  if (!among.has(text)) {
    among.add(text);
    mkdirSync(OUTPUT, { recursive: true });
    appendFileSync(path.join(OUTPUT, `${process.pid}.secrets`), `${JSON.stringify(text)}\n`);
  }
}

/** Notes what somebody says, which no log may have. */
export function noteContent(content) {
  if (typeof content === "string" && content.length >= SAID_CHARS_MIN && said.size < SAID_MAX) {
    note(said, [...content.slice(0, 2 * SAID_CHARS_MAX)].slice(0, SAID_CHARS_MAX).join(""));
  }
}

/** Notes the secrets among the settings of a server. */
export function noteSettings(env) {
  for (const name of SECRETS) {
    if (env[name]) {
      note(secrets, env[name]);
    }
  }
  const password = /:\/\/[^/@]*:([^/@]+)@/.exec(env.MONGODB_URI ?? "")?.[1];
  if (password) {
    note(secrets, decodeURIComponent(password));
  }
}

/** Notes the id of a client's session: whoever knows it can speak in the client's name. */
export function noteSession(id) {
  note(secrets, id);
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

/** What stands in the kept output of a directory, and must not: a line for each finding, without the secret. Null if nothing was kept. */
export function findings(directory) {
  const names = readdirSync(directory);
  const notes = names.filter((name) => name.endsWith(".secrets")).flatMap((name) => read(directory, name).split("\n").filter(Boolean).map((line) => JSON.parse(line)));
  const search = searchFor(notes);
  const logs = names.filter((name) => name.endsWith(".log"));
  return logs.length === 0 ? null : logs.flatMap((name) => search(read(directory, name)).map(({ line, what }) => `${name}:${line}: ${what}`));
}

/** What tests of a JUnit report have printed, and must not; what the tests themselves are called does not count. */
export function findingsIn(report) {
  const search = searchFor(PLANTED_IN_JAVA);
  return [...report.matchAll(/<system-(?:out|err)>([\s\S]*?)<\/system-(?:out|err)>/g)].flatMap(([, text]) => search(text).map(({ what }) => what));
}

/** All forms in which a log, or what stands in one, may show a text. */
function formsOf(text) {
  const inLine = text.replace(UNSAFE, (c) => SHORT[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const inJson = [text, inLine].map((form) => JSON.stringify(form).slice(1, -1));
  return new Set([text, inLine, ...inJson, encodeURIComponent(text.toWellFormed())]);
}

/** A search for tokens and for these texts. */
function searchFor(texts) {
  const byKey = new Map();
  const short = [];
  for (const text of new Set(texts)) {
    for (const form of formsOf(text)) {
      const found = { form, what: `a secret, or what somebody said, that begins with ${JSON.stringify(text.slice(0, 4))}` };
      if (form.length < KEY_CHARS) {
        short.push(found);
      } else {
        const key = form.slice(0, KEY_CHARS);
        byKey.set(key, [...(byKey.get(key) ?? []), found]);
      }
    }
  }
  return (output) => {
    const found = [...output.matchAll(CREDENTIAL)].map(({ index }) => ({ index, what: "a token or a key" }));
    for (const { form, what } of short) {
      for (let index = output.indexOf(form); index >= 0; index = output.indexOf(form, index + 1)) {
        found.push({ index, what });
      }
    }
    for (let index = 0; index + KEY_CHARS <= output.length; index++) {
      for (const { form, what } of byKey.get(output.slice(index, index + KEY_CHARS)) ?? []) {
        if (output.startsWith(form, index)) {
          found.push({ index, what });
        }
      }
    }
    return found.sort((a, b) => a.index - b.index).map(({ index, what }) => ({ line: output.slice(0, index).split("\n").length, what }));
  };
}

function read(directory, name) {
  return readFileSync(path.join(directory, name), "utf8");
}
