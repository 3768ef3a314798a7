import { Client } from "./client.mjs";
import { within } from "./time.mjs";

/** How many messages of one talker may be unanswered at once. */
const IN_FLIGHT_MAX = 4;

/**
 * A stock client that talks without a pause, each message with its own `tempId`. After each reconnect,
 * which its client does by itself, it sends again what was not acknowledged, in order, and then goes on.
 * It recovers what it missed by `lastSeq`.
 */
export class Talker {
  #groupId;
  #talking = true;
  #next = 0;
  #unanswered = new Map();
  #idle = null;
  #awaited = null;
  #hello;

  /** What the server has promised to keep, by tempId. */
  acknowledged = new Map();
  /** What this client was shown, by seq. */
  delivered = new Map();
  lastSeq = 0;
  reconnects = 0;
  /** What went wrong and should not have. */
  faults = [];

  onAcknowledged = () => {};

  constructor(server, user, groupId, options) {
    this.user = user;
    this.#groupId = groupId;
    this.client = new Client(server, { token: user.token, ...options });
    const { socket } = this.client;
    socket.on("connect", () => this.#onConnect());
    socket.on("new_message", ({ message }) => this.#deliver(message));
    socket.on("message_sent", ({ message }) => this.#deliver(message));
    socket.on("gap", (gap) => this.faults.push(`a gap: ${JSON.stringify(gap)}`));
    socket.on("message_error", (error) => this.faults.push(`refused: ${JSON.stringify(error)}`));
  }

  /** Sends no new message until it goes on; what is unanswered it still sends again. */
  rest() {
    this.#talking = false;
  }

  goOn() {
    this.#talking = true;
    this.#fill();
  }

  /** Sends no new message, and waits until all that was sent is acknowledged. */
  finish() {
    this.#talking = false;
    const idle = new Promise((resolve) => {
      this.#idle = resolve;
      this.#checkIdle();
    });
    return within(idle, () => `${this.user.username} has no answer to ${[...this.#unanswered.keys()]}`);
  }

  /** Waits until it was shown the messages 1 to `count`. */
  shown(count) {
    const all = new Promise((resolve) => {
      this.#awaited = { count, resolve };
      this.#checkShown();
    });
    return within(all, () => `${this.user.username} was shown ${this.lastSeq} of ${count}`);
  }

  content(tempId) {
    return `${tempId}: žluťoučký 🐎 said ‮${this.user.username}‬\u0000\n<b>verbatim</b>`;
  }

  #onConnect() {
    this.reconnects++;
    this.#hello = this.client.socket.id;
    this.client.socket.emit("join_group", { groupId: this.#groupId, lastSeq: this.lastSeq }, (answer) => {
      if (!answer.ok) {
        this.faults.push(`not let in again: ${JSON.stringify(answer.error)}`);
      }
    });
    for (const tempId of this.#unanswered.keys()) {
      this.#send(tempId);
    }
    this.#fill();
  }

  #fill() {
    while (this.#talking && this.client.socket.connected && this.#unanswered.size < IN_FLIGHT_MAX) {
      const tempId = `${this.user.username}-${this.#next++}`;
      this.#unanswered.set(tempId, true);
      this.#send(tempId);
    }
  }

  #send(tempId) {
    const life = this.#hello;
    const payload = { groupId: this.#groupId, content: this.content(tempId), tempId };
    this.client.socket.emit("send_message", payload, (answer) => {
      if (life !== this.client.socket.id) {
        this.faults.push("an acknowledgement of an earlier life");
      }
      if (!answer.ok) {
        this.faults.push(`refused: ${JSON.stringify(answer.error)}`);
        return;
      }
      this.acknowledged.set(tempId, answer.message);
      this.#unanswered.delete(tempId);
      this.onAcknowledged();
      this.#fill();
      this.#checkIdle();
    });
  }

  #checkIdle() {
    if (this.#unanswered.size === 0) {
      this.#idle?.();
    }
  }

  #deliver(message) {
    if (message.groupId !== this.#groupId) {
      return;
    }
    const known = this.delivered.get(message.seq);
    if (known && known._id !== message._id) {
      this.faults.push(`two messages with seq ${message.seq}`);
    }
    this.delivered.set(message.seq, message);
    // A retry's message_sent names an old message; the highest without a hole is what counts.
    while (this.delivered.has(this.lastSeq + 1)) {
      this.lastSeq++;
    }
    this.#checkShown();
  }

  #checkShown() {
    if (this.lastSeq >= this.#awaited?.count) {
      this.#awaited.resolve();
    }
  }
}
