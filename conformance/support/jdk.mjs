import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The JDK of the build; by hand that of JAVA_HOME, or one of the system's. */
export function jdk25() {
  const { TOOLCHAIN_JAVA_HOME, JAVA_HOME } = process.env;
  const system = existsSync("/usr/lib/jvm") ? readdirSync("/usr/lib/jvm").map((name) => `/usr/lib/jvm/${name}`) : [];
  const found = [TOOLCHAIN_JAVA_HOME, JAVA_HOME, ...system].find((home) => {
    const release = path.join(home ?? "", "release");
    return home && existsSync(release) && /^JAVA_VERSION="25[."]/m.test(readFileSync(release, "utf8"));
  });
  if (!found) {
    throw new Error("a JDK 25 is needed: set JAVA_HOME to it");
  }
  return found;
}
