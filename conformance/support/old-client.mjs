import io from "socket.io-client-v2";
import { EventLog } from "./event-log.mjs";
import { within } from "./time.mjs";

/** The type of the packet that refuses a client. */
const ERROR = 4;

/** An unchanged socket.io-client 2, which speaks Engine.IO v3 and has its token in the query. */
export class OldClient {
  log = new EventLog();

  constructor(server, { token, ...options } = {}) {
    this.socket = io(server.url, {
      query: token === undefined ? {} : { token },
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 200,
      ...options,
    });
    server.contract?.events.watch(this.socket);
    // It has no onAny.
    const { onevent } = this.socket;
    this.socket.onevent = (packet) => {
      const [name, payload] = packet.data;
      this.log.record(name, payload);
      onevent.call(this.socket, packet);
    };
    this.socket.on("connect", () => this.log.record("connect", this.socket.id));
    this.socket.on("disconnect", (reason) => this.log.record("disconnect", reason));
    this.socket.io.on("packet", ({ type, data }) => {
      if (type === ERROR) {
        this.log.record("connect_error", data);
      }
    });
    this.socket.io.on("open", () => {
      this.socket.io.engine.on("upgrade", ({ name }) => this.log.record("upgrade", name));
    });
  }

  /** Connects with a user's token and waits until the server has let it in. */
  static async of(server, { token }, options) {
    const client = new OldClient(server, { token, ...options });
    try {
      await client.log.until("connect");
    } catch (failure) {
      client.close();
      throw failure;
    }
    return client;
  }

  get transport() {
    return this.socket.io.engine.transport.name;
  }

  /** Emits with a callback and gives back what the callback got, `{ok, ...}`. */
  request(event, ...payload) {
    const answer = new Promise((resolve) => this.socket.emit(event, ...payload, resolve));
    return within(answer, () => `no acknowledgement of ${event}`);
  }

  close() {
    this.socket.disconnect();
  }
}
