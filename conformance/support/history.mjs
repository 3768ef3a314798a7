/** What clients do and see, recorded in the form that `findings` judges. */
export class History {
  sockets = [];
  #asked = 0;

  /** Where one life of a client's connection is recorded. */
  open(name, userId) {
    const record = new SocketRecord(this, name, userId);
    this.sockets.push(record);
    return record;
  }

  /** A number for what is asked, which no other has. */
  nextId() {
    return ++this.#asked;
  }
}

/** One life of a connection, or one caller by REST. */
class SocketRecord {
  events = [];
  isComplete = false;
  #history;

  constructor(history, name, userId) {
    this.#history = history;
    this.name = name;
    this.userId = userId;
  }

  /** Notes what the client asks for; gives back how its answer is noted. */
  ask(kind, payload) {
    const id = this.#history.nextId();
    this.events.push({ kind, id, ...payload });
    return ({ ok, message, error }) => this.events.push({ kind: "answer", id, ok, message, error });
  }

  event(name, payload) {
    this.events.push({ kind: "event", name, payload });
  }
}
