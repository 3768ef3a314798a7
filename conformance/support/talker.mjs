import { Witness } from "./witness.mjs";
import { within } from "./time.mjs";

/** How many messages of one talker may be unanswered at once. */
const IN_FLIGHT_MAX = 4;
/** Between two tries by REST, or of what was refused for now, in ms. */
const RETRY_MS = 50;
/** How many messages are marked as read at once. */
const READ_AT_ONCE = 5;
/** The way of a mouth that speaks by REST, as others are options of a stock client. */
export const REST = "REST";

/**
 * A user who talks without a pause, each message with its own `tempId`, by one mouth or with several at
 * once that all say the same. What a mouth has no answer to it says again, in order, after each
 * reconnect, and then goes on.
 */
export class Talker {
  #groupId = null;
  #talking = false;
  #next = 0;
  /** What was said and is not answered to all mouths, by tempId, in order. */
  #unanswered = new Map();
  #idle = null;
  #mouths;
  #random;
  /** Changes that were asked for and are not answered; they are not asked for again after a reconnect. */
  #changes = 0;

  /** What went wrong and should not have. */
  faults = [];
  acknowledged = 0;
  /** How long a mouth waited for an answer, whatever it was. */
  slowestMs = 0;
  #isPatient;

  /** What it does after each acknowledgement. */
  onAcknowledged = () => {};

  /** What it does when it was told that the server cannot for now. */
  onRefused = () => {};

  /**
   * A way may have a `server` of its own. With `random` it also edits and deletes what it said, and marks as read what
   * others said; where it `isPatient` it says again what was refused as UNAVAILABLE.
   */
  constructor(history, server, user, ways, { random = null, isPatient = false } = {}) {
    this.user = user;
    this.#random = random;
    this.#isPatient = isPatient;
    this.#mouths = ways.map((way, i) =>
      way === REST
        ? new RestMouth(this, history, server, `${user.username}/rest${i}`)
        : new SocketMouth(this, Talker.#witness(history, server, user, way, i)),
    );
  }

  static #witness(history, server, user, { server: own = server, ...options }, i) {
    return new Witness(history, own, user, options, `${user.username}/${i}`);
  }

  /** Those of its mouths that see something too. */
  get witnesses() {
    return this.#mouths.flatMap(({ witness }) => witness ?? []);
  }

  /** Records into another history from now on, and talks in another group. Nothing may be unanswered. */
  begin(history, groupId) {
    this.#groupId = groupId;
    this.#mouths.forEach((mouth) => mouth.begin(history, groupId));
    this.goOn();
  }

  goOn() {
    this.#talking = true;
    this.#fill();
  }

  /** Says nothing new until it goes on; what is unanswered it still says again. */
  rest() {
    this.#talking = false;
  }

  /** Says nothing new, and waits until all that was said is acknowledged. */
  finish() {
    this.rest();
    const idle = new Promise((resolve) => {
      this.#idle = resolve;
      this.#checkIdle();
    });
    return within(idle, () => `${this.user.username} has no answer to ${[...this.#unanswered.keys()]}`);
  }

  close() {
    this.#mouths.forEach((mouth) => mouth.close());
  }

  /** The messages that this mouth has no answer to, in the order of saying. */
  unansweredTo(mouth) {
    return [...this.#unanswered.values()].filter(({ missing }) => missing.has(mouth)).map(({ payload }) => payload);
  }

  /** What was asked of one connection is never answered by the next. */
  onConnect(mouth) {
    if (mouth === this.#mouths[0]) {
      this.#changes = 0;
      this.#checkIdle();
    }
  }

  onAnswer(mouth, payload, { ok, message, error }) {
    const { tempId } = payload;
    if (!ok && this.#isPatient && error.code === "UNAVAILABLE") {
      this.onRefused();
      const { lives } = mouth.witness;
      // After a reconnect it is said again anyway.
      setTimeout(() => mouth.witness.lives === lives && mouth.say(payload), RETRY_MS);
      return;
    }
    if (!ok) {
      this.#fail(`refused: ${JSON.stringify(error)}`);
      return;
    }
    const { missing } = this.#unanswered.get(tempId);
    missing.delete(mouth);
    if (missing.size === 0) {
      this.#unanswered.delete(tempId);
      this.acknowledged++;
      this.onAcknowledged();
      this.#change(message);
      this.#fill();
      this.#checkIdle();
    }
  }

  #fill() {
    while (this.#talking && this.#unanswered.size < IN_FLIGHT_MAX) {
      const tempId = `${this.user.username}-${this.#next++}`;
      const payload = { groupId: this.#groupId, content: this.#content(tempId), tempId };
      this.#unanswered.set(tempId, { payload, missing: new Set(this.#mouths) });
      this.#mouths.forEach((mouth) => mouth.say(payload));
    }
  }

  /** Changes something now and then, by its first mouth alone: what one socket asks for has one order. */
  #change(message) {
    const { witness } = this.#mouths[0];
    if (!this.#random || !this.#talking || !witness?.isConnected) {
      return;
    }
    const { _id: messageId, groupId } = message;
    const dice = this.#random();
    if (dice < 0.2) {
      this.#ask(witness, "edit", { groupId, messageId, content: `${this.#content(message.tempId)} once more` });
    } else if (dice < 0.3) {
      this.#ask(witness, "edit", { groupId, messageId, content: `${this.#content(message.tempId)} for nothing` });
      this.#ask(witness, "delete", { groupId, messageId });
    } else if (dice < 0.6) {
      const shown = [...witness.shown(groupId).values()].slice(-READ_AT_ONCE);
      const messageIds = shown.filter(({ senderId }) => senderId !== this.user.user._id).map(({ _id }) => _id);
      if (messageIds.length > 0) {
        this.#ask(witness, "read", { groupId, messageIds });
      }
    }
  }

  #ask(witness, kind, payload) {
    this.#changes++;
    const { lives } = witness;
    witness.ask(kind, payload, ({ ok, error }) => {
      if (lives === witness.lives) {
        this.#changes--;
      }
      if (!ok) {
        this.#fail(`${kind} was refused: ${JSON.stringify(error)}`);
      }
      this.#checkIdle();
    });
  }

  #content(tempId) {
    return `${tempId}: žluťoučký 🐎 said ‮${this.user.username}‬\u0000\n<b>verbatim</b>`;
  }

  /** After a fault there is nothing to wait for. */
  #fail(fault) {
    this.rest();
    this.faults.push(fault);
    this.#checkIdle();
  }

  #checkIdle() {
    if ((this.#unanswered.size === 0 && this.#changes === 0) || this.faults.length > 0) {
      this.#idle?.();
    }
  }
}

