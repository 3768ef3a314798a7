/**
 * What one socket was shown of each group is in the order of seq, without a gap and without a repetition
 * but for replays it asked for.
 */
export function* streams(known, socket) {
  const streams = new Map();
  const streamOf = (groupId) => {
    if (!streams.has(groupId)) {
      streams.set(groupId, new Stream(known, socket, groupId));
    }
    return streams.get(groupId);
  };
  const joins = [];
  for (const event of socket.events) {
    const { name, payload } = event;
    if (event.kind === "join") {
      joins.push(event);
    } else if (name === "group_joined") {
      // Those of one group are answered in the order they were asked for.
      const i = joins.findIndex(({ groupId }) => groupId === payload.groupId);
      yield* streamOf(payload.groupId).join(joins.splice(i, 1)[0]?.lastSeq);
    } else if (name === "group_left" || name === "group_removed") {
      yield* streamOf(payload.groupId).end();
      streams.delete(payload.groupId);
    } else if (name === "gap") {
      yield* streamOf(payload.groupId).gap(payload);
    } else if (name === "new_message") {
      yield* streamOf(payload.message.groupId).show(payload.message);
    } else if (name === "message_sent") {
      yield* streamOf(payload.message.groupId).confirm(payload.message);
    }
  }
  if (socket.isComplete) {
    for (const [groupId, messages] of known.stored) {
      yield* streams.get(groupId)?.finish(messages.length) ?? [];
    }
  }
}

/** A socket's view of a group, from one entering of its room to the leaving. */
class Stream {
  /** The seq that must come next, null while any may. */
  #next = null;
  /** What `message_sent` showed of what was before, as it may for a retry. */
  #confirmed = new Set();
  /** `{lastSeq, end}` of a replay that is owed: it goes up to `end` at least. */
  #owed = null;
  /** Whether what comes may be of a replay: where one ends nothing tells, but what is live is behind it. */
  #mayReplay = false;

  constructor(known, socket, groupId) {
    this.known = known;
    this.groupId = groupId;
    this.where = `${socket.name} in ${groupId}`;
  }

  *join(lastSeq) {
    yield* this.end();
    this.#mayReplay = lastSeq !== undefined;
    if (lastSeq !== undefined) {
      const reached = this.#next === null ? lastSeq : Math.max(lastSeq, this.#next - 1);
      this.#owed = { lastSeq, end: reached };
      this.#next = lastSeq + 1;
    }
  }

  *gap({ fromSeq, toSeq }) {
    if (!this.#owed || fromSeq !== this.#owed.lastSeq + 1 || this.#next !== fromSeq) {
      yield `${this.where}: a gap from ${fromSeq} that does not answer a join_group`;
    }
    if (toSeq - fromSeq + 1 <= this.known.replayLimit) {
      yield `${this.where}: a gap of ${toSeq - fromSeq + 1}, which could have been replayed`;
    }
    this.#owed = null;
    this.#mayReplay = false;
    this.#next = toSeq + 1;
  }

  *show({ seq, tempId }) {
    if (tempId !== undefined && !this.#mayReplay) {
      yield `${this.where}: new_message of seq ${seq} with its tempId, which only a replay shows`;
    }
    yield* this.#take(seq, "new_message");
  }

  *confirm(message) {
    const tries = this.known.sends.get(this.known.nameOf.get(message._id)) ?? [];
    const isShown = this.#next === null || message.seq < this.#next;
    if (tries.length > 1 && isShown) {
      this.#confirmed.add(message.seq);
    } else {
      this.#mayReplay = false;
      yield* this.#take(message.seq, "message_sent");
    }
  }

  *#take(seq, name) {
    let next = this.#next ?? seq;
    while (next < seq && this.#confirmed.has(next)) {
      next++;
    }
    if (seq !== next) {
      yield `${this.where}: ${name} of seq ${seq} where ${next} must be`;
    }
    this.#next = Math.max(next, seq + 1);
  }

  /** A replay is whole or refused. */
  *end() {
    if (this.#owed && this.#reached() < this.#owed.end) {
      yield `${this.where}: a replay after ${this.#owed.lastSeq} that ends at ${this.#reached()}, and ${this.#owed.end} was shown before`;
    }
    this.#owed = null;
  }

  *finish(newest) {
    yield* this.end();
    if (this.#next !== null && this.#reached() !== newest) {
      yield `${this.where}: nothing was shown after seq ${this.#reached()}, and ${newest} is the newest`;
    }
  }

  #reached() {
    let reached = this.#next - 1;
    while (this.#confirmed.has(reached + 1)) {
      reached++;
    }
    return reached;
  }
}
