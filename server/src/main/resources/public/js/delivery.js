import { Refusal } from "./refusal.js";

const WAIT_MS_MIN = 500;
const WAIT_MS_MAX = 30_000;

/**
 * Empties the outbox into the socket, one message after the other, so that a retry cannot change
 * their order. An answer that leaves the outcome open is retried with the same `tempId`; a final
 * refusal marks the entry and goes on with the next.
 */
export class Delivery {
  #outbox;
  #socket;
  #running = false;

  /** Called with each message as the server keeps it. */
  onSent = () => {};
  /** Called with each entry that was refused for good, with the reason as its `refused`. */
  onRefused = () => {};

  constructor(outbox, socket) {
    this.#outbox = outbox;
    this.#socket = socket;
  }

  /** Goes on if there is something to send; call it after each entry and each time the socket is ready. */
  async run() {
    if (this.#running) {
      return;
    }
    this.#running = true;
    try {
      let waitMs = WAIT_MS_MIN;
      for (let entry; this.#socket.ready && (entry = this.#outbox.next()); ) {
        const failure = await this.#send(entry);
        if (!failure) {
          waitMs = WAIT_MS_MIN;
        } else if (this.#socket.ready) {
          await pause(Math.max(waitMs, failure.retryAfter * 1_000 || 0));
          waitMs = Math.min(WAIT_MS_MAX, waitMs * 2);
        }
      }
    } finally {
      this.#running = false;
    }
  }

  /** Gives back what speaks for another try, or null when the entry is done with. */
  async #send({ tempId, groupId, content }) {
    try {
      const { message } = await this.#socket.request("send_message", { groupId, content, tempId });
      this.onSent(message);
      this.#outbox.remove(tempId);
      return null;
    } catch (failure) {
      if (failure instanceof Refusal && failure.final) {
        this.onRefused({ tempId, groupId, content, refused: failure });
        this.#outbox.refuse(tempId, failure);
        return null;
      }
      return failure;
    }
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
