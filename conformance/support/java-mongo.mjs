import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { jdk25 } from "./jdk.mjs";

const TARGET = fileURLToPath(new URL("../../chat-storage/target", import.meta.url));
const MAIN = "dev.verbatim.chat.storage.mongo.JavaMongoProcess";

/** An imitation of MongoDB in memory, JavaMongoProcess among chat-storage's tests. Quick, and its updates are atomic. */
export const JAVA_MONGO = {
  name: "the Java server",
  lacks: false,
  keepsDataWhenKilled: false,

  /** What starts it on a free port. */
  async command() {
    const classpath = path.join(TARGET, "test.classpath");
    if (!existsSync(classpath)) {
      throw new Error(`${classpath} is missing: mvn -DskipTests -pl chat-storage -am package`);
    }
    const entries = [path.join(TARGET, "test-classes"), readFileSync(classpath, "utf8").trim()];
    return [path.join(jdk25(), "bin/java"), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", entries.join(path.delimiter), MAIN];
  },
};
