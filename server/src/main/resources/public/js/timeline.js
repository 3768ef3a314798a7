/**
 * The messages of one group as far as they are known here: each once, by its `seq`, in order.
 * Nothing in it touches the page or the network.
 */
export class Timeline {
  #bySeq = new Map();
  #seqs = [];
  #expected = 0;

  /** Takes messages in any order, again and again; a later state of a message replaces the earlier. */
  add(messages) {
    for (const message of messages) {
      const known = this.#bySeq.get(message.seq);
      if (!known) {
        this.#seqs.splice(this.#placeOf(message.seq), 0, message.seq);
        this.#bySeq.set(message.seq, message);
      } else if (message.updatedAt >= known.updatedAt) {
        // A broadcast leaves the sender's tempId out; what was known of it stays.
        this.#bySeq.set(message.seq, known.tempId ? { tempId: known.tempId, ...message } : message);
      }
    }
  }

  /** The server has messages up to `seq`, which have not come. */
  expect(seq) {
    this.#expected = Math.max(this.#expected, seq);
  }

  clear() {
    this.#bySeq.clear();
    this.#seqs = [];
    this.#expected = 0;
  }

  /** Notes that somebody has read a message; gives back whether that was news. */
  markRead(messageId, userId, readAt) {
    const message = this.all().find(({ _id }) => _id === messageId);
    if (!message || message.senderId === userId || isReadBy(message, userId)) {
      return false;
    }
    this.#bySeq.set(message.seq, {
      ...message,
      readBy: [...(message.readBy ?? []), { userId, readAt }],
    });
    return true;
  }

  all() {
    return this.#seqs.map((seq) => this.#bySeq.get(seq));
  }

  /** The newest `seq` below which, down to the oldest held here, nothing is missing; 0 for none. */
  get lastSeq() {
    return this.hole()?.after ?? this.#seqs.at(-1) ?? 0;
  }

  /** The first stretch that is missing, as `{after, before}`, both exclusive, or null. */
  hole() {
    for (let i = 1; i < this.#seqs.length; i++) {
      if (this.#seqs[i] !== this.#seqs[i - 1] + 1) {
        return { after: this.#seqs[i - 1], before: this.#seqs[i] };
      }
    }
    const newest = this.#seqs.at(-1) ?? 0;
    return newest < this.#expected ? { after: newest, before: this.#expected + 1 } : null;
  }

  #placeOf(seq) {
    // Nearly always the end.
    let place = this.#seqs.length;
    while (place > 0 && this.#seqs[place - 1] > seq) {
      place--;
    }
    return place;
  }
}

export function isReadBy(message, userId) {
  return (message.readBy ?? []).some((reader) => reader.userId === userId);
}
