import { spawnSync } from "node:child_process";

/** Whether a tool is there; with CI=true it has to be. */
export function has(tool, ...version) {
  const isThere = spawnSync(tool, version).status === 0;
  if (!isThere && process.env.CI === "true") {
    throw new Error(`${tool} is missing`);
  }
  return isThere;
}
