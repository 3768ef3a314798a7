import assert from "node:assert/strict";
import { readdirSync, readFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { command, succeed } from "./support/installed.mjs";

const TREES = fileURLToPath(new URL("../target/tree", import.meta.url));

/** Of ten; what is left is the network, and what the JVM asks /proc for. */
const EXPOSURE_MAX = 1.5;

const hasSystemd = command("sh", "-c", "command -v systemd-analyze").code === 0;
if (!hasSystemd && process.env.CI === "true") {
  throw new Error("systemd-analyze is missing");
}

describe("the unit", { skip: !hasSystemd && "systemd-analyze is missing" }, () => {
  let place, unit;

  before(() => {
    place = mkdtempSync(path.join(tmpdir(), "verbatim-unit-"));
    unit = path.join(place, "verbatim.service");
    const tree = path.join(TREES, readdirSync(TREES)[0]);
    const text = readFileSync(path.join(tree, "systemd", "verbatim.service"), "utf8");
    // Where the tree is here: what is not there is a mistake.
    writeFileSync(unit, text.replaceAll("/opt/verbatim", tree));
  });

  after(() => rmSync(place, { recursive: true, force: true }));

  test("is such as systemd takes", () => {
    const complaints = succeed("systemd-analyze", "verify", unit).split("\n").filter((line) => line.includes("verbatim.service"));
    assert.deepEqual(complaints, []);
  });

  test("lets the service do little", () => {
    const [, exposure] = succeed("systemd-analyze", "security", "--offline=true", "--no-pager", unit).match(/Overall exposure level for \S+ ([\d.]+)/);
    assert.ok(Number(exposure) <= EXPOSURE_MAX, `the exposure is ${exposure}`);
  });
});
