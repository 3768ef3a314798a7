import { Refusal } from "./refusal.js";
import { isReadBy } from "./timeline.js";

const GATHER_MS = 400;
/** What `mark_messages_read` takes at once. */
const BATCH_MAX = 1_000;

/** Tells the server which messages this user has had before her eyes, many in one word. */
export class Reading {
  #socket;
  #me;
  #observer;
  #watched = new Map();
  /** By group: the ids of what was seen and not yet told. */
  #seen = new Map();
  #timer = 0;

  constructor(scroll, socket, me) {
    this.#socket = socket;
    this.#me = me;
    this.#observer = new IntersectionObserver((rows) => this.#onRows(rows), { root: scroll });
    // A page in the background shows nobody anything; look again when it comes to the front.
    document.addEventListener("visibilitychange", () => this.#lookAgain());
  }

  watch(row, message) {
    if (!isReadBy(message, this.#me())) {
      this.#watched.set(row, message);
      this.#observer.observe(row);
    }
  }

  unwatch(row) {
    if (this.#watched.delete(row)) {
      this.#observer.unobserve(row);
    }
  }

  /** Tells what could not be told before; call it each time the socket is ready. */
  run() {
    if (this.#seen.size > 0) {
      this.#timer ||= setTimeout(() => this.#tell(), GATHER_MS);
    }
  }

  #onRows(rows) {
    if (document.visibilityState !== "visible") {
      return;
    }
    for (const { target, isIntersecting } of rows) {
      const message = this.#watched.get(target);
      if (isIntersecting && message) {
        this.unwatch(target);
        this.#note(message.groupId, [message._id]);
      }
    }
    this.run();
  }

  #note(groupId, messageIds) {
    const ids = this.#seen.get(groupId) ?? new Set();
    this.#seen.set(groupId, ids);
    messageIds.forEach((id) => ids.add(id));
  }

  #tell() {
    this.#timer = 0;
    if (!this.#socket.ready) {
      return;
    }
    for (const [groupId, ids] of this.#seen) {
      const messageIds = [...ids].slice(0, BATCH_MAX);
      messageIds.forEach((id) => ids.delete(id));
      if (ids.size === 0) {
        this.#seen.delete(groupId);
      }
      this.#socket.request("mark_messages_read", { groupId, messageIds }).catch((failure) => {
        if (!(failure instanceof Refusal && failure.final)) {
          this.#note(groupId, messageIds);
        }
      });
    }
    this.run();
  }

  #lookAgain() {
    for (const row of this.#watched.keys()) {
      this.#observer.unobserve(row);
      this.#observer.observe(row);
    }
  }
}
