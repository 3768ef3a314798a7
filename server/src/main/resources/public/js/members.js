import { Pace } from "./pace.js";

/** In large groups presence is asked for, not pushed: look again this often. */
const LOOK_AGAIN_MS = 60_000;
const GATHER_MS = 50;
/** Newcomers mostly say themselves who they are, by being online, before this is over. */
const GATHER_NAMES_MS = 1_000;
const PAGE_MEMBERS = 100;
/** So many members a group is told with at the most. */
const MEMBERS_TOLD_MAX = 1_000;

/** Who is in the open group, with which role, and who of them is there. Nothing in it touches the page. */
export class Members {
  #socket;
  #people;
  #requests;
  #me;
  #group = null;
  #roles = new Map();
  #online = new Map();
  #presence = new Pace(() => this.#askWhoIsThere(), GATHER_MS);
  #names = new Pace(() => this.#askNames(), GATHER_NAMES_MS);
  /** The last id of those that were listed beyond what the group tells, or undefined. */
  #cursor;
  #isListed = true;
  /** Who was named by id only, and perhaps is not known by now. */
  #unnamed = new Set();
  /** Of whom the server has been asked who they are. */
  #askedFor = new Set();

  onChange = () => {};

  constructor(socket, people, requests, me) {
    this.#socket = socket;
    this.#people = people;
    this.#requests = requests;
    this.#me = me;
    socket.on("online_users", (answer) => this.#onOnlineUsers(answer));
    socket.on("user_online", ({ userId, user, status }) => this.#onOnline(userId, user, status));
    socket.on("user_offline", ({ userId }) => this.#onOffline(userId));
    socket.on("user_status_changed", ({ userId, status }) => this.#onStatus(userId, status));
    setInterval(() => document.visibilityState === "visible" && this.ask(), LOOK_AGAIN_MS);
  }

  /** Goes to another group, of which nothing is known yet. */
  clear() {
    this.#group = null;
    this.#roles.clear();
    this.#online.clear();
    this.#unnamed.clear();
    this.onChange();
  }

  /** Takes the open group as the server tells of it. */
  take(group) {
    const isOther = group._id !== this.#group?._id;
    this.#group = group;
    this.#roles = new Map(group.members.map(({ userId, role }) => [userId, role]));
    this.#cursor = undefined;
    this.#isListed = group.members.length < MEMBERS_TOLD_MAX;
    for (const userId of this.#online.keys()) {
      if (this.#isListed && !this.#roles.has(userId)) {
        this.#online.delete(userId);
      }
    }
    this.onChange();
    this.learnNames([...this.#roles.keys()]);
    if (isOther) {
      this.#names.now();
    } else {
      this.#lookAtNewcomers();
    }
  }

  /** Everybody as far as listed: `{userId, role, status}`, the status null for who is not there. */
  all() {
    const listed = new Set([...this.#roles.keys(), ...this.#online.keys()]);
    return [...listed].map((userId) => ({ userId, role: this.roleOf(userId) ?? "member", status: this.#online.get(userId) ?? null }));
  }

  has(userId) {
    return this.#roles.has(userId);
  }

  roleOf(userId) {
    return this.#group?.ownerId === userId ? "owner" : this.#roles.get(userId);
  }

  get myRole() {
    return this.#group ? (this.roleOf(this.#me()) ?? "member") : null;
  }

  /** Whether this user may change who is in the group and what it is called. */
  get isMineToManage() {
    return this.myRole === "owner" || this.myRole === "admin";
  }

  get onlineCount() {
    return this.#online.size;
  }

  /** Whether the group has more members than are listed. */
  get hasMore() {
    return !this.#isListed;
  }

  /** Lists a page more. Throws what the request throws. */
  async more() {
    const group = this.#group;
    for (let isNew = false; !isNew && !this.#isListed; ) {
      const members = await this.#requests.members(group._id, this.#cursor, PAGE_MEMBERS);
      if (group !== this.#group) {
        return;
      }
      for (const { userId, role, user } of members) {
        isNew ||= !this.#roles.has(userId);
        this.#roles.set(userId, role);
        this.#people.learn(user);
      }
      this.#cursor = members.at(-1)?.userId;
      this.#isListed = members.length < PAGE_MEMBERS;
    }
    this.onChange();
  }

  /** Asks the server who is there; several calls in a row make one question. */
  ask() {
    this.#presence.soon();
  }

  /** Messages and groups name people by id only; who that is, the members say. */
  learnNames(userIds) {
    userIds.filter((userId) => this.#isUnnamed(userId)).forEach((userId) => this.#unnamed.add(userId));
    if (this.#unnamed.size === 0) {
      return;
    }
    if (this.#isLarge) {
      this.#names.inTurn();
    } else {
      this.#names.soon();
    }
  }

  get #isLarge() {
    return this.#group?.members.length >= MEMBERS_TOLD_MAX;
  }

  #isUnnamed(userId) {
    return !this.#people.knows(userId) && !this.#askedFor.has(userId);
  }

  /** Who has just come in may be there already. */
  #lookAtNewcomers() {
    if (this.#isLarge) {
      this.#presence.inTurn();
    } else {
      this.#presence.soon();
    }
  }

  #askWhoIsThere() {
    if (this.#group && this.#socket.ready) {
      // The answer comes as an event too, and is taken there.
      this.#socket.request("get_online_users", { groupId: this.#group._id }).catch(() => {});
    }
  }

  async #askNames() {
    if (!this.#group) {
      return;
    }
    const unnamed = [...this.#unnamed].filter((userId) => this.#isUnnamed(userId));
    this.#unnamed.clear();
    if (unnamed.length === 0) {
      return;
    }
    unnamed.forEach((userId) => this.#askedFor.add(userId));
    try {
      const { members } = await this.#socket.request("get_group_members", { groupId: this.#group._id });
      this.#people.learn(...members.map(({ user }) => user));
    } catch {
      // They keep the names made of their ids until they say something.
      unnamed.forEach((userId) => this.#askedFor.delete(userId));
    }
  }

  #onOnlineUsers({ groupId, users }) {
    this.#people.learn(...users.map(({ user }) => user));
    if (groupId && groupId === this.#group?._id) {
      this.#online = new Map(users.map(({ userId, status }) => [userId, status]));
      this.onChange();
    }
  }

  #onOnline(userId, user, status) {
    this.#people.learn(user);
    if (this.#roles.has(userId)) {
      this.#online.set(userId, status ?? "online");
      this.onChange();
    } else {
      // A member since the group was last seen, or of another group: the server knows.
      this.#lookAtNewcomers();
    }
  }

  #onOffline(userId) {
    if (this.#online.delete(userId)) {
      this.onChange();
    }
  }

  #onStatus(userId, status) {
    if (status === "offline") {
      this.#onOffline(userId);
    } else if (this.#online.has(userId)) {
      this.#online.set(userId, status);
      this.onChange();
    }
  }
}
