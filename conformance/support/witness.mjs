import { Client } from "./client.mjs";
import { within } from "./time.mjs";

/** What is asked for, as the history names it, by what event. */
const EVENTS = {
  send: "send_message",
  edit: "edit_message",
  delete: "delete_message",
  read: "mark_messages_read",
  join: "join_group",
};

/**
 * A stock client that records all it does and sees, each life of its connection by itself. It knows up
 * to which seq it was shown each group without a hole, and joins with that when it comes back.
 */
export class Witness {
  #history;
  #record = null;
  #lives = 0;
  #groups = new Map();
  #awaited = new Set();

  onConnect = () => {};

  constructor(history, server, user, options, name = user.username) {
    this.#history = history;
    this.name = name;
    this.user = user;
    this.client = new Client(server, { token: user.token, ...options });
    const { socket } = this.client;
    socket.on("connect", () => this.#onConnect());
    socket.on("disconnect", () => (this.#record.isComplete = false));
    socket.onAny((event, payload) => this.#onEvent(event, payload));
  }

  get isConnected() {
    return this.client.socket.connected;
  }

  /** How often it has connected. */
  get lives() {
    return this.#lives;
  }

  /** Records into another history from now on. Nothing may be unanswered. */
  recordInto(history) {
    this.#history = history;
    this.#groups.clear();
    if (this.isConnected) {
      this.#open();
    }
  }

  /** Waits until it has connected so often. */
  connected(lives = 1) {
    const { log } = this.client;
    return log.until("connect", () => log.all("connect").length >= lives);
  }

  /** Enters a group's room, and again whenever it comes back, with what it was shown last. */
  follow(groupId) {
    this.#groups.set(groupId, new Shown());
    if (this.isConnected) {
      this.#join(groupId);
    }
  }

  /** Asks for something while it is connected; `onAnswer` is called unless the connection ends before. */
  ask(kind, payload, onAnswer = () => {}) {
    const note = this.#record.ask(kind, payload);
    this.client.socket.emit(EVENTS[kind], payload, (answer) => {
      note(answer);
      onAnswer(answer);
    });
  }

  /** What it was shown of a group, by seq. */
  shown(groupId) {
    return this.#groups.get(groupId).messages;
  }

  /** Waits until it was shown the messages 1 to `count`, and says that its record is complete. */
  async complete(groupId, count, waitMsMax) {
    const shown = this.#groups.get(groupId);
    let check;
    const all = new Promise((resolve) => {
      check = () => this.isConnected && shown.last >= count && resolve();
      this.#awaited.add(check);
      check();
    });
    await within(all, () => `${this.name} was shown ${shown.last} of ${count}`, waitMsMax).finally(() => this.#awaited.delete(check));
    this.#record.isComplete = true;
  }

  close() {
    this.client.close();
  }

  #open() {
    this.#record = this.#history.open(`${this.name}#${this.#lives}`, this.user.user._id);
  }

  #onConnect() {
    this.#lives++;
    this.#open();
    for (const groupId of this.#groups.keys()) {
      this.#join(groupId);
    }
    this.onConnect();
  }

  #join(groupId) {
    this.ask("join", { groupId, lastSeq: this.#groups.get(groupId).last });
  }

  #onEvent(name, payload) {
    this.#record.event(name, payload);
    if (name === "new_message" || name === "message_sent") {
      this.#groups.get(payload.message.groupId)?.add(payload.message);
    }
    this.#awaited.forEach((check) => check());
  }
}

/** What was shown of one group. */
class Shown {
  messages = new Map();
  /** The highest seq without a hole before it: a retry's `message_sent` names an old message. */
  last = 0;

  add(message) {
    this.messages.set(message.seq, message);
    while (this.messages.has(this.last + 1)) {
      this.last++;
    }
  }
}
