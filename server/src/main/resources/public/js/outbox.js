/** So long another tab has to send what was written in it; then this one does. */
const ADOPT_MS = 10_000;

/**
 * What a user has written and the server has not yet acknowledged, in the order it was written.
 *
 * Each entry `{tempId, groupId, content, writtenAt, place, refused?: {code, message}}` stands under a
 * key of its own in the storage, so that two tabs of one user never overwrite each other's. What is
 * found there at the beginning is this tab's to send. What another tab writes later is that tab's,
 * and shown there, unless it does not get rid of it: then both send it, and the server keeps one by
 * its `tempId`.
 */
export class Outbox {
  #storage;
  #prefix;
  #makeTempId;
  #later;
  #entries = new Map();
  /** What other tabs have to send, by tempId. */
  #others = new Map();

  onChange = () => {};
  /** Called when there is something to send that another tab has written. */
  onDue = () => {};

  /** `owner` is the key of whoever writes; `later(act, ms)` does something after a while. */
  constructor(storage, owner, makeTempId, later = (act, ms) => setTimeout(act, ms)) {
    this.#later = later;
    this.#storage = storage;
    this.#prefix = `verbatim.outbox.${owner}.`;
    this.#makeTempId = makeTempId;
    for (const entry of this.#load()) {
      this.#entries.set(entry.tempId, entry);
    }
  }

  add(groupId, content, writtenAt = Date.now()) {
    const entry = { tempId: this.#makeTempId(), groupId, content, writtenAt, place: this.#nextPlace() };
    this.#put(entry);
    return entry;
  }

  /** What is still to be sent or was refused in a group, oldest first. */
  of(groupId) {
    return this.#inOrder().filter((entry) => entry.groupId === groupId);
  }

  /** The next entry to send, or undefined. One that was refused waits for its author. */
  next() {
    return this.#inOrder().find((entry) => !entry.refused);
  }

  has(tempId) {
    return this.#entries.has(tempId);
  }

  /** The server has it, or its author does not want it any more. */
  remove(tempId) {
    if (this.#entries.delete(tempId)) {
      this.#storage.removeItem(this.#prefix + tempId);
      this.onChange();
    }
  }

  /** Another tab has written, changed or removed what stands under a key of the storage. */
  onOther(key, value) {
    if (!key?.startsWith(this.#prefix)) {
      return;
    }
    const tempId = key.slice(this.#prefix.length);
    const entry = value && parse(value);
    if (!entry) {
      this.#others.delete(tempId);
      this.#entries.delete(tempId);
    } else if (this.#entries.has(tempId)) {
      this.#entries.set(tempId, entry);
    } else {
      this.#others.set(tempId, entry);
      this.#later(() => this.#adopt(tempId), ADOPT_MS);
    }
    this.onChange();
  }

  #adopt(tempId) {
    if (this.#others.has(tempId)) {
      this.#entries.set(tempId, this.#others.get(tempId));
      this.#others.delete(tempId);
      this.onChange();
      this.onDue();
    }
  }

  refuse(tempId, { code, message }) {
    this.#change(tempId, (entry) => ({ ...entry, refused: { code, message } }));
  }

  retry(tempId) {
    this.#change(tempId, ({ refused, ...entry }) => ({ ...entry, place: this.#nextPlace() }));
  }

  #change(tempId, change) {
    const entry = this.#entries.get(tempId);
    if (entry) {
      this.#put(change(entry));
    }
  }

  #put(entry) {
    this.#entries.set(entry.tempId, entry);
    try {
      this.#storage.setItem(this.#prefix + entry.tempId, JSON.stringify(entry));
    } catch {
      // A full or forbidden storage costs only the survival of a reload.
    }
    this.onChange();
  }

  #nextPlace() {
    return 1 + Math.max(0, ...[...this.#entries.values(), ...this.#others.values()].map(({ place }) => place));
  }

  #inOrder() {
    return [...this.#entries.values()].sort((a, b) => a.place - b.place || a.writtenAt - b.writtenAt);
  }

  *#load() {
    for (let i = 0; i < this.#storage.length; i++) {
      const key = this.#storage.key(i);
      if (key.startsWith(this.#prefix)) {
        const entry = parse(this.#storage.getItem(key));
        if (entry) {
          yield entry;
        }
      }
    }
  }
}

/** An entry, or null for what is none: nobody but this class writes them, and it writes them whole. */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
