import { arrange, element, setText } from "./dom.js";

/** In large groups presence is asked for, not pushed: look again this often. */
const LOOK_AGAIN_MS = 60_000;
const GATHER_MS = 50;

/** Who is online in the open group. */
export class Members {
  #list;
  #title;
  #count;
  #socket;
  #people;
  #me;
  #room = null;
  #online = new Map();
  #rows = new Map();
  #asking = 0;

  constructor({ panel, count }, socket, people, me) {
    this.#list = panel.querySelector("ul");
    this.#title = panel.querySelector("h2");
    this.#count = count;
    this.#socket = socket;
    this.#people = people;
    this.#me = me;
    socket.on("online_users", (answer) => this.#onOnlineUsers(answer));
    socket.on("user_online", ({ userId, user, status }) => this.#onOnline(userId, user, status));
    socket.on("user_offline", ({ userId }) => this.#onOffline(userId));
    socket.on("user_status_changed", ({ userId, status }) => this.#onStatus(userId, status));
    setInterval(() => document.visibilityState === "visible" && this.ask(), LOOK_AGAIN_MS);
  }

  show(room) {
    this.#room = room;
    this.#online.clear();
    this.render();
  }

  /** Asks the server who is there; several calls in a row make one question. */
  ask() {
    this.#asking ||= setTimeout(() => {
      this.#asking = 0;
      if (this.#room && this.#socket.ready) {
        // The answer comes as an event too, and is taken there.
        this.#socket.request("get_online_users", { groupId: this.#room.groupId }).catch(() => {});
      }
    }, GATHER_MS);
  }

  render() {
    const people = [...this.#online].map(([userId, status]) => ({ userId, status, name: this.#people.nameOf(userId) }));
    people.sort((a, b) => (b.userId === this.#me()) - (a.userId === this.#me()) || a.name.localeCompare(b.name));
    arrange(this.#list, people.map((person) => this.#row(person)));
    setText(this.#title, `Online · ${people.length}`);
    setText(this.#count, String(people.length));
    for (const userId of this.#rows.keys()) {
      if (!this.#online.has(userId)) {
        this.#rows.delete(userId);
      }
    }
  }

  #row({ userId, status, name }) {
    let row = this.#rows.get(userId);
    if (!row) {
      const parts = { name: element("bdi"), note: element("span", { className: "note" }) };
      row = { parts, node: element("li", {}, element("span", { className: "dot", "aria-hidden": "true" }), parts.name, parts.note) };
      this.#rows.set(userId, row);
    }
    row.node.dataset.status = status;
    setText(row.parts.name, name);
    setText(row.parts.note, [userId === this.#me() && "you", status === "away" && "away"].filter(Boolean).join(", "));
    return row.node;
  }

  #onOnlineUsers({ groupId, users }) {
    this.#people.learn(...users.map(({ user }) => user));
    if (groupId === this.#room?.groupId) {
      this.#online = new Map(users.map(({ userId, status }) => [userId, status]));
      this.render();
    }
  }

  #onOnline(userId, user, status) {
    this.#people.learn(user);
    if (this.#room?.memberIds.has(userId)) {
      this.#online.set(userId, status ?? "online");
      this.render();
    } else {
      // A member since the group was last seen, or of another group: the server knows.
      this.ask();
    }
  }

  #onOffline(userId) {
    if (this.#online.delete(userId)) {
      this.render();
    }
  }

  #onStatus(userId, status) {
    if (status === "offline") {
      this.#onOffline(userId);
    } else if (this.#online.has(userId)) {
      this.#online.set(userId, status);
      this.render();
    }
  }
}
