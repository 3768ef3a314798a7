import { streams } from "./history-streams.mjs";

/**
 * What must hold of everything that was seen of a server's groups, by all its clients together: a pure
 * judge over recorded histories (`History`). It knows the contract and nothing of the server.
 *
 * A history is `{sockets, stored, verified, replayLimit}`. `stored` has the messages of each group by
 * its id, as one member read them in the end; `verified` what `./verbatim verify-store` said. A socket is
 * one life of a client's connection, `{name, userId, events, isComplete}`, and its events stand in
 * the order in which the client did or saw them:
 *
 * - `{kind: "send", id, groupId, content, tempId?}`, by socket or by REST, and in the same way
 *   `"edit"` and `"delete"` `{id, groupId, messageId, content?}`, `"read"` `{id, groupId, messageIds}`,
 *   `"join"` `{id, groupId, lastSeq?}`;
 * - `{kind: "answer", id, ok, message?, error?}`: the answer to the one with that id;
 * - `{kind: "event", name, payload}`: what the server emitted.
 *
 * `isComplete` says that the socket was there to the end, and that nothing more was to come.
 */
export function findings(history) {
  const known = new Known(history);
  return [
    ...(history.verified ?? []).map((line) => `verify-store: ${line}`),
    ...wholeHistories(known),
    ...tempIds(known),
    ...origins(known),
    ...answers(known),
    ...sightings(known),
    ...sendOrders(known),
    ...changes(known),
    ...reads(known),
    ...history.sockets.flatMap((socket) => [...streams(known, socket), ...lastSights(known, socket)]),
  ];
}

/** Refusals that leave it open whether something was written. */
const OPEN = new Set(["UNAVAILABLE", "INTERNAL_ERROR"]);

/** Two recordings of one message differ in these only by an edit, a deletion or a reading. */
const FIXED = ["_id", "groupId", "seq", "senderId", "type", "createdAt"];

/** A history, and who is who in it. */
class Known {
  /** What was asked for, by id: the event, its socket, its place there and its answer if it has one. */
  asked = new Map();
  /** The same of sends alone, by whose tempId they carry; those without one are each alone. */
  sends = new Map();
  /** The ids of the messages that an answer or a `message_sent` gave for a tempId, by the same name. */
  idsOf = new Map();
  /** Which send a message's id comes of. */
  nameOf = new Map();
  /** All messages seen anywhere but in the end, `{message, where, isPrivate}`. */
  seen = [];
  /** What is stored in the end, by message id. */
  storedById = new Map();

  constructor({ sockets, stored, replayLimit = Infinity }) {
    this.stored = Object.entries(stored);
    this.replayLimit = replayLimit;
    for (const [groupId, messages] of this.stored) {
      messages.forEach((message) => this.storedById.set(message._id, message));
      this.seen.push(...messages.map((message) => ({ message, groupId, where: "the history", isPrivate: false })));
    }
    sockets.forEach((socket) => this.#take(socket));
  }

  asks(kind) {
    return [...this.asked.values()].filter((ask) => ask.kind === kind);
  }

  /** What clients asked to be done to a message after it was sent, in the order of each client. */
  changesOf(messageId) {
    this.#changes ??= groupBy(
      [...this.asked.values()].filter(({ kind }) => kind === "edit" || kind === "delete"),
      (ask) => ask.messageId,
    );
    return this.#changes.get(messageId) ?? [];
  }
  #changes;

  #take(socket) {
    socket.events.forEach((event, place) => {
      if (event.kind === "event") {
        this.#see(socket, event);
      } else if (event.kind === "answer") {
        this.#answer(socket, event);
      } else {
        const ask = { ...event, socket, place, answer: null };
        this.asked.set(event.id, ask);
        if (event.kind === "send") {
          ask.name = nameOfSend(socket.userId, ask);
          listIn(this.sends, ask.name).push(ask);
        }
      }
    });
  }

  #answer(socket, event) {
    const ask = this.asked.get(event.id);
    ask.answer = event;
    if (event.message) {
      this.seen.push({ message: event.message, groupId: ask.groupId, where: `an answer to ${socket.name}`, isPrivate: true });
      if (ask.kind === "send") {
        this.#claim(ask.name, event.message._id);
      }
    }
  }

  #see(socket, { name, payload }) {
    const { message } = payload ?? {};
    if (["new_message", "message_sent", "message_edited"].includes(name)) {
      // An edit is told to all alike; a replay shows the tempId to its sender, and which one it is the stream knows.
      const isPrivate = name !== "message_edited" && message.senderId === socket.userId;
      this.seen.push({ message, groupId: message.groupId, where: `${name} to ${socket.name}`, isPrivate });
      if (name === "message_sent" && payload.tempId !== undefined) {
        this.#claim(nameOfSend(socket.userId, { ...message, tempId: payload.tempId }), message._id);
      }
    }
  }

  #claim(name, id) {
    this.idsOf.set(name, (this.idsOf.get(name) ?? new Set()).add(id));
    this.nameOf.set(id, name);
  }
}

