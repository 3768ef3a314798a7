import { arrange, element, setText } from "./dom.js";

/** From so many on one may look for a name. */
const FILTERED_MIN = 15;
const RANKS = { owner: 0, admin: 1, member: 2 };

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

  /** Shows another group; `source` gives `{members, total, me, nameOf, mayManage}` when asked. */
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
    const { members, total, me, nameOf, mayManage } = this.#source();
    const people = members.all().map((member) => ({ ...member, name: nameOf(member.userId), isMe: member.userId === me }));
    const sought = this.#filter.value.trim().toLowerCase();
    const shown = people.filter(({ name }) => name.toLowerCase().includes(sought));
    shown.sort((a, b) => !a.status - !b.status || RANKS[a.role] - RANKS[b.role] || a.name.localeCompare(b.name));
    const kept = new Set(people.map(({ userId }) => userId));
    for (const userId of this.#rows.keys()) {
      if (!kept.has(userId)) {
        this.#rows.delete(userId);
      }
    }
    arrange(this.#list, shown.map((member) => this.#row(member, mayManage(member))));
    setText(this.#title, `Members · ${Math.max(total, people.length)}`);
    setText(this.#count, String(members.onlineCount));
    this.#filter.hidden = people.length < FILTERED_MIN;
    this.#add.hidden = !members.isMineToManage;
    this.#more.hidden = !members.hasMore;
  }

  #row(member, isManaged) {
    const { userId, name, role, status, isMe } = member;
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
