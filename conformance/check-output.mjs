// Whether all that the servers of a run wrote, and the Java tests, holds no token, no secret and nothing that somebody said. With
// arguments, those of the run, only some tests have run, and there may be nothing to look at; without, reports that are missing are
// a failure with CI=true.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { OUTPUT, findings, findingsIn } from "./support/output.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The modules whose tests print what a server logs. */
const MODULES = ["chat", "chat-storage", "server", "socketio"];

const found = [];
const missing = [];
const isWhole = process.argv.length === 2;

const ofServers = existsSync(OUTPUT) ? findings(OUTPUT) : null;
if (ofServers !== null) {
  found.push(...ofServers);
} else if (isWhole) {
  found.push("no server has written anything");
}
for (const module of MODULES) {
  const reports = path.join(ROOT, module, "target/surefire-reports");
  const names = existsSync(reports) ? readdirSync(reports).filter((each) => each.endsWith(".xml")) : [];
  if (names.length === 0 && isWhole) {
    missing.push(`the reports of the tests of ${module}`);
  }
  for (const name of names) {
    found.push(...findingsIn(readFileSync(path.join(reports, name), "utf8")).map((what) => `${module}, ${name}: ${what}`));
  }
}

for (const what of missing) {
  console.error(`conformance: not searched, for there are none: ${what}`);
}
for (const finding of found.slice(0, 20)) {
  console.error(`conformance: ${finding}`);
}
if (found.length > 0) {
  console.error(`conformance: ${found.length} times an output is not as it must be`);
}
if (found.length > 0 || (missing.length > 0 && process.env.CI === "true")) {
  process.exit(1);
}
