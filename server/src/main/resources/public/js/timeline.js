/** So many readers of a message the server shows; more no row names. */
const READERS_MAX = 100;

/**
 * The messages of one group as far as they are known here: each once, by its `seq`, in order.
 * Nothing in it touches the page or the network, and what is asked often looks at few of them.
 */
export class Timeline {
  #messages = [];
  #seqById = new Map();
  #expected = 0;

  /** Takes messages in any order, again and again; a later state of a message replaces the earlier. */
  add(messages) {
    for (const message of messages) {
      const place = this.placeOf(message.seq);
      const known = this.#messages[place];
      if (known?.seq !== message.seq) {
        this.#messages.splice(place, 0, message);
        this.#seqById.set(message._id, message.seq);
      } else if (message.updatedAt >= known.updatedAt && (message.isDeleted || !known.isDeleted)) {
        // A broadcast leaves the sender's tempId out; what was known of it stays.
        this.#messages[place] = known.tempId ? { tempId: known.tempId, ...message } : message;
      }
    }
  }

  /** The server has messages up to `seq`, which have not come. */
  expect(seq) {
    this.#expected = Math.max(this.#expected, seq);
  }

  /** Lets go of all but the places from `from` up to, and without, `to`; what is newer than those is then missing. */
  keep(from, to) {
    const newer = this.#messages.splice(to);
    this.expect(newer.at(-1)?.seq ?? 0);
    const older = this.#messages.splice(0, Math.max(0, from));
    for (const { _id } of [...older, ...newer]) {
      this.#seqById.delete(_id);
    }
  }

  /** Notes that somebody has read a message; gives back whether that was news. */
  markRead(messageId, userId, readAt) {
    const message = this.byId(messageId);
    const readers = message?.readBy ?? [];
    if (!message || message.senderId === userId || readers.length >= READERS_MAX || isReadBy(message, userId)) {
      return false;
    }
    this.#replace({ ...message, readBy: [...readers, { userId, readAt }] });
    return true;
  }

  /** Takes what has become of a message, if it is held; gives back whether it is. */
  markEdited(message) {
    const isHeld = this.byId(message._id) !== undefined;
    if (isHeld) {
      this.add([message]);
    }
    return isHeld;
  }

  /** Leaves of a message only its place; gives back whether that was news. */
  markDeleted(messageId) {
    const message = this.byId(messageId);
    if (!message || message.isDeleted) {
      return false;
    }
    this.#replace({ ...message, content: "", isDeleted: true });
    return true;
  }

  all() {
    return this.#messages.slice();
  }

  /** Those at the places from `from` up to, and without, `to`. */
  slice(from, to) {
    return this.#messages.slice(from, to);
  }

  at(place) {
    return this.#messages.at(place);
  }

  byId(messageId) {
    const seq = this.#seqById.get(messageId);
    return seq && this.#messages[this.placeOf(seq)];
  }

  /** The newest that `fits`, or undefined. */
  findLast(fits) {
    return this.#messages.findLast(fits);
  }

  get length() {
    return this.#messages.length;
  }

  /** The oldest `seq` held here; 0 for none. */
  get firstSeq() {
    return this.#messages[0]?.seq ?? 0;
  }

  /** The newest `seq` below which, down to the oldest held here, nothing is missing; 0 for none. */
  get lastSeq() {
    return this.hole()?.after ?? this.#messages.at(-1)?.seq ?? 0;
  }

  /** The first stretch that is missing, as `{after, before}`, both exclusive, or null. */
  hole() {
    const messages = this.#messages;
    const first = this.firstSeq;
    // What stands before the first hole is as far from the first message in place as in seq.
    let [whole, end] = [0, messages.length];
    while (whole < end) {
      const middle = (whole + end) >> 1;
      [whole, end] = messages[middle].seq === first + middle ? [middle + 1, end] : [whole, middle];
    }
    if (whole < messages.length) {
      return { after: messages[whole - 1].seq, before: messages[whole].seq };
    }
    const newest = messages.at(-1)?.seq ?? 0;
    return newest < this.#expected ? { after: newest, before: this.#expected + 1 } : null;
  }

  /** The place of the message with that `seq`, or where it would be. */
  placeOf(seq) {
    let [low, high] = [0, this.#messages.length];
    if (high === 0 || this.#messages[high - 1].seq < seq) {
      return high; // Nearly always so: it is the newest.
    }
    while (low < high) {
      const middle = (low + high) >> 1;
      [low, high] = this.#messages[middle].seq < seq ? [middle + 1, high] : [low, middle];
    }
    return low;
  }

  #replace(message) {
    this.#messages[this.placeOf(message.seq)] = message;
  }
}

export function isReadBy(message, userId) {
  return (message.readBy ?? []).some((reader) => reader.userId === userId);
}
