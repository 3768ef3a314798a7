import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, beforeEach, afterEach, describe, test } from "node:test";

const kept = await mkdtemp(path.join(tmpdir(), "verbatim-output-"));
process.env.OUTPUT = kept;
const { findings, findingsIn, keeper, noteContent, noteSession, noteSettings } = await import("../support/output.mjs");

const TOKEN = ["eyJhbGciOiJSUzI1NiJ9", "eyJzdWIiOiJhZGEifQ", "c2lnbmF0dXJl"].join(".");

after(() => rm(kept, { recursive: true, force: true }));

describe("the check of what servers write", () => {
  let directory;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "verbatim-output-"));
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  const check = async (text, ...noted) => {
    await writeFile(path.join(directory, "7.secrets"), noted.map((each) => `${JSON.stringify(each)}\n`).join(""));
    await writeFile(path.join(directory, "7-1.log"), text);
    return findings(directory);
  };

  test("finds nothing where nothing is", async () => {
    assert.deepEqual(await check("INFO  Verbatim: listens\nDEBUG Session: eyJ is no token\n", "a word for operators"), []);
  });

  test("tells whether there was anything to look at", () => {
    assert.equal(findings(directory), null);
  });

  test("finds a token, a secret and what somebody said, and shows none of them", async () => {
    const text = `INFO  a: fine\nGET /x?token=${TOKEN} 200\nset a word for operators\nsaid: The king is "dead"!\n`;
    const found = await check(text, "a word for operators", 'The king is "dead"');
    assert.deepEqual(
      found.map((line) => line.split(": ")[0]),
      ["7-1.log:2", "7-1.log:3", "7-1.log:4"],
    );
    assert.ok(found.every((line) => !line.includes("operators") && !line.includes("king") && !line.includes("eyJ")));
  });

  test("finds a text in whatever form it is written", async () => {
    const text = 'They said\n"ö\\ü" and\u0085went';
    for (const form of [
      text,
      JSON.stringify(text),
      'They said\\n"ö\\ü" and\\u0085went',
      JSON.stringify('They said\\n"ö\\ü" and\\u0085went'),
      `/x?q=${encodeURIComponent(text)}`,
    ]) {
      assert.equal((await check(`a line\nDEBUG a: ${form} is here\n`, text)).length, 1, form);
    }
  });

  test("finds a secret however short it is", async () => {
    assert.equal((await check("the word is k%3!\n", "k%3!")).length, 1);
  });

  test("finds a key of Clerk's, whether somebody has noted it or not", async () => {
    assert.equal((await check("the key is sk_live_abcd1234\nwhsec_MfKQ9r8G\nask_live_well, sk_live_ alone\n")).length, 2);
  });

  test("looks for the beginning of what is said, and for each secret however much was said", () => {
    for (let i = 0; i < 3_000; i++) {
      noteContent(`${i} of the many things that somebody said`);
    }
    noteSettings({ OPERATOR_TOKEN: "said last", MONGODB_URI: "mongodb://ada:p%40ssword@db1,db2/chat" });
    noteSession("abcdefgh-0123456789_");
    keeper()("DEBUG a: 7 of the many things that somebo…\nDEBUG a: said last\nada has p@ssword\nsid=abcdefgh\nsid=abcdefgh-0123456789_\n");
    assert.deepEqual(
      findings(kept).map((line) => line.split(": ")[0]),
      ["1", "2", "3", "5"].map((line) => `${process.pid}-1.log:${line}`),
    );
  });

  test("looks into what Java tests have printed, not at their names", () => {
    assert.deepEqual(findingsIn(`<testcase name="${TOKEN}"><system-out><![CDATA[fine]]></system-out></testcase>`), []);
    assert.deepEqual(findingsIn(`<system-out><![CDATA[${TOKEN}]]></system-out>`), ["a token or a key"]);
    assert.equal(findingsIn("<system-err><![CDATA[said: what nobody else shall read 7]]></system-err>").length, 1);
  });
});
