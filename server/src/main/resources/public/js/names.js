import { Pace } from "./pace.js";

/** Newcomers mostly say themselves who they are, by being online, before this is over. */
const GATHER_MS = 1_000;

/** Messages and groups name people by id only; who they are, the members of the open group say. */
export class Names {
  #socket;
  #people;
  #members;
  #pace = new Pace(() => this.#askNow(), GATHER_MS);
  /** Who was named by id only, and perhaps is known by now. */
  #unnamed = new Set();
  /** Of whom the members of this group could not say who they are: those who left it, or are beyond what is told. */
  #missed = new Set();

  constructor(socket, people, members) {
    this.#socket = socket;
    this.#people = people;
    this.#members = members;
  }

  /** Goes to another group. */
  clear() {
    this.#unnamed.clear();
    this.#missed.clear();
  }

  /** Asks at once for those who are wanted. */
  now() {
    this.#pace.now();
  }

  /** Has these known. Who was asked for in vain is asked for again, but in turn. */
  want(userIds) {
    const unnamed = userIds.filter((userId) => !this.#people.knows(userId));
    unnamed.forEach((userId) => this.#unnamed.add(userId));
    if (unnamed.length === 0) {
      return;
    }
    if (this.#members.areCrowd || unnamed.every((userId) => this.#missed.has(userId))) {
      this.#pace.inTurn();
    } else {
      this.#pace.soon();
    }
  }

  async #askNow() {
    const { groupId } = this.#members;
    const unnamed = [...this.#unnamed].filter((userId) => !this.#people.knows(userId));
    this.#unnamed.clear();
    if (!groupId || unnamed.length === 0) {
      return;
    }
    try {
      const { members } = await this.#socket.request("get_group_members", { groupId });
      this.#people.learn(...members.map(({ user }) => user));
      if (groupId === this.#members.groupId) {
        unnamed.filter((userId) => !this.#people.knows(userId)).forEach((userId) => this.#missed.add(userId));
      }
    } catch {
      // They keep the names made of their ids until they say something, or are wanted again.
    }
  }
}
