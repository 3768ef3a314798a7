import { setText } from "./dom.js";

/** The server forgets a typist after 5 s; repeat before that. */
const REPEAT_MS = 3_000;

/** The server says once that somebody types and once that it has ended; the latter may get lost on the way. */
const FORGET_MS = 60_000;
const NAMED_MAX = 3;

/** Who is typing in the open group, and the word to the others that this user is. */
export class Typing {
  #line;
  #socket;
  #people;
  #groupId = null;
  #typists = new Map();
  #toldAt = -Infinity;

  constructor(line, socket, people) {
    this.#line = line;
    this.#socket = socket;
    this.#people = people;
    socket.on("user_typing", ({ groupId, userId, user }) => {
      people.learn(user);
      this.#onTyping(groupId, userId);
    });
    socket.on("user_stopped_typing", ({ groupId, userId }) => groupId === this.#groupId && this.forget(userId));
  }

  /** Goes to another group, or to none. */
  show(groupId) {
    this.tell(false);
    this.#groupId = groupId;
    this.forgetAll();
  }

  forgetAll() {
    for (const userId of [...this.#typists.keys()]) {
      this.forget(userId);
    }
  }

  forget(userId) {
    clearTimeout(this.#typists.get(userId));
    if (this.#typists.delete(userId)) {
      this.#render();
    }
  }

  /** This user has typed; `something` is whether anything stands there. */
  tell(something) {
    const now = performance.now();
    if (!something) {
      if (this.#toldAt > -Infinity) {
        this.#toldAt = -Infinity;
        this.#socket.notify("typing_stop", { groupId: this.#groupId });
      }
    } else if (now - this.#toldAt >= REPEAT_MS) {
      this.#toldAt = now;
      this.#socket.notify("typing_start", { groupId: this.#groupId });
    }
  }

  /** A message sent ends typing on the server by itself. */
  sent() {
    this.#toldAt = -Infinity;
  }

  #onTyping(groupId, userId) {
    if (groupId === this.#groupId) {
      clearTimeout(this.#typists.get(userId));
      this.#typists.set(userId, setTimeout(() => this.forget(userId), FORGET_MS));
      this.#render();
    }
  }

  #render() {
    const names = [...this.#typists.keys()].map((userId) => this.#people.nameOf(userId));
    this.#line.classList.toggle("active", names.length > 0);
    setText(this.#line, sentence(names));
  }
}

function sentence(names) {
  if (names.length === 0) {
    return "";
  }
  if (names.length > NAMED_MAX) {
    return "Several people are typing";
  }
  // Isolates keep a right-to-left name from turning the sentence round.
  const isolated = names.map((name) => `\u2068${name}\u2069`);
  const last = isolated.pop();
  return isolated.length === 0 ? `${last} is typing` : `${isolated.join(", ")} and ${last} are typing`;
}
