import { isReadBy } from "./timeline.js";

const GATHER_MS = 500;
/** How many receipts go at once, well below what the server lets a socket send in a second. */
const RECEIPTS_MAX = 20;

/** Tells the server which messages this user has had before her eyes. */
export class Reading {
  #socket;
  #me;
  #observer;
  #watched = new Map();
  #seen = [];
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

  clear() {
    this.#observer.disconnect();
    this.#watched.clear();
  }

  #onRows(rows) {
    if (document.visibilityState !== "visible") {
      return;
    }
    for (const { target, isIntersecting } of rows) {
      const message = this.#watched.get(target);
      if (isIntersecting && message) {
        this.#observer.unobserve(target);
        this.#watched.delete(target);
        this.#seen.push(message);
      }
    }
    this.#timer ||= setTimeout(() => this.#tell(), GATHER_MS);
  }

  #tell() {
    this.#timer = 0;
    if (this.#socket.ready) {
      for (const { _id, groupId } of this.#seen.splice(0, RECEIPTS_MAX)) {
        // One that gets lost costs a receipt, not a message: it is told again after a reload.
        this.#socket.request("mark_message_read", { messageId: _id, groupId }).catch(() => {});
      }
    }
    if (this.#seen.length > 0) {
      this.#timer = setTimeout(() => this.#tell(), GATHER_MS);
    }
  }

  #lookAgain() {
    for (const row of this.#watched.keys()) {
      this.#observer.unobserve(row);
      this.#observer.observe(row);
    }
  }
}
