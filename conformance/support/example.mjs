import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { jdk25 } from "./jdk.mjs";
import { within } from "./time.mjs";

const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));

/** What each writes as soon as it may be asked: its own words, Micronaut's, and Spring Boot's. */
const LISTENS = /(?:listens on \S*:|Server Running: http:\/\/\S+:|Netty started on port )(\d+)/;

/** One of the example applications, started as its reader starts it, on a port that the system gives it. */
export class Example {
  static #running = new Set();

  #child;
  #closed;

  /** All that it wrote. */
  output = "";

  static {
    process.once("exit", () => Example.#running.forEach((example) => example.#child.kill("SIGKILL")));
  }

  static async start(name) {
    const jar = path.join(EXAMPLES, name, "target/app/chat.jar");
    if (!existsSync(jar)) {
      throw new Error(`${jar} is missing: mvn -pl examples/${name} -am package`);
    }
    const example = new Example(jar);
    try {
      example.url = `http://127.0.0.1:${await example.#port()}`;
      return example;
    } catch (failure) {
      await example.stop("SIGKILL");
      throw failure;
    }
  }

  constructor(jar) {
    const { PATH, HOME } = process.env;
    this.#child = spawn(
      path.join(jdk25(), "bin/java"),
      ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dport=0", "-jar", jar],
      // 0 is any port to Spring Boot, and -1 to Micronaut.
      { env: { PATH, HOME, SERVER_PORT: "0", MICRONAUT_SERVER_PORT: "-1" }, stdio: ["ignore", "pipe", "pipe"] },
    );
    this.#closed = new Promise((resolve) => {
      this.#child.once("close", resolve);
      this.#child.once("error", resolve);
    });
    Example.#running.add(this);
  }

  #port() {
    const port = new Promise((resolve, reject) => {
      for (const stream of [this.#child.stdout, this.#child.stderr]) {
        stream.setEncoding("utf8").on("data", (text) => {
          this.output += text;
          const [, number] = this.output.match(LISTENS) ?? [];
          if (number) {
            resolve(number);
          }
        });
      }
      this.#closed.then(() => reject(new Error(`it ended at once:\n${this.output}`)));
    });
    return within(port, () => `it does not listen:\n${this.output}`);
  }

  /** What its front page says. */
  async page() {
    const response = await fetch(this.url, { signal: AbortSignal.timeout(60_000) });
    return response.text();
  }

  async stop(signal = "SIGTERM") {
    this.#child.kill(signal);
    await within(this.#closed, () => `it does not end at ${signal}:\n${this.output}`);
    Example.#running.delete(this);
  }
}
