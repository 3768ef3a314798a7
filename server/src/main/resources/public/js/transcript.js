import { arrange, element, setText } from "./dom.js";

const NEAR_END_PX = 80;
/** A pause after which the speaker is named again. */
const BREATH_MS = 5 * 60_000;

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/**
 * Shows a timeline and below it what is still in the outbox. A message keeps its row from the moment
 * it is written, so that nothing jumps and nothing is read out twice when the server has it.
 */
export class Transcript {
  #list;
  #scroll;
  #toNewest;
  #empty;
  #rows = new Map();
  #frame = 0;
  #source = null;
  #atEnd = true;

  /** Called with a row and its message when the row is new: a message of somebody else. */
  onRow = () => {};
  onRetry = () => {};
  onDiscard = () => {};

  constructor({ list, scroll, toNewest, empty }) {
    this.#list = list;
    this.#scroll = scroll;
    this.#toNewest = toNewest;
    this.#empty = empty;
    scroll.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    toNewest.addEventListener("click", () => this.goToEnd());
    new ResizeObserver(() => this.#atEnd && this.#jumpToEnd()).observe(scroll);
  }

  /** Shows another group; `source` gives `{messages, pending, me, nameOf, loaded}` when asked. */
  show(source) {
    this.#rows.clear();
    this.#list.replaceChildren();
    this.#source = source;
    this.#atEnd = true;
    this.refresh();
  }

  /** Brings the page up to date before its next frame. */
  refresh() {
    if (!this.#frame) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.#render();
      });
    }
  }

  goToEnd() {
    this.#atEnd = true;
    this.refresh();
  }

  #render() {
    if (!this.#source) {
      return;
    }
    const { messages, pending, me, nameOf, loaded } = this.#source();
    const newestBefore = this.#list.lastElementChild;
    const nodes = [];
    const used = new Set();
    let previous = null;
    const place = (key, item) => {
      const at = new Date(item.at);
      const sameDay = previous?.at.toDateString() === at.toDateString();
      if (!sameDay) {
        nodes.push(this.#day(at, used));
      }
      const continues = sameDay && previous.senderId === item.senderId && at - previous.at < BREATH_MS;
      nodes.push(this.#row(key, used, { ...item, at, continues, own: item.senderId === me, nameOf }));
      previous = { senderId: item.senderId, at };
    };

    const sent = new Set();
    for (const message of messages) {
      if (message.tempId) {
        sent.add(message.tempId);
      }
      place(this.#keyOf(message), { ...message, message, at: message.createdAt });
    }
    for (const entry of pending) {
      if (!sent.has(entry.tempId)) {
        place(entry.tempId, { ...entry, senderId: me, at: entry.writtenAt });
      }
    }

    for (const key of this.#rows.keys()) {
      if (!used.has(key)) {
        this.#rows.delete(key);
      }
    }
    const atEnd = this.#atEnd;
    arrange(this.#list, nodes);
    this.#scroll.setAttribute("aria-busy", String(!loaded));
    this.#empty.hidden = !loaded || nodes.length > 0;
    if (atEnd) {
      this.#jumpToEnd();
    } else if (newestBefore && newestBefore !== this.#list.lastElementChild) {
      this.#toNewest.hidden = false;
    }
  }

  /** A row made for a pending message goes on under the message's number. */
  #keyOf({ seq, tempId }) {
    if (tempId && this.#rows.has(tempId)) {
      this.#rows.set(seq, this.#rows.get(tempId));
      this.#rows.delete(tempId);
    }
    return seq;
  }

  #day(at, used) {
    const key = at.toDateString();
    used.add(key);
    if (!this.#rows.has(key)) {
      const node = element("li", { className: "day" }, element("span", { textContent: calendar.format(at) }));
      this.#rows.set(key, { node });
    }
    return this.#rows.get(key).node;
  }

  #row(key, used, item) {
    used.add(key);
    let row = this.#rows.get(key);
    if (!row) {
      row = newRow();
      this.#rows.set(key, row);
      if (item.message && !item.own) {
        this.onRow(row.node, item.message);
      }
    }
    this.#fill(row, item);
    return row.node;
  }

  #fill({ node, parts }, { message, tempId, seq, content, refused, at, continues, own, senderId, nameOf }) {
    const state = refused ? "refused" : seq ? "sent" : "sending";
    const deleted = message?.isDeleted ?? false;
    node.className = `entry ${state}${own ? " own" : ""}${continues ? " continues" : ""}${deleted ? " deleted" : ""}`;
    node.dataset.state = state;
    if (seq) {
      node.dataset.seq = seq;
    }
    setText(parts.seq, seq ? String(seq) : "");
    setText(parts.speaker, nameOf(senderId));
    setText(parts.time, clock.format(at));
    parts.time.dateTime = at.toISOString();
    parts.time.title = moment.format(at);
    setText(parts.text, deleted ? "This message was deleted." : content);
    const edited = Boolean(message?.editedAt) && !deleted;
    parts.edited.hidden = !edited;
    const readers = own && message ? (message.readBy ?? []).map(({ userId }) => nameOf(userId)) : [];
    setMark(parts, own, state, readers);
    this.#setRefusal(node, parts, tempId, refused);
  }

  #setRefusal(node, parts, tempId, refused) {
    if (!refused) {
      parts.refusal?.remove();
      parts.refusal = null;
    } else if (!parts.refusal) {
      const button = (label, act) =>
        element("button", { type: "button", className: "quiet", textContent: label, onclick: () => act(tempId) });
      parts.refusal = element(
        "p",
        { className: "refusal", role: "alert" },
        element("span", { textContent: `Not sent: ${refused.message}` }),
        button("Try again", (id) => this.onRetry(id)),
        button("Discard", (id) => this.onDiscard(id)),
      );
      node.querySelector(".words").append(parts.refusal);
    }
  }

  #onScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (this.#atEnd) {
      this.#toNewest.hidden = true;
    }
  }

  #jumpToEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#toNewest.hidden = true;
  }
}

function newRow() {
  const parts = {
    seq: element("span", { className: "seq", "aria-hidden": "true" }),
    speaker: element("bdi", { className: "speaker" }),
    time: element("time"),
    text: element("p", { className: "text", dir: "auto" }),
    edited: element("span", { className: "edited", textContent: "edited", hidden: true }),
    sign: element("span", { "aria-hidden": "true" }),
    state: element("span", { className: "visually-hidden" }),
    refusal: null,
  };
  parts.mark = element("span", { className: "mark" }, parts.sign, parts.state);
  const node = element(
    "li",
    {},
    parts.seq,
    element(
      "div",
      { className: "words" },
      element("p", { className: "by" }, parts.speaker, parts.time),
      parts.text,
      parts.edited,
    ),
    parts.mark,
  );
  return { node, parts };
}

const SIGNS = { sending: "○", sent: "✓", refused: "✕" };

function setMark({ mark, sign, state: words }, own, state, readers) {
  mark.hidden = !own;
  if (!own) {
    return;
  }
  const read = readers.length > 0;
  mark.dataset.read = read;
  setText(sign, read ? "✓✓" : SIGNS[state]);
  const told = read ? `Read by ${readers.join(", ")}` : { sending: "Sending", sent: "Sent", refused: "Not sent" }[state];
  setText(words, told);
  mark.title = told;
}
