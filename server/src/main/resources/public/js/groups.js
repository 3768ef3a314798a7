import { arrange, element, setText } from "./dom.js";

/** The groups a user is in, with what is unread in each, and which one is open. */
export class Groups {
  #panel;
  #list;
  #groups = new Map();
  #openId = null;

  /** Called with the id of the group that the user picked. */
  onPick = () => {};
  onChange = () => {};

  constructor(panel, socket, me) {
    this.#panel = panel;
    this.#list = panel.querySelector("ul");
    socket.on("user_groups", (groups) => this.#onGroups(groups));
    socket.on("new_message", ({ message }) => this.#onMessage(message, me()));
    socket.on("group_updated", ({ group }) => this.#onUpdated(group));
    socket.on("group_removed", ({ groupId }) => this.#onRemoved(groupId));
  }

  get(groupId) {
    return this.#groups.get(groupId);
  }

  /** The group to open when none was asked for: the Lobby, or else the first. */
  get first() {
    const groups = [...this.#groups.values()];
    return groups.find(({ name }) => name === "Lobby") ?? groups[0];
  }

  open(groupId) {
    this.#openId = groupId;
    const group = this.#groups.get(groupId);
    if (group) {
      group.unreadCount = 0;
    }
    this.#render();
  }

  #onGroups(groups) {
    this.#groups = new Map(groups.map((group) => [group.id, { ...group }]));
    if (this.#groups.has(this.#openId)) {
      this.#groups.get(this.#openId).unreadCount = 0;
    }
    this.#render();
    this.onChange();
  }

  #onMessage({ groupId, senderId }, me) {
    const group = this.#groups.get(groupId);
    if (group && groupId !== this.#openId && senderId !== me) {
      group.unreadCount = (group.unreadCount ?? 0) + 1;
      this.#render();
    }
  }

  #onUpdated({ _id, name, description, memberCount, members }) {
    const known = this.#groups.get(_id) ?? { id: _id, unreadCount: 0 };
    this.#groups.set(_id, { ...known, name, description, memberCount: memberCount ?? members.length });
    this.#render();
    this.onChange();
  }

  #onRemoved(groupId) {
    if (this.#groups.delete(groupId)) {
      this.#render();
      this.onChange();
    }
  }

  #render() {
    const groups = [...this.#groups.values()];
    this.#panel.hidden = groups.length === 0;
    arrange(this.#list, groups.map((group) => this.#row(group)));
  }

  #row(group) {
    if (!group.row) {
      const parts = { name: element("span", { className: "name", dir: "auto" }), unread: element("span", { className: "unread" }) };
      parts.button = element("button", { type: "button", onclick: () => this.onPick(group.id) }, parts.name, parts.unread);
      group.row = { parts, node: element("li", {}, parts.button) };
    }
    const { parts, node } = group.row;
    setText(parts.name, group.name);
    const unread = group.unreadCount ?? 0;
    setText(parts.unread, unread > 99 ? "99+" : String(unread));
    parts.unread.hidden = unread === 0;
    parts.unread.setAttribute("aria-label", `${unread} unread`);
    if (group.id === this.#openId) {
      parts.button.setAttribute("aria-current", "true");
    } else {
      parts.button.removeAttribute("aria-current");
    }
    return node;
  }
}