/** As `Map.groupBy`, which Node 20 lacks. */
function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    listIn(groups, keyOf(item)).push(item);
  }
  return groups;
}

function listIn(map, key) {
  if (!map.has(key)) {
    map.set(key, []);
  }
  return map.get(key);
}

function nameOfSend(userId, { groupId, tempId, id }) {
  return tempId === undefined ? `send ${id}` : `${tempId} of ${userId} in ${groupId}`;
}

/** seq is 1, 2, 3 …, and no id stands twice. */
function* wholeHistories({ stored }) {
  const ids = new Set();
  for (const [groupId, messages] of stored) {
    for (const [i, { seq, _id }] of messages.entries()) {
      if (seq !== i + 1) {
        yield `${groupId} has seq ${seq} in place ${i + 1}`;
      }
      if (ids.has(_id)) {
        yield `${_id} is stored twice`;
      }
      ids.add(_id);
    }
  }
}

/** A tempId names one message, whoever asks and however often. */
function* tempIds({ idsOf, storedById }) {
  for (const [name, ids] of idsOf) {
    if (ids.size > 1) {
      yield `${name} names ${ids.size} messages: ${[...ids].join(", ")}`;
    }
    for (const id of ids) {
      const { tempId } = storedById.get(id) ?? {};
      if (tempId !== undefined && !name.startsWith(`${tempId} of `)) {
        yield `${name} is stored as ${tempId}`;
      }
    }
  }
}

/** Each message that is stored was sent, and each that was sent is stored once at most. */
function* origins({ stored, sends, nameOf, idsOf }) {
  const unclaimed = groupBy(
    [...sends.values()].flatMap((tries) => {
      const [{ name }] = tries;
      return idsOf.has(name) ? [] : [...new Set(tries.map(({ content }) => content))].map((content) => ({ tries, content }));
    }),
    ({ tries: [{ socket, groupId }], content }) => JSON.stringify([socket.userId, groupId, content]),
  );
  const taken = new Set();
  for (const [groupId, messages] of stored) {
    for (const { _id, seq, senderId, content } of messages) {
      if (nameOf.has(_id)) {
        continue;
      }
      // Nobody was told of it: it must be one that somebody said and had no answer to.
      const claims = unclaimed.get(JSON.stringify([senderId, groupId, content])) ?? [];
      const claim = claims.find(({ tries: [{ name }] }) => !taken.has(name));
      if (!claim) {
        yield `${groupId} has as seq ${seq} what nobody sent, or what was stored before: ${brief(content)}`;
        continue;
      }
      taken.add(claim.tries[0].name);
      if (claim.tries.every(isRefusedForGood)) {
        yield `${groupId} has as seq ${seq} what was refused: ${brief(content)}`;
      }
    }
  }
}

function isRefusedForGood({ answer }) {
  return answer !== null && !answer.ok && !OPEN.has(answer.error?.code);
}

/** What is acknowledged is stored, word for word. */
function* answers({ sends, storedById }) {
  for (const [name, tries] of sends) {
    for (const { answer } of tries) {
      if (!answer?.ok) {
        continue;
      }
      const kept = storedById.get(answer.message._id);
      if (!kept) {
        yield `${name} was acknowledged as seq ${answer.message.seq}, and is lost`;
      } else if (!kept.isDeleted && !kept.editedAt && !tries.some(({ content }) => content === kept.content)) {
        yield `${name} is stored as other words: ${brief(kept.content)}`;
      }
    }
  }
}

/** Whatever anybody was shown is stored, as it was shown. */
function* sightings(known) {
  for (const { message, groupId, where, isPrivate } of known.seen) {
    const kept = known.storedById.get(message._id);
    if (!kept) {
      yield `${where}: ${message._id}, seq ${message.seq}, is not stored`;
      continue;
    }
    for (const field of FIXED) {
      if (message[field] !== kept[field]) {
        yield `${where}: ${message._id} has ${field} ${message[field]}, and ${kept[field]} in the end`;
      }
    }
    if (message.groupId !== groupId) {
      yield `${where}: ${message._id} of another group`;
    }
    if (!isPrivate && message.tempId !== undefined && where !== "the history") {
      yield `${where}: ${message._id} with a tempId that is not for everybody`;
    }
    if (message.content !== kept.content && !couldSay(known, kept, message)) {
      yield `${where}: ${message._id} says ${brief(message.content)}, and ${brief(kept.content)} in the end`;
    }
  }
}

