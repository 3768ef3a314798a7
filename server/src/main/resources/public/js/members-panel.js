import { arrange, element, setText } from "./dom.js";
import { ROLES } from "./roles.js";

/** From so many on one may look for a name. */
const FILTERED_MIN = 15;

/** The panel that lists the members of the open group: who is there first, then by role and name. */
export class MembersPanel {
  #panel;
  #list;
  #title;
  #count;
  #filter;
  #add;
  #more;
  #rows = new Map();
  #frame = 0;
  #source = null;

  onAdd = () => {};
  onMore = () => {};
  /** Called with a member and the button at which its menu opens. */
  onMenu = () => {};

  constructor({ panel, count }) {
    this.#panel = panel;
    this.#list = panel.querySelector("ul");
    this.#title = panel.querySelector("h2");
    this.#filter = panel.querySelector("input");
    this.#add = panel.querySelector(".add");
    this.#more = panel.querySelector(".more");
    this.#count = count;
    this.#filter.addEventListener("input", () => this.refresh());
    this.#add.addEventListener("click", () => this.onAdd());
    this.#more.addEventListener("click", () => this.onMore());
  }

  /**
   * Shows another group. `source` gives `{members, total, onlineCount, hasMore, mayAdd}` when asked, each of the
   * members as `{userId, name, role, status, isMe, isManaged}`.
   */
  show(source) {
    this.#source = source;
    this.#filter.value = "";
    this.#rows.clear();
    this.refresh();
  }

  /** Brings the panel up to date before the page's next frame. */
  refresh() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  #render() {
    if (!this.#source) {
      return;
    }
    const { members, total, onlineCount, hasMore, mayAdd } = this.#source();
    const sought = this.#filter.value.trim().toLowerCase();
    const shown = members.filter(({ name }) => name.toLowerCase().includes(sought));
    shown.sort((a, b) => !a.status - !b.status || ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.name.localeCompare(b.name));
    const kept = new Set(members.map(({ userId }) => userId));
    for (const userId of this.#rows.keys()) {
      if (!kept.has(userId)) {
        this.#rows.delete(userId);
      }
    }
    arrange(this.#list, shown.map((member) => this.#row(member)));
    setText(this.#title, `Members · ${Math.max(total, members.length)}`);
    setText(this.#count, String(onlineCount));
    this.#filter.hidden = members.length < FILTERED_MIN;
    this.#add.hidden = !mayAdd;
    this.#more.hidden = !hasMore;
  }

  #row(member) {
    const { userId, name, role, status, isMe, isManaged } = member;
    const row = this.#rows.get(userId) ?? this.#newRow(userId);
    row.member = member;
    const { node, parts } = row;
    node.dataset.status = status ?? "offline";
    setText(parts.name, name);
    setText(parts.role, role === "member" ? "" : role);
    setText(parts.note, [isMe && "you", status === "away" && "away"].filter(Boolean).join(", "));
    setText(parts.state, status ? "" : "offline");
    parts.menu.hidden = !isManaged;
    parts.menu.setAttribute("aria-label", `${name}: change`);
    return node;
  }

  #newRow(userId) {
    const parts = {
      name: element("bdi"),
      role: element("span", { className: "role" }),
      note: element("span", { className: "note" }),
      state: element("span", { className: "visually-hidden" }),
      menu: element("button", { type: "button", className: "row-menu", "aria-haspopup": "menu" }, element("span", { textContent: "⋯", "aria-hidden": "true" })),
    };
    const node = element("li", {}, element("span", { className: "dot", "aria-hidden": "true" }), parts.name, parts.role, parts.note, parts.state, parts.menu);
    const row = { parts, node, member: null };
    parts.menu.addEventListener("click", () => this.onMenu(row.member, parts.menu));
    this.#rows.set(userId, row);
    return row;
  }
}
