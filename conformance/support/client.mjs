import { io } from "socket.io-client";
import { EventLog } from "./event-log.mjs";
import { within } from "./time.mjs";

/** How a client may come in; the names stand in the tests' names. */
export const TRANSPORTS = {
  "WebSocket only": { transports: ["websocket"] },
  "polling only": { transports: ["polling"] },
  "polling with upgrade": { transports: ["polling", "websocket"] },
};

/** An unchanged socket.io-client that remembers all it received in its `log`. */
export class Client {
  log = new EventLog();

  constructor(server, { token, auth, ...options } = {}) {
    this.socket = io(server.url, {
      auth: auth ?? (token === undefined ? {} : { token }),
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 200,
      ...options,
    });
    server.contract?.events.watch(this.socket);
    this.socket.onAny((name, payload) => this.log.record(name, payload));
    this.socket.on("connect", () => this.log.record("connect", this.socket.id));
    this.socket.on("disconnect", (reason) => this.log.record("disconnect", reason));
    this.socket.on("connect_error", ({ message, data }) => this.log.record("connect_error", { message, data }));
    // The namespace may be joined before or after the transport has moved up.
    this.socket.io.on("open", () => {
      this.socket.io.engine.on("upgrade", ({ name }) => this.log.record("upgrade", name));
    });
  }

  /** Connects with a user's token and waits until the server has let it in. */
  static async of(server, { token }, options) {
    const client = new Client(server, { token, ...options });
    try {
      await client.log.until("connect");
    } catch (failure) {
      // Nobody else can: it would go on trying, and the process with it.
      client.close();
      throw failure;
    }
    return client;
  }

  get transport() {
    return this.socket.io.engine.transport.name;
  }

  emit(event, ...payload) {
    this.socket.emit(event, ...payload);
  }

  /** Emits with a callback and gives back what the callback got, `{ok, ...}`. */
  request(event, ...payload) {
    return within(this.socket.emitWithAck(event, ...payload), () => `no acknowledgement of ${event}`);
  }

  close() {
    this.socket.disconnect();
  }
}
