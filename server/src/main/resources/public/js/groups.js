import { GroupCounts } from "./group-counts.js";
import { tellsAllMembers } from "./members.js";

/** The Lobby is in every store under this id; its name others may take, too. */
const LOBBY = "000000000000000000000001";

/**
 * The groups a user is in: what they are called, what was said last, and what is unread in each,
 * which is what stands above the highest message that she has read or written, on any device.
 */
export class Groups {
  #groups = new Map();
  #me;
  #counts;
  /** The ids of those of which a message, or a reading, has come on this connection: `user_groups` may have been read before. */
  #told = new Set();

  /** Whether the server has told of them. */
  isKnown = false;

  onChange = () => {};
  /** Gives the seq of a message by its group's id and its own, or undefined where it is not known here. */
  seqOf = () => undefined;
  /** Called with a group when this user is not in it any more. */
  onRemoved = () => {};

  /** `ask` gives a promise of a group as the server now has it, by its id. */
  constructor(socket, me, ask) {
    this.#me = me;
    this.#counts = new GroupCounts(ask, (groupId, counts) => this.#onCounts(groupId, counts));
    socket.on("connect", () => this.#told.clear());
    socket.on("user_groups", (groups) => this.#onGroups(groups));
    socket.on("new_message", ({ message }) => this.onMessage(message));
    socket.on("message_sent", ({ message }) => this.onMessage(message));
    socket.on("message_edited", ({ message }) => this.#onChanged(message.groupId, message._id, message));
    socket.on("message_deleted", ({ groupId, messageId }) => this.#onChanged(groupId, messageId, { content: "", isDeleted: true }));
    socket.on("message_read", ({ groupId, messageId, readBy }) => this.#onRead(groupId, [messageId], readBy));
    socket.on("messages_read", ({ groupId, messageIds, readBy }) => this.#onRead(groupId, messageIds, readBy));
    socket.on("group_updated", ({ group }) => this.take(group));
    socket.on("group_removed", ({ groupId }) => this.drop(groupId));
  }

  get(groupId) {
    return this.#groups.get(groupId);
  }

  /** The group to open: the one asked for, or else the one that is open, the Lobby, the one last spoken in. */
  toOpen(askedFor, open) {
    return this.get(askedFor) ?? this.get(open) ?? this.get(LOBBY) ?? this.all()[0];
  }

  /** All of them, the one last spoken in first. */
  all() {
    return [...this.#groups.values()].sort((a, b) => b.activeAt - a.activeAt || a.name.localeCompare(b.name));
  }

  /** Takes a group that this user is in, as the server tells of it. */
  take(group) {
    const { _id, name, description, memberCount, members } = group;
    const known = this.#groups.get(_id);
    const isWhole = memberCount !== undefined || tellsAllMembers(group);
    this.#put({
      ...(known ?? { newestSeq: 0, lastReadSeq: 0 }),
      id: _id,
      name,
      description,
      memberCount: memberCount ?? (isWhole ? members.length : Math.max(known?.memberCount ?? 0, members.length)),
    });
    if (!known) {
      this.#counts.soon(_id);
    } else if (!isWhole) {
      this.#counts.inTurn(_id); // Everybody in it has just been told the same.
    }
    this.onChange();
  }

  drop(groupId) {
    const group = this.#groups.get(groupId);
    if (this.#groups.delete(groupId)) {
      this.#counts.stop(groupId);
      this.onRemoved(group);
      this.onChange();
    }
  }

  /** A message has come, or was found; the newest of a group is shown with it. */
  onMessage(message) {
    const group = this.#groups.get(message.groupId);
    if (!group || message.seq < group.newestSeq) {
      return;
    }
    this.#told.add(group.id);
    const isOwn = message.senderId === this.#me();
    this.#put({
      ...group,
      lastMessage: message,
      newestSeq: message.seq,
      lastReadSeq: isOwn ? Math.max(group.lastReadSeq, message.seq) : group.lastReadSeq,
    });
    this.onChange();
  }

  /** Has the server asked how many are in a group, which this user has just changed. */
  recount(groupId) {
    this.#counts.soon(groupId);
  }

  /** This user has read up to `seq` in a group. */
  readTo(groupId, seq) {
    const group = this.#groups.get(groupId);
    if (group && seq > group.lastReadSeq) {
      this.#told.add(groupId);
      this.#put({ ...group, lastReadSeq: seq });
      this.onChange();
    }
  }

  #onGroups(groups) {
    const known = this.#groups;
    this.#groups = new Map();
    this.isKnown = true;
    for (const { lastReadSeq = 0, unreadCount = 0, ...group } of groups) {
      const told = { ...group, lastReadSeq, newestSeq: Math.max(group.lastMessage?.seq ?? 0, lastReadSeq + unreadCount) };
      this.#put(this.#told.has(group.id) && known.has(group.id) ? withNewer(told, known.get(group.id)) : told);
    }
    this.onChange();
  }

  #onChanged(groupId, messageId, changes) {
    const group = this.#groups.get(groupId);
    if (group?.lastMessage?._id === messageId) {
      this.#put({ ...group, lastMessage: { ...group.lastMessage, ...changes } });
      this.onChange();
    }
  }

  /** Ids say nothing of their order: what is not known here the server has to place. */
  #onRead(groupId, messageIds, userId) {
    const group = this.#groups.get(groupId);
    if (!group || userId !== this.#me()) {
      return;
    }
    const seqs = messageIds.map((id) => (id === group.lastMessage?._id ? group.lastMessage.seq : this.seqOf(groupId, id)));
    if (seqs.every(Boolean)) {
      this.readTo(groupId, Math.max(...seqs));
    } else {
      this.#counts.soon(groupId);
    }
  }

  #onCounts(groupId, { lastReadSeq, unreadCount, memberCount }) {
    const group = this.#groups.get(groupId);
    if (group) {
      this.#put({
        ...group,
        memberCount,
        lastReadSeq: Math.max(group.lastReadSeq, lastReadSeq),
        newestSeq: Math.max(group.newestSeq, lastReadSeq + unreadCount),
      });
      this.onChange();
    }
  }

  #put(group) {
    const at = group.lastMessage ? Date.parse(group.lastMessage.createdAt) : Number.parseInt(group.id.slice(0, 8), 16) * 1_000;
    this.#groups.set(group.id, { ...group, unread: Math.max(0, group.newestSeq - group.lastReadSeq), activeAt: at });
  }
}

/** A group as told, but for what is newer in it as known. */
function withNewer(told, known) {
  const isNewer = known.newestSeq > told.newestSeq;
  return {
    ...told,
    lastMessage: isNewer ? known.lastMessage : told.lastMessage,
    newestSeq: Math.max(told.newestSeq, known.newestSeq),
    lastReadSeq: Math.max(told.lastReadSeq, known.lastReadSeq),
  };
}