/** Whether a message may have had these words at some time: those sent, or of an edit that was asked for. */
function couldSay(known, { _id }, { content, isDeleted }) {
  const changes = known.changesOf(_id);
  const sent = known.sends.get(known.nameOf.get(_id)) ?? [];
  return isDeleted
    ? content === "" && changes.some(({ kind }) => kind === "delete")
    : [...sent, ...changes].some((each) => each.content === content);
}

/**
 * What one socket sent has its seqs in the order of sending. A message that was sent more than once may
 * come of each of its sends: it stands behind another if all of them do.
 */
function* sendOrders({ sends, idsOf, storedById }) {
  const bySocket = new Map();
  for (const [name, tries] of sends) {
    const [{ socket, groupId }] = tries;
    const kept = storedById.get([...(idsOf.get(name) ?? [])][0]);
    if (kept && tries.every((each) => each.socket === socket)) {
      const places = tries.map(({ place }) => place);
      const span = { name, seq: kept.seq, first: Math.min(...places), last: Math.max(...places) };
      listIn(bySocket, JSON.stringify([socket.name, groupId])).push(span);
    }
  }
  for (const spans of bySocket.values()) {
    const byEnd = spans.toSorted((a, b) => a.last - b.last);
    let before = 0;
    let highest = { seq: 0 };
    for (const span of spans.toSorted((a, b) => a.first - b.first)) {
      for (; byEnd[before].last < span.first; before++) {
        highest = byEnd[before].seq > highest.seq ? byEnd[before] : highest;
      }
      if (highest.seq > span.seq) {
        yield `${span.name} has seq ${span.seq}, and ${highest.name}, sent before it, seq ${highest.seq}`;
      }
    }
  }
}

/** Whoever was there to the end has last seen each message as it is. */
function* lastSights({ storedById }, socket) {
  const last = new Map();
  for (const { kind, name, payload } of socket.isComplete ? socket.events : []) {
    if (kind === "event" && name === "message_deleted") {
      last.set(payload.messageId, { content: "", isDeleted: true });
    } else if (kind === "event" && payload?.message) {
      last.set(payload.message._id, payload.message);
    }
  }
  for (const [id, { content, isDeleted }] of last) {
    const kept = storedById.get(id);
    if (kept && (content !== kept.content || isDeleted !== kept.isDeleted)) {
      yield `${socket.name} has last seen ${id} as ${brief(content)}, and it is ${brief(kept.content)}`;
    }
  }
}

/** An edit or a deletion that is acknowledged stands, unless another one came after it. */
function* changes(known) {
  for (const kept of known.storedById.values()) {
    const asked = known.changesOf(kept._id);
    const lastDone = asked.findLastIndex(({ answer }) => answer?.ok);
    const isOrMayBeDeleted = asked.filter(({ kind }) => kind === "delete");
    if (isOrMayBeDeleted.some(({ answer }) => answer?.ok) && !kept.isDeleted) {
      yield `${kept._id} was deleted, and is there again`;
    }
    if (kept.isDeleted) {
      if (kept.content !== "") {
        yield `${kept._id} is deleted, and still says ${brief(kept.content)}`;
      }
      if (isOrMayBeDeleted.length === 0) {
        yield `${kept._id} is deleted, and nobody asked for it`;
      }
    } else if (asked[lastDone]?.kind === "edit" && !asked.slice(lastDone).some(({ content }) => content === kept.content)) {
      yield `${kept._id} was edited to ${brief(asked[lastDone].content)}, and says ${brief(kept.content)}`;
    } else if (kept.editedAt && asked.length === 0) {
      yield `${kept._id} is edited, and nobody asked for it`;
    }
  }
}

/** What is acknowledged as read is read, and nothing else is. `readBy` shows 100 readers at most. */
function* reads(known) {
  const asked = new Set();
  for (const { socket, messageIds, answer } of known.asks("read")) {
    for (const id of messageIds) {
      asked.add(`${socket.userId} ${id}`);
      const kept = known.storedById.get(id);
      if (answer?.ok && kept && kept.senderId !== socket.userId && kept.readBy.length < READERS_SHOWN_MAX) {
        if (!kept.readBy.some(({ userId }) => userId === socket.userId)) {
          yield `${id} was read by ${socket.userId}, and is not`;
        }
      }
    }
  }
  for (const { _id, senderId, readBy } of known.storedById.values()) {
    for (const { userId } of readBy ?? []) {
      if (!asked.has(`${userId} ${_id}`) || userId === senderId) {
        yield `${_id} is read by ${userId}, who did not ask for it`;
      }
    }
  }
}

const READERS_SHOWN_MAX = 100;

function brief(content) {
  return JSON.stringify(content.length > 60 ? `${content.slice(0, 60)}…` : content);
}
