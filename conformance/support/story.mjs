/** The one group of a story. */
export const GROUP = "g1";

/** A history that a test tells step by step, whole until something in it is broken. */
export class Story {
  replayLimit = 500;
  verified = [];
  stored = { [GROUP]: [] };
  #sockets = new Map();
  #ids = 0;

  get sockets() {
    return [...this.#sockets.values()];
  }

  socket(name, { isComplete = true } = {}) {
    if (!this.#sockets.has(name)) {
      this.#sockets.set(name, { name, userId: name.split("#")[0], events: [], isComplete });
    }
    return this.#sockets.get(name);
  }

  /** Stores a message without a word to anybody. */
  store(userId, content, more = {}) {
    const seq = this.stored[GROUP].length + 1;
    const message = { _id: `m${seq}`, groupId: GROUP, seq, senderId: userId, type: "text", createdAt: `t${seq}`, content, isDeleted: false, readBy: [], ...more };
    this.stored[GROUP].push(message);
    return message;
  }

  ask(name, kind, more) {
    const id = ++this.#ids;
    this.socket(name).events.push({ kind, id, groupId: GROUP, ...more });
    return id;
  }

  answer(name, id, answer) {
    this.socket(name).events.push({ kind: "answer", id, ...answer });
  }

  event(name, event, payload) {
    this.socket(name).events.push({ kind: "event", name: event, payload });
  }

  /** A message that is sent, stored, acknowledged, and shown to all sockets named. */
  say(name, content, others = [], tempId = `t-${content}`) {
    const id = this.ask(name, "send", { content, tempId });
    const message = this.store(this.socket(name).userId, content);
    this.confirm(name, id, message, tempId);
    others.forEach((other) => this.show(other, message));
    return message;
  }

  confirm(name, id, message, tempId) {
    this.event(name, "message_sent", { message: { ...message, tempId }, tempId });
    this.answer(name, id, { ok: true, message: { ...message, tempId } });
  }

  show(name, message) {
    this.event(name, "new_message", { message: { ...message } });
  }

  join(name, lastSeq) {
    this.ask(name, "join", { lastSeq });
    this.event(name, "group_joined", { groupId: GROUP });
  }
}

/** Three messages of two people, each of whom sees all. */
export function dialogue() {
  const story = new Story();
  story.say("ada#1", "one", ["bob#1"]);
  story.say("bob#1", "two", ["ada#1"]);
  story.say("ada#1", "three", ["bob#1"]);
  return story;
}
