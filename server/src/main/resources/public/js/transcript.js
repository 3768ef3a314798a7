import { arrange, element, setText } from "./dom.js";
import { Entry } from "./entry.js";
import { Span } from "./span.js";

const NEAR_END_PX = 80;
/** So far from what is missing on the page it is put there. */
const NEAR_EDGE_PX = 900;
/** A pause after which the speaker is named again. */
const BREATH_MS = 5 * 60_000;

const calendar = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/**
 * Shows a stretch of a timeline and below it what is still in the outbox. A message keeps its row
 * from the moment it is written, so that nothing jumps when the server has it, and the reader keeps
 * the place when rows come and go above it.
 */
export class Transcript {
  #list;
  #scroll;
  #toNewest;
  #empty;
  #earlier;
  #start;
  #rows = new Map();
  #days = new Map();
  #unreadLine = element("li", { className: "unread-line" }, element("span", { textContent: "New" }));
  #frame = 0;
  #source = null;
  #span = new Span();
  #atEnd = true;
  #hasNewer = false;
  /** The seqs at the ends of what is on the page; 0 for none. */
  #ends = { first: 0, last: 0 };
  #timeline = null;
  #newestSeen = 0;
  /** Whether what is scrolled to has yet to come. */
  #wantsOlder = false;
  /** The menu of a message at which Tab stops. */
  #reachable;

  /** Called with a row and its message when the row is new, and with the row when it goes. */
  onRow = () => {};
  onRowGone = () => {};
  /** Called when earlier messages are wanted that are not here. */
  onEarlier = () => {};
  onMenu = () => {};
  onRetry = () => {};
  onDiscard = () => {};
  /** Called when other messages than before are the last on the page. */
  onMoved = () => {};

