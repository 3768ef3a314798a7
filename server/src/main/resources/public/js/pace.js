/** How long whoever asks in turn rests before the next time. */
const REST_MS = 60_000;
/** What all clients learn at once they ask about within this time, each at another moment. */
const SPREAD_MS = 5_000;

/**
 * When to ask the server for one thing. Several wishes in a row make one question; where a crowd has
 * the same wish at the same moment, and again soon, each asks in turn: seldom, and spread over time.
 */
export class Pace {
  #ask;
  #gatherMs;
  #waiting = null;
  #resting = null;
  #isWanted = false;

  constructor(ask, gatherMs) {
    this.#ask = ask;
    this.#gatherMs = gatherMs;
  }

  /** Asks as soon as wishes in a row have been gathered. */
  soon() {
    if (!this.#waiting?.isSoon) {
      clearTimeout(this.#waiting?.timer);
      this.#wait(this.#gatherMs, true);
    }
  }

  /** Asks at most once a minute. */
  inTurn() {
    if (this.#resting) {
      this.#isWanted = true;
    } else if (!this.#waiting) {
      this.#wait(this.#gatherMs + Math.random() * SPREAD_MS, false);
    }
  }

  /** Asks at once, for what was wished for so far too. */
  now() {
    this.stop();
    this.#rest();
    this.#ask();
  }

  /** Asks no more of what was wished for so far. */
  stop() {
    clearTimeout(this.#waiting?.timer);
    this.#waiting = null;
    this.#isWanted = false;
  }

  #wait(ms, isSoon) {
    const timer = setTimeout(() => this.now(), ms);
    this.#waiting = { timer, isSoon };
  }

  #rest() {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      this.#resting = null;
      if (this.#isWanted) {
        this.#isWanted = false;
        this.inTurn();
      }
    }, REST_MS);
  }
}
