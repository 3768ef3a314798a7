import { arrange, element, setText } from "./dom.js";

const UNREAD_SHOWN_MAX = 99;
/** More of what was said last than this no line shows. */
const GIST_UNITS_MAX = 140;

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** The list of groups at the side: what was said last in each, how much is unread, and which is open. */
export class GroupList {
  #panel;
  #list;
  #rows = new Map();

  /** Called with the id of the group that the user picked. */
  onPick = () => {};

  constructor(panel) {
    this.#panel = panel;
    this.#list = panel.querySelector("ul");
  }

  /** Shows the groups; what is read in `openId` as it comes is not counted. */
  render(groups, { openId, isReading, me, people }) {
    arrange(this.#list, groups.map((group) => this.#row(group, openId, isReading && group.id === openId, me, people)));
    this.#panel.querySelector(".note").hidden = groups.length > 0;
    const known = new Set(groups.map(({ id }) => id));
    for (const groupId of this.#rows.keys()) {
      if (!known.has(groupId)) {
        this.#rows.delete(groupId);
      }
    }
  }

  #row(group, openId, isBeingRead, me, people) {
    const { id, name, lastMessage, unread: count } = group;
    const { node, parts } = this.#rows.get(id) ?? this.#newRow(id);
    const unread = isBeingRead ? 0 : count;
    setText(parts.name, name);
    setText(parts.time, lastMessage ? shortTime(new Date(lastMessage.createdAt)) : "");
    setText(parts.gist, gistOf(group, me, people));
    setText(parts.unread, shortCount(unread));
    parts.unread.hidden = unread === 0;
    parts.unread.setAttribute("aria-label", `${unread} unread`);
    parts.button.classList.toggle("has-unread", unread > 0);
    if (id === openId) {
      parts.button.setAttribute("aria-current", "true");
    } else {
      parts.button.removeAttribute("aria-current");
    }
    return node;
  }

  #newRow(id) {
    const parts = {
      name: element("bdi", { className: "name in-line" }),
      time: element("span", { className: "when" }),
      gist: element("span", { className: "gist in-line", dir: "auto" }),
      unread: element("span", { className: "unread", role: "img" }),
    };
    parts.button = element("button", { type: "button", onclick: () => this.onPick(id) }, parts.name, parts.time, parts.gist, parts.unread);
    const row = { parts, node: element("li", {}, parts.button) };
    this.#rows.set(id, row);
    return row;
  }
}

/** How much is unread, in a place for two digits. */
export function shortCount(unread) {
  return unread > UNREAD_SHOWN_MAX ? `${UNREAD_SHOWN_MAX}+` : String(unread);
}

/** What was said last in a group, or what the group is about. The server does not tell of every group what was said last. */
export function gistOf({ lastMessage, description, newestSeq }, me, people) {
  if (!lastMessage) {
    return description ?? (newestSeq === 0 ? "No messages" : "");
  }
  const { senderId, content, isDeleted } = lastMessage;
  if (isDeleted) {
    return "Message deleted";
  }
  // Isolates keep a right-to-left name from turning the line round.
  const speaker = senderId === me ? "You: " : people.knows(senderId) ? `\u2068${people.nameOf(senderId)}\u2069: ` : "";
  return speaker + content.slice(0, GIST_UNITS_MAX);
}

function shortTime(at) {
  return at.toDateString() === new Date().toDateString() ? clock.format(at) : date.format(at);
}
