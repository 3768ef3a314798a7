import { io } from "/socket.io/socket.io.esm.min.js";
import { Refusal, Unanswered } from "./refusal.js";

const ANSWER_TIMEOUT_MS = 10_000;
const RETRY_MS_MAX = 30_000;
const RENEWABLE = new Set(["TOKEN_EXPIRED", "INVALID_TOKEN", "AUTHENTICATION_FAILED"]);

/**
 * The connection to the chat. It comes back by itself, each time with the token of now, and with a
 * new one where the server would not have that; it is `ready` from the server's answer to `authenticate` until the connection is lost.
 *
 * `onReady({user})` is called each time, `onLost(reason)` when it is gone or could not be made, and
 * `onSignedOut(reason)` once, when the server will not have this identity any more.
 */
export class ChatSocket {
  #identity;
  #socket;
  #watchers;
  #refusals = 0;
  #retry = null;
  #closed = false;
  #handshakes = 0;
  /** The server would not have the last token: the next is made for its handshake, and refused for good. */
  #mustRenew = false;

  ready = false;

  constructor(identity, watchers) {
    this.#identity = identity;
    this.#watchers = watchers;
    this.#socket = io({
      auth: (send) => this.#handshake(send),
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
      autoConnect: false,
    });
    this.#socket.on("connect", () => this.#onConnect());
    this.#socket.on("connect_error", (error) => this.#onConnectError(error));
    this.#socket.on("disconnect", (reason) => this.#onDisconnect(reason));
    this.#socket.on("token_expiring", () => this.#extend());
  }

  open() {
    this.#socket.connect();
  }

  close() {
    this.#closed = true;
    this.ready = false;
    clearTimeout(this.#retry);
    this.#socket.disconnect();
  }

  /** Tries at once, instead of at the end of the wait. */
  tryNow() {
    clearTimeout(this.#retry);
    this.#socket.disconnect().connect();
  }

  on(event, handler) {
    this.#socket.on(event, handler);
  }

  off(event, handler) {
    this.#socket.off(event, handler);
  }

  /**
   * Sends an event and gives back the fields of its acknowledgement.
   *
   * @throws {Refusal} when the server says no
   * @throws {Unanswered} when the connection broke before it said anything
   */
  async request(event, payload = {}) {
    if (!this.#socket.connected) {
      throw new Unanswered("Not connected.");
    }
    let answer;
    try {
      answer = await this.#socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck(event, payload);
    } catch (cause) {
      throw new Unanswered("The server did not answer.", { cause });
    }
    if (!answer?.ok) {
      throw new Refusal(answer?.error ?? {});
    }
    return answer;
  }

  /** Sends what may get lost, such as typing; nothing is kept for later. */
  notify(event, payload) {
    if (this.ready) {
      this.#socket.volatile.emit(event, payload);
    }
  }

  async #handshake(send) {
    const handshake = ++this.#handshakes;
    const isOver = () => handshake !== this.#handshakes || this.#closed;
    try {
      const token = await (this.#mustRenew ? this.#identity.renew() : this.#identity.token());
      if (!isOver()) {
        send({ token, deviceType: "web" });
      }
    } catch (failure) {
      if (!isOver()) {
        this.#socket.disconnect();
        this.#onTokenless(failure);
      }
    }
  }

  #onTokenless(failure) {
    this.#watchers.onLost("no token");
    if (failure instanceof Refusal && failure.final) {
      this.#signOut("Your sign-in has run out.");
    } else {
      this.#again(1_000 * (failure.retryAfter ?? 0));
    }
  }

  async #onConnect() {
    const id = this.#socket.id;
    try {
      const session = await this.request("authenticate");
      if (this.#socket.id !== id) {
        return;
      }
      this.#refusals = 0;
      this.#mustRenew = false;
      this.ready = true;
      this.#watchers.onReady(session);
    } catch (failure) {
      if (this.#socket.id === id && failure instanceof Refusal) {
        this.#socket.disconnect();
        this.#onRefused(failure);
      }
      // Otherwise the connection is gone again, and its own event says so.
    }
  }

  #onConnectError(error) {
    this.ready = false;
    if (this.#socket.active) {
      this.#watchers.onLost("unreachable");
    } else {
      this.#onRefused(new Refusal(error.data ?? parseError(error.message)));
    }
  }

  #onDisconnect(reason) {
    this.ready = false;
    if (this.#closed) {
      return;
    }
    this.#watchers.onLost(reason);
    if (reason === "io server disconnect") {
      // The server means it: the client does not come back by itself. The next handshake tells why.
      this.#again();
    }
  }

  #onRefused(refusal) {
    if (this.#closed) {
      return;
    }
    this.#watchers.onLost(refusal.code);
    if (RENEWABLE.has(refusal.code) ? this.#mustRenew : refusal.final) {
      this.#signOut(wordsFor(refusal));
      return;
    }
    this.#mustRenew ||= RENEWABLE.has(refusal.code);
    this.#again(refusal.retryAfter * 1_000);
  }

  /** Connects again after a wait that doubles with each refusal in a row; the first comes soon. */
  #again(atLeastMs = 0) {
    const backoffMs = Math.min(RETRY_MS_MAX, 250 * 2 ** this.#refusals++);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.open(), Math.max(atLeastMs, backoffMs));
  }

  #signOut(reason) {
    this.close();
    this.#watchers.onSignedOut(reason);
  }

  async #extend() {
    try {
      await this.request("authenticate", { token: await this.#identity.renew() });
    } catch {
      // The server closes an expired session, and the handshake after it gets a new token.
    }
  }
}

/** Why one is signed out, to whom it happens. */
function wordsFor({ code, message }) {
  if (code === "USER_NOT_FOUND") {
    return "This account may not use the chat. Sign in with another, or ask whoever runs it.";
  }
  return RENEWABLE.has(code) ? "Your session was ended. Sign in again." : message;
}

/** Servers before ours told the Error as JSON in the message only. */
function parseError(message) {
  try {
    return JSON.parse(message);
  } catch {
    return { code: "UNAVAILABLE", message };
  }
}
