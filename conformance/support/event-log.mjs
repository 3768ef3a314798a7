import { within } from "./time.mjs";

/** What the client says of itself. */
const CONNECTION = new Set(["connect", "disconnect", "connect_error", "upgrade"]);
/** How a message comes: to others, and to its sender. */
export const MESSAGE = ["new_message", "message_sent"];

/** What a client received, in order, and a way to wait for what is yet to come. */
export class EventLog {
  #events = [];
  #waiters = new Set();

  record(name, payload) {
    const event = { name, payload, index: this.#events.length };
    this.#events.push(event);
    for (const waiter of this.#waiters) {
      waiter(event);
    }
  }

  /** How many events there have been: where `since` may begin. */
  get length() {
    return this.#events.length;
  }

  /** The payloads of all events of that name so far, from `since` on. */
  all(name, since = 0) {
    return this.#events.filter((event) => event.index >= since && event.name === name).map(({ payload }) => payload);
  }

  /** The messages of `group` in the order they came, as `new_message` or as the sender's `message_sent`. */
  messages(group, since = 0) {
    return this.#events
      .filter(({ name, payload, index }) => index >= since && MESSAGE.includes(name) && payload.message.groupId === group)
      .map(({ payload }) => payload.message);
  }

  /** The names of the events the server sent. */
  names(since = 0) {
    return this.#events.slice(since).map(({ name }) => name).filter((name) => !CONNECTION.has(name));
  }

  /** The payload of the first event of that name (or one of those names) that fits, past or to come. */
  until(name, fits = () => true, since = 0) {
    const names = [name].flat();
    const matches = (event) => event.index >= since && names.includes(event.name) && fits(event.payload);
    const past = this.#events.find(matches);
    if (past) {
      return Promise.resolve(past.payload);
    }
    let waiter;
    const coming = new Promise((resolve) => {
      waiter = (event) => matches(event) && resolve(event.payload);
      this.#waiters.add(waiter);
    });
    return within(coming, () => `no fitting ${name} among ${this.names(since).slice(-20)}`).finally(() =>
      this.#waiters.delete(waiter),
    );
  }
}