/** Speaks by one stock client. */
class SocketMouth {
  #talker;

  constructor(talker, witness) {
    this.#talker = talker;
    this.witness = witness;
    // What was said while there was no connection is among it.
    witness.onConnect = () => {
      talker.onConnect(this);
      talker.unansweredTo(this).forEach((payload) => this.say(payload));
    };
  }

  begin(history, groupId) {
    this.witness.recordInto(history);
    this.witness.follow(groupId);
  }

  say(payload) {
    if (this.witness.isConnected) {
      const began = performance.now();
      this.witness.ask("send", payload, (answer) => {
        this.#talker.slowestMs = Math.max(this.#talker.slowestMs, performance.now() - began);
        this.#talker.onAnswer(this, payload, answer);
      });
    }
  }

  close() {
    this.witness.close();
  }
}

/** Speaks by REST, one message after the other. */
class RestMouth {
  #talker;
  #server;
  #name;
  #record;
  #isSpeaking = false;
  #isClosed = false;

  constructor(talker, history, server, name) {
    this.#talker = talker;
    this.#server = server;
    this.#name = name;
    this.begin(history);
  }

  begin(history) {
    this.#record = history.open(this.#name, this.#talker.user.user._id);
  }

  say() {
    if (!this.#isSpeaking) {
      this.#isSpeaking = true;
      void this.#speak();
    }
  }

  close() {
    this.#isClosed = true;
  }

  async #speak() {
    for (let payload; !this.#isClosed && (payload = this.#talker.unansweredTo(this)[0]); ) {
      const note = this.#record.ask("send", payload);
      const answer = await this.#try(payload);
      if (answer === null) {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        continue;
      }
      note(answer);
      this.#talker.onAnswer(this, payload, answer);
      if (!answer.ok) {
        break;
      }
    }
    this.#isSpeaking = false;
  }

  /** The answer as a socket would have it, null if there is none. */
  async #try(payload) {
    let answer;
    try {
      answer = await this.#server.ask("POST", "/api/messages", { token: this.#talker.user.token, body: payload });
    } catch {
      return null;
    }
    const { status, body, text } = answer;
    if (status === 503) {
      // It is about to end, and has no answer.
      return null;
    }
    return status < 300 ? { ok: true, message: body.message } : { ok: false, error: body ?? { code: status, error: text } };
  }
}