  constructor({ list, scroll, toNewest, empty, earlier, start }) {
    this.#list = list;
    this.#scroll = scroll;
    this.#toNewest = toNewest;
    this.#empty = empty;
    this.#earlier = earlier;
    this.#start = start;
    scroll.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    list.addEventListener("keydown", (event) => this.#onKey(event));
    toNewest.addEventListener("click", () => this.goToEnd());
    earlier.addEventListener("click", () => this.#wantOlder());
    new ResizeObserver(() => this.#atEnd && this.#jumpToEnd()).observe(scroll);
  }

  /**
   * Shows another group. `source` gives `{timeline, pending, me, nameOf, loaded, hasOlder, loadingOlder,
   * unreadAfter}` when asked.
   */
  show(source) {
    for (const { node } of this.#rows.values()) {
      this.onRowGone(node);
    }
    this.#rows.clear();
    this.#days.clear();
    this.#list.replaceChildren();
    this.#source = source;
    this.#ends = { first: 0, last: 0 };
    this.#newestSeen = 0;
    this.#toNewest.hidden = true;
    this.#scroll.setAttribute("aria-busy", String(source !== null));
    this.goToEnd();
  }

  /** Shows nothing. */
  close() {
    this.show(null);
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
    this.#toEnd();
    this.refresh();
  }

  get atEnd() {
    return this.#atEnd;
  }

  /** The seqs at the ends of what is on the page, the first 0 for none; the last is infinite while the newest is followed. */
  get shown() {
    return this.#atEnd ? { ...this.#ends, last: Infinity } : this.#ends;
  }

  #render() {
    if (!this.#source) {
      return;
    }
    const source = this.#source();
    if (source.timeline !== this.#timeline) {
      this.#timeline = source.timeline;
      this.#toEnd(); // What stood here is not held any more.
    }
    if (this.#wantsOlder && this.#span.older(source.timeline)) {
      this.#wantsOlder = false;
    }
    const span = this.#span.of(source.timeline, this.#atEnd);
    const atEnd = this.#atEnd;
    const place = atEnd ? null : this.#place();
    const nodes = this.#nodes(source, span);
    this.#hasNewer = span.hasNewer;
    this.#showEdges(source, span, nodes.length === 0);
    arrange(this.#list, nodes);
    if (!this.#list.contains(document.activeElement)) {
      this.#makeReachable([...this.#list.querySelectorAll(".row-menu:not([hidden])")].at(-1));
    }
    if (atEnd) {
      this.#jumpToEnd();
    } else if (place?.node.isConnected) {
      this.#scroll.scrollTop += place.node.getBoundingClientRect().top - place.top;
    }
    this.#noteNewest(source);
    this.#noteEnds(span.messages);
  }

  #toEnd() {
    this.#span.toEnd();
    this.#atEnd = true;
    this.#wantsOlder = false;
  }

  /** The rows of the stretch and of the outbox, made where there were none; others are let go. */
  #nodes({ timeline, pending, me, nameOf, unreadAfter }, { messages, before, hasNewer }) {
    const nodes = [];
    const used = new Set();
    const today = new Date();
    let previous = before && { senderId: before.senderId, at: new Date(before.createdAt) };
    let isFirst = true;
    const put = (key, item, line) => {
      const { senderId } = item;
      const at = new Date(item.at);
      const sameDay = previous?.at.toDateString() === at.toDateString();
      // A clock that is slow has the same day twice; it is named once.
      if ((!sameDay || isFirst) && !used.has(at.toDateString())) {
        nodes.push(this.#day(at, today, used));
      }
      if (line) {
        nodes.push(line);
      }
      const own = senderId === me;
      const continues = sameDay && previous.senderId === senderId && at - previous.at < BREATH_MS;
      const row = this.#row(key, used, item.message, own);
      row.show({ ...item, at, continues, own, speaker: nameOf(senderId), nameOf });
      nodes.push(row.node);
      previous = { senderId, at };
      isFirst = false;
    };

    let isNew = unreadAfter === null || messages[0]?.seq > unreadAfter + 1;
    for (const message of messages) {
      const isFirstNew = !isNew && message.seq > unreadAfter && message.senderId !== me;
      isNew ||= isFirstNew;
      put(this.#keyOf(message), { message, content: message.content, senderId: message.senderId, at: message.createdAt }, isFirstNew && this.#unreadLine);
    }
    if (!hasNewer) {
      const sent = new Set(timeline.slice(-pending.length - messages.length).map(({ tempId }) => tempId));
      for (const entry of pending) {
        if (!sent.has(entry.tempId)) {
          put(entry.tempId, { ...entry, senderId: me, at: entry.writtenAt });
        }
      }
    }
    this.#letGo(used);
    return nodes;
  }

  /** A row made for a pending message goes on under the message's number. */
  #keyOf({ seq, tempId }) {
    if (tempId && this.#rows.has(tempId)) {
      this.#rows.set(seq, this.#rows.get(tempId));
      this.#rows.delete(tempId);
    }
    return seq;
  }

  #row(key, used, message, own) {
    used.add(key);
    let row = this.#rows.get(key);
    if (!row) {
      row = new Entry({ onMenu: (...of) => this.onMenu(...of), onRetry: (id) => this.onRetry(id), onDiscard: (id) => this.onDiscard(id) });
      this.#rows.set(key, row);
      if (message && !own) {
        this.onRow(row.node, message);
      }
    }
    return row;
  }

  #day(at, today, used) {
    const key = at.toDateString();
    used.add(key);
    if (!this.#days.has(key)) {
      this.#days.set(key, element("li", { className: "day" }, element("span")));
    }
    const node = this.#days.get(key);
    // Not 24 hours ago: a day on which clocks are changed has 23 or 25.
    const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1).toDateString();
    setText(node.firstChild, key === today.toDateString() ? "Today" : key === yesterday ? "Yesterday" : calendar.format(at));
    node.title = calendar.format(at);
    return node;
  }

  #letGo(used) {
    for (const [key, { node }] of this.#rows) {
      if (!used.has(key)) {
        this.#rows.delete(key);
        this.onRowGone(node);
      }
    }
    for (const key of this.#days.keys()) {
      if (!used.has(key)) {
        this.#days.delete(key);
      }
    }
  }

  #showEdges({ loaded, hasOlder, loadingOlder, timeline }, span, isEmpty) {
    this.#scroll.setAttribute("aria-busy", String(!loaded || loadingOlder));
    this.#empty.hidden = !loaded || !isEmpty;
    this.#earlier.hidden = !loaded || !(hasOlder || span.hasOlder);
    this.#earlier.disabled = loadingOlder;
    setText(this.#earlier, loadingOlder ? "Loading…" : "Earlier messages");
    this.#start.hidden = isEmpty || span.hasOlder || timeline.firstSeq !== 1;
  }

  /** The first words that the reader sees from their beginning, and where. What stands above them may change. */
  #place() {
    const { top } = this.#scroll.getBoundingClientRect();
    let place = null;
    for (const node of this.#list.querySelectorAll(".entry .text")) {
      place = { node, top: node.getBoundingClientRect().top };
      if (place.top >= top) {
        break;
      }
    }
    return place;
  }

  #noteNewest({ timeline, me }) {
    const newest = timeline.at(-1);
    if (this.#atEnd) {
      this.#newestSeen = newest?.seq ?? 0;
    } else if (newest?.seq > this.#newestSeen && newest.senderId !== me) {
      this.#setToNewest("New messages");
    } else if (this.#hasNewer) {
      this.#setToNewest("To the newest");
    }
  }

  #noteEnds(messages) {
    const before = this.#ends.last;
    this.#ends = { first: messages[0]?.seq ?? 0, last: messages.at(-1)?.seq ?? 0 };
    if (this.#ends.last !== before) {
      this.onMoved();
    }
  }

  #setToNewest(words) {
    this.#toNewest.hidden = false;
    setText(this.#toNewest, words);
  }

  #onScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    const below = scrollHeight - scrollTop - clientHeight;
    this.#atEnd = below < NEAR_END_PX && !this.#hasNewer;
    if (this.#atEnd) {
      this.#toNewest.hidden = true;
      this.#newestSeen = this.#source?.().timeline.at(-1)?.seq ?? 0;
    }
    if (this.#isNearTop()) {
      this.#wantOlder();
    }
    if (below < NEAR_EDGE_PX && this.#hasNewer && this.#span.newer(this.#source().timeline)) {
      this.refresh();
    }
  }

  #isNearTop() {
    return this.#scroll.scrollTop < NEAR_EDGE_PX && this.#scroll.scrollHeight > this.#scroll.clientHeight;
  }

  #wantOlder() {
    if (!this.#source) {
      return;
    }
    const { timeline, hasOlder, loadingOlder } = this.#source();
    if (this.#span.older(timeline)) {
      this.refresh();
    } else if (hasOlder && !loadingOlder) {
      this.#wantsOlder = true;
      this.onEarlier();
    }
  }

  #jumpToEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#toNewest.hidden = true;
  }

  /** The rows' menus are one stop for Tab; the arrows go from one to the next. */
  #onKey(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.target.classList.contains("row-menu")) {
      return;
    }
    const menus = [...this.#list.querySelectorAll(".row-menu:not([hidden])")];
    const next = menus[menus.indexOf(event.target) + step];
    if (next) {
      event.preventDefault();
      this.#makeReachable(next);
      next.focus();
    }
  }

  #makeReachable(menu) {
    if (menu !== this.#reachable) {
      this.#reachable?.setAttribute("tabindex", "-1");
      menu?.setAttribute("tabindex", "0");
      this.#reachable = menu;
    }
  }
}
