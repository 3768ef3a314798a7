import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Client } from "./client.mjs";
import { EventLog } from "./event-log.mjs";
import { within } from "./time.mjs";

const ANSWER_MS_MAX = 20_000;

/** A Client in a process of its own: what its socket receives comes into this `log` as it comes there. */
export class ClientProcess {
  log = new EventLog();
  #child;
  #answers = new Map();
  #calls = 0;

  static async of(server, { token }, options) {
    const client = new ClientProcess();
    client.#send({ connect: { url: server.url, token, options } });
    await client.log.until("connect");
    return client;
  }

  constructor() {
    this.#child = fork(fileURLToPath(import.meta.url), { serialization: "advanced" });
    this.#child.on("message", ({ event, answer }) => {
      if (event) {
        this.log.record(event.name, event.payload);
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
    const gone = once(this.#child, "exit");
    this.#send({ close: true });
    await gone;
  }

  #call(message, complaint) {
    const call = ++this.#calls;
    const answer = new Promise((resolve) => this.#answers.set(call, resolve));
    this.#send({ ...message, call });
    return within(ANSWER_MS_MAX, answer, complaint);
  }

  #send(message) {
    this.#child.send(message);
  }
}

/** The other side: runs in the child, holds the socket, forwards both ways. */
function serveParent() {
  let client;
  const answer = (call, value) => process.send({ answer: { call, value } });
  process.on("message", async ({ connect, emit, request, transport, close, call }) => {
    if (connect) {
      client = new Client({ url: connect.url }, { token: connect.token, ...connect.options });
      const { record } = client.log;
      client.log.record = (name, payload) => {
        record.call(client.log, name, payload);
        process.send({ event: { name, payload } });
      };
    } else if (emit) {
      client.emit(emit.event, ...emit.payload);
    } else if (request) {
      answer(call, await client.request(request.event, ...request.payload));
    } else if (transport) {
      answer(call, client.transport);
    } else if (close) {
      client.close();
      process.disconnect();
    }
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serveParent();
}
