import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { findings, tokensIn } from "../support/output.mjs";

const TOKEN = ["eyJhbGciOiJSUzI1NiJ9", "eyJzdWIiOiJhZGEifQ", "c2lnbmF0dXJl"].join(".");

describe("the check of what servers write", () => {
  let directory;

  before(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "verbatim-output-"));
    await writeFile(path.join(directory, "7.secrets"), '"a word for operators"\n"The king is \\"dead\\""\n');
  });

  after(() => rm(directory, { recursive: true, force: true }));

  const check = async (text) => {
    await writeFile(path.join(directory, "7-1.log"), text);
    return findings(directory);
  };

  test("finds nothing where nothing is", async () => {
    assert.deepEqual(await check("INFO  Verbatim: listens\nDEBUG Session: eyJ is no token\n"), []);
  });

  test("finds a token, a secret and what somebody said, and shows none of them", async () => {
    const found = await check(`INFO  a: fine\nGET /x?token=${TOKEN} 200\nset a word for operators\nsaid: The king is "dead"!\n`);
    assert.deepEqual(
      found.map((line) => line.split(": ")[0]),
      ["7-1.log:2", "7-1.log:3", "7-1.log:4"],
    );
    assert.ok(found.every((line) => !line.includes("operators") && !line.includes("king") && !line.includes("eyJ")));
  });

  test("looks into what Java tests have printed, not at their names", () => {
    assert.deepEqual(tokensIn(`<testcase name="${TOKEN}"><system-out><![CDATA[fine]]></system-out></testcase>`), []);
    assert.deepEqual(tokensIn(`<system-out><![CDATA[${TOKEN}]]></system-out>`), ["a token"]);
  });
});
