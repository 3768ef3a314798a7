import assert from "node:assert/strict";
import { findings } from "./history-checker.mjs";
import { History } from "./history.mjs";
import { Talker } from "./talker.mjs";
import { within } from "./time.mjs";

/** How long they talk before the server ends, in ms: from a first few messages to some hundreds. */
const TALK_MS_MAX = 600;

/** Nobody may be told of a gap: what is missed in a round is replayed. */
export const REPLAY_LIMIT = 10_000;

/**
 * Users of one server who talk with each other, round by round, in a group of each round's own. In the middle
 * of it the server ends, in one way or another, and comes again; then nothing may be lost, doubled, altered or
 * told in another order.
 */
export class Talkers {
  #server;
  #users;
  #talkers;
  #seed;
  #delays;

  /**
   * `server` is the one that ends, and `front` what they talk to: it, or a proxy. `waysOf` gives by what each
   * of the users talks; `delays` and `random` are made of the `seed` as in random.mjs.
   */
  constructor(server, front, users, waysOf, { seed, delays, random }) {
    this.#server = server;
    this.#users = users;
    this.#seed = seed;
    this.#delays = delays;
    const nowhere = new History();
    this.#talkers = users.map((user, i) => new Talker(nowhere, front, user, waysOf(i), { random }));
  }

  get witnesses() {
    return this.#talkers.flatMap(({ witnesses }) => witnesses);
  }

  close() {
    this.#talkers.forEach((talker) => talker.close());
  }

  /**
   * One round: `end` ends the server while they talk, `restart` starts it again, and `verify` runs while they
   * come back; the latter two may give back what `verify-store` has found. What others do they `begin` when the
   * talk begins, and `check` when it is over. Gives back the round's group and all that is stored of it.
   */
  async round(name, { begin = () => {}, end, restart, verify = () => [], check = () => {} }) {
    const groupId = await this.#server.groupOf(this.#users, name);
    const history = new History();
    const talk = new Promise((resolve) => {
      this.#talkers.forEach((talker) => (talker.onAcknowledged = resolve));
    });
    const lives = this.witnesses.map((witness) => witness.lives);
    this.#talkers.forEach((talker) => talker.begin(history, groupId));
    begin();
    await within(talk, () => `nothing is acknowledged:\n${this.#server.output.slice(-2_000)}`);
    // The one time that is paced and not waited for: the end comes at any moment of the talk.
    await new Promise((resolve) => setTimeout(resolve, this.#delays() * TALK_MS_MAX));
    await end();
    this.#talkers.forEach((talker) => talker.rest());
    const left = (await restart()) ?? [];
    const [taken] = await Promise.all([verify(), ...this.#talkers.map((talker) => talker.finish())]);
    await check();
    await Promise.all(this.witnesses.map((witness, i) => witness.connected(lives[i] + 1)));
    const stored = await this.#stored(groupId);
    const found = findings({ sockets: history.sockets, stored: { [groupId]: stored }, verified: [...left, ...taken], replayLimit: REPLAY_LIMIT });
    assert.deepEqual(found.slice(0, 20), [], `SEED=${this.#seed}`);
    this.#talkers.forEach(({ user, faults }) => assert.deepEqual(faults, [], user.username));
    return { groupId, stored };
  }

  /** All that is stored of a group, which every witness has been told of by then. */
  async #stored(groupId) {
    // Behind this one everything of this round has been told.
    const end = new Promise((resolve) => this.witnesses[0].ask("send", { groupId, content: "The end" }, resolve));
    await within(end, () => "no end of it");
    const stored = await this.#server.history(this.#users[0], groupId);
    await Promise.all(this.witnesses.map((witness) => witness.complete(groupId, stored.length)));
    return stored;
  }
}
