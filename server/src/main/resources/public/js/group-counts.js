import { Pace } from "./pace.js";

/** How long to gather before the server is asked. */
const GATHER_MS = 1_000;

/** Asks the server how many are in a group and how much of it is unread, where what it tells does not say so. */
export class GroupCounts {
  #ask;
  #onCounts;
  #paces = new Map();

  /** `ask` gives a promise of a group as the server now has it, by its id; `onCounts` is called with the id and that group. */
  constructor(ask, onCounts) {
    this.#ask = ask;
    this.#onCounts = onCounts;
  }

  soon(groupId) {
    this.#paceOf(groupId).soon();
  }

  inTurn(groupId) {
    this.#paceOf(groupId).inTurn();
  }

  /** Asks no more for a group. */
  stop(groupId) {
    this.#paces.get(groupId)?.stop();
    this.#paces.delete(groupId);
  }

  #paceOf(groupId) {
    let pace = this.#paces.get(groupId);
    if (!pace) {
      pace = new Pace(() => this.#askNow(groupId), GATHER_MS);
      this.#paces.set(groupId, pace);
    }
    return pace;
  }

  async #askNow(groupId) {
    try {
      this.#onCounts(groupId, await this.#ask(groupId));
    } catch {
      // The next time the socket is ready all groups come with their counts.
    }
  }
}
