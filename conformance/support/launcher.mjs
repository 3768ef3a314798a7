import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { within } from "./time.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Its own path, not the working directory, says which checkout it is. */
export const LAUNCHER = process.env.VERBATIM ?? path.join(ROOT, "verbatim");

/** A third of what a server takes of the processor in its first minute is what it compiles for a longer life. */
const SHORT_LIVED = "-XX:TieredStopAtLevel=1";

const { PATH, HOME, JAVA_HOME, JAVA_OPTS } = process.env;

/** All that it gets of the caller's environment: a setting of hers must not change what is tested. */
export const CALLERS = defined({ PATH, HOME, JAVA_HOME, JAVA_OPTS: JAVA_OPTS ?? SHORT_LIVED });

/** For a server that works hard or for long: compiled as for its users. */
export const LONG_LIVED = { JAVA_OPTS: JAVA_OPTS ?? "" };

/** Runs `./verbatim`, or another launcher, with these arguments to its end; gives back `{code, out, err}`. */
export async function run(args, { cwd, env = {}, launcher = LAUNCHER }) {
  const child = spawn(launcher, args, { cwd, env: { ...CALLERS, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (err += text));
  const [code] = await within(once(child, "close"), () => `${args[0]} does not end`).finally(() => child.kill("SIGKILL"));
  return { code, out, err };
}

function defined(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
