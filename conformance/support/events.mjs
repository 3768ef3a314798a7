import { noteContent, noteSession } from "./output.mjs";

/** The type of the packet that refuses a client, the same in protocols 4 and 5. */
const CONNECT_ERROR = 4;

/** The reference to a message, without the way to it. */
const nameOf = ({ $ref }) => decodeURIComponent($ref.split("/").at(-1));

/** What goes over sockets, held against an AsyncAPI document. */
export class Events {
  #schemaAt;
  #found;
  #see;
  /** The events that clients may send, and the operations that say so. */
  received = new Map();
  /** The names of the events that the server sends. */
  sent = new Set();

  constructor({ operations }, schemaAt, found, see) {
    this.#schemaAt = schemaAt;
    this.#found = found;
    this.#see = see;
    for (const { action, messages, ...operation } of Object.values(operations)) {
      for (const name of messages.map(nameOf)) {
        if (action === "send") {
          this.sent.add(name);
        } else if (!isPacket(name)) {
          this.received.set(name, { replies: operation.reply.messages.map(nameOf), success: operation["x-success"], failure: operation["x-failure"] ?? null });
        }
      }
    }
  }

  /**
   * Watches all that a client's socket sends and receives, of socket.io-client 2 as well as of today's. What
   * the client sends may be anything; it must not succeed unless the document allows it.
   */
  watch(socket) {
    const awaited = new Map();
    const { packet, onevent, onack } = socket;
    socket.packet = (sent) => {
      noteContent(sent.data?.[1]?.content);
      if (sent.id !== undefined) {
        awaited.set(sent.id, sent.data);
      }
      packet.call(socket, sent);
    };
    socket.onevent = (came) => {
      this.#onEvent(came.data);
      onevent.call(socket, came);
    };
    socket.onack = (came) => {
      this.#onAnswer(awaited.get(came.id), came.data);
      awaited.delete(came.id);
      onack.call(socket, came);
    };
    socket.io.on("open", () => noteSession(socket.io.engine.id));
    socket.io.on("packet", ({ type, data }) => {
      if (type === CONNECT_ERROR) {
        this.#onRefused(data);
      }
    });
  }

  #onEvent([name, ...args]) {
    if (!this.sent.has(name)) {
      this.#found(`the event ${name} is not in the document`);
      return;
    }
    this.#see(name);
    this.#check(name, name, args);
  }

  #onAnswer(asked, args) {
    if (!asked) {
      this.#found(`an acknowledgement of nothing: ${JSON.stringify(args)}`);
      return;
    }
    const [name, payload = {}] = asked;
    const isOk = args[0]?.ok === true;
    if (!isOk) {
      this.#see(`${name} refused`);
      this.#check(`the refusal of ${name}`, "refused", args);
    } else if (this.received.has(name)) {
      this.#see(`${name} ok`);
      this.#check(`the acknowledgement of ${name}`, `${name}.ok`, args);
      const complaint = this.#validator(name)(payload);
      if (complaint) {
        this.#found(`${name} succeeded, and the document does not allow it: ${complaint}`);
      }
    } else {
      this.#found(`${name} succeeded, and is not in the document`);
    }
  }

  /** Of socket.io-client 2 it is the Error itself, of today's `{message, data}`. */
  #onRefused(refusal) {
    this.#see("CONNECT_ERROR");
    const isOld = "code" in refusal;
    this.#check("the refusal of a client", "CONNECT_ERROR", [isOld ? refusal : refusal.data]);
    if (!isOld && refusal.message !== JSON.stringify(refusal.data)) {
      this.#found(`a refusal's message and data differ: ${JSON.stringify(refusal)}`);
    }
  }

  #check(what, message, args) {
    if (args.length !== 1) {
      this.#found(`${what} has ${args.length} arguments: ${JSON.stringify(args).slice(0, 500)}`);
      return;
    }
    const complaint = this.#validator(message)(args[0]);
    if (complaint) {
      this.#found(`${what}: ${complaint}`);
    }
  }

  #validator(message) {
    return this.#schemaAt(["channels", "chat", "messages", message, "payload"]);
  }
}

/** Not an event, but a packet of its own kind, is named in capitals. */
function isPacket(name) {
  return name === name.toUpperCase();
}
