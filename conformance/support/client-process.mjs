import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Client } from "./client.mjs";
import { Contract } from "./contract.mjs";
import { EventLog } from "./event-log.mjs";
import { within } from "./time.mjs";

/** After this long without its end, in ms, a process is ended: nothing depends on how it ends. */
const END_MS_MAX = 10_000;

/** A Client in a process of its own: what its socket receives comes into this `log` as it comes there. */
export class ClientProcess {
  log = new EventLog();
  #child;
  #gone;
  #answers = new Map();
  #calls = 0;

  static async of(server, { token }, options) {
    const client = new ClientProcess(server);
    try {
      client.#send({ connect: { url: server.url, token, options } });
      await client.log.until("connect");
    } catch (failure) {
      await client.close();
      throw failure;
    }
    return client;
  }

  constructor({ contract }) {
    this.#child = fork(fileURLToPath(import.meta.url), { serialization: "advanced" });
    this.#gone = once(this.#child, "exit");
    this.#child.on("message", ({ event, violation, answer }) => {
      if (event) {
        this.log.record(event.name, event.payload);
      } else if (violation) {
        contract.onViolation(violation);
      } else {
        this.#answers.get(answer.call)(answer.value);
        this.#answers.delete(answer.call);
      }
    });
  }

  emit(event, ...payload) {
    this.#send({ emit: { event, payload } });
  }

  request(event, ...payload) {
    return this.#call({ request: { event, payload } }, () => `no acknowledgement of ${event}`);
  }

  get transport() {
    return this.#call({ transport: true }, () => "no transport");
  }

  async close() {
    if (this.#child.connected) {
      this.#child.disconnect();
    }
    try {
      await within(this.#gone, () => "the client's process does not end", END_MS_MAX);
    } catch {
      this.#child.kill("SIGKILL");
      await this.#gone;
    }
  }

  #call(message, complaint) {
    const call = ++this.#calls;
    const answer = new Promise((resolve) => this.#answers.set(call, resolve));
    this.#send({ ...message, call });
    return within(answer, complaint);
  }

  #send(message) {
    this.#child.send(message);
  }
}

/** The other side: runs in the child, holds the socket, forwards both ways. */
function serveParent() {
  let client;
  const tell = (news) => process.connected && process.send(news);
  const answer = (call, value) => tell({ answer: { call, value } });
  process.on("message", async ({ connect, emit, request, transport, call }) => {
    if (connect) {
      const contract = await Contract.of(connect.url);
      contract.onViolation = (violation) => tell({ violation });
      client = new Client({ url: connect.url, contract }, { token: connect.token, ...connect.options });
      const { record } = client.log;
      client.log.record = (name, payload) => {
        record.call(client.log, name, payload);
        tell({ event: { name, payload } });
      };
    } else if (emit) {
      client.emit(emit.event, ...emit.payload);
    } else if (request) {
      answer(call, await client.request(request.event, ...request.payload));
    } else if (transport) {
      answer(call, client.transport);
    }
  });
  // The parent is done with it, or has ended itself.
  process.on("disconnect", () => client?.close());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serveParent();
}
