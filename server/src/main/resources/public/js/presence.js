import { Pace } from "./pace.js";

/** In large groups presence is asked for, not pushed: look again this often. */
const LOOK_AGAIN_MS = 60_000;
const GATHER_MS = 50;

/** Who of the open group is there. Nothing in it touches the page. */
export class Presence {
  #socket;
  #people;
  #members;
  #statuses = new Map();
  #pace = new Pace(() => this.#askNow(), GATHER_MS);

  onChange = () => {};

  constructor(socket, people, members) {
    this.#socket = socket;
    this.#people = people;
    this.#members = members;
    socket.on("online_users", (answer) => this.#onOnlineUsers(answer));
    socket.on("user_online", ({ userId, user, status }) => this.#onOnline(userId, user, status));
    socket.on("user_offline", ({ userId }) => this.forget(userId));
    socket.on("user_status_changed", ({ userId, status }) => this.#onStatus(userId, status));
    setInterval(() => document.visibilityState === "visible" && this.ask(), LOOK_AGAIN_MS);
  }

  /** Goes to another group, of which nothing is known yet. */
  clear() {
    this.#statuses.clear();
    this.onChange();
  }

  /** Who is in the group has changed: who is not any more is not there, and who has just come in may be. */
  onMembers() {
    if (this.#members.areTold) {
      [...this.#statuses.keys()].filter((userId) => !this.#members.has(userId)).forEach((userId) => this.#statuses.delete(userId));
      this.onChange();
    }
    this.#lookAtNewcomers();
  }

  /** Somebody is not there any more. */
  forget(userId) {
    if (this.#statuses.delete(userId)) {
      this.onChange();
    }
  }

  /** Asks the server; several calls in a row make one question. */
  ask() {
    this.#pace.soon();
  }

  /** The ids of those who are there. */
  ids() {
    return [...this.#statuses.keys()];
  }

  /** `online` or `away`, or null for who is not there. */
  statusOf(userId) {
    return this.#statuses.get(userId) ?? null;
  }

  get count() {
    return this.#statuses.size;
  }

  #lookAtNewcomers() {
    if (this.#members.areCrowd) {
      this.#pace.inTurn();
    } else {
      this.#pace.soon();
    }
  }

  #askNow() {
    const { groupId } = this.#members;
    if (groupId && this.#socket.ready) {
      // The answer comes as an event too, and is taken there.
      this.#socket.request("get_online_users", { groupId }).catch(() => {});
    }
  }

  #onOnlineUsers({ groupId, users }) {
    this.#people.learn(...users.map(({ user }) => user));
    if (groupId && groupId === this.#members.groupId) {
      this.#statuses = new Map(users.map(({ userId, status }) => [userId, status]));
      this.onChange();
    }
  }

  #onOnline(userId, user, status) {
    this.#people.learn(user);
    if (this.#members.has(userId)) {
      this.#statuses.set(userId, status ?? "online");
      this.onChange();
    } else {
      // Of another group, nearly always: of a newcomer to this one the group is told, too.
      this.#pace.inTurn();
    }
  }

  #onStatus(userId, status) {
    if (status === "offline") {
      this.forget(userId);
    } else if (this.#statuses.has(userId)) {
      this.#statuses.set(userId, status);
      this.onChange();
    }
  }
}
