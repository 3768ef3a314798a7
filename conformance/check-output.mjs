// Whether all that the servers of a run wrote, and the Java tests, holds no token, no secret and nothing that somebody said.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { OUTPUT, findings, tokensIn } from "./support/output.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const found = existsSync(OUTPUT) ? findings(OUTPUT) : [];
for (const module of readdirSync(ROOT)) {
  const reports = path.join(ROOT, module, "target/surefire-reports");
  for (const name of existsSync(reports) ? readdirSync(reports).filter((each) => each.endsWith(".xml")) : []) {
    found.push(...tokensIn(readFileSync(path.join(reports, name), "utf8")).map((what) => `${module}, ${name}: ${what}`));
  }
}
for (const finding of found.slice(0, 20)) {
  console.error(`conformance: ${finding}`);
}
if (found.length > 0) {
  console.error(`conformance: ${found.length} times something is in an output that must not be`);
  process.exit(1);
}
