const PREFIX = "verbatim.draft.";

/** What was begun in each group and not sent, for as long as the tab lives. */
export class Drafts {
  #storage;

  constructor(storage) {
    this.#storage = storage;
  }

  of(groupId) {
    return this.#storage.getItem(PREFIX + groupId) ?? "";
  }

  keep(groupId, text) {
    try {
      if (text.trim()) {
        this.#storage.setItem(PREFIX + groupId, text);
      } else {
        this.#storage.removeItem(PREFIX + groupId);
      }
    } catch {
      // A full storage costs a draft.
    }
  }

  forgetAll() {
    for (const key of Object.keys(this.#storage)) {
      if (key.startsWith(PREFIX)) {
        this.#storage.removeItem(key);
      }
    }
  }
}
