/**
 * What a user has written and the server has not yet acknowledged, in the order it was written.
 *
 * Each entry `{tempId, groupId, content, writtenAt, place, refused?: {code, message}}` stands under a
 * key of its own in the storage, so that two tabs of one user never overwrite each other's; a tab
 * that finds another's entry sends it too, and the server keeps one by its `tempId`.
 */
export class Outbox {
  #storage;
  #prefix;
  #makeTempId;
  #entries = new Map();

  onChange = () => {};

  constructor(storage, username, makeTempId) {
    this.#storage = storage;
    this.#prefix = `verbatim.outbox.${username}.`;
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
    return 1 + Math.max(0, ...Array.from(this.#entries.values(), (entry) => entry.place));
  }

  #inOrder() {
    return [...this.#entries.values()].sort((a, b) => a.place - b.place || a.writtenAt - b.writtenAt);
  }

  *#load() {
    for (let i = 0; i < this.#storage.length; i++) {
      const key = this.#storage.key(i);
      if (key.startsWith(this.#prefix)) {
        try {
          yield JSON.parse(this.#storage.getItem(key));
        } catch {
          // Not ours: nobody but this class writes entries, and it writes them whole.
        }
      }
    }
  }
}
