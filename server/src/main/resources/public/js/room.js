import { Refusal } from "./refusal.js";
import { Timeline } from "./timeline.js";

const PAGE_MESSAGES = 100;
/** How many pages of missed history are loaded at once; after a longer absence the newest page starts anew. */
const REPAIR_PAGES_MAX = 20;
/** How long to wait after a failure where the server names no time; it doubles with each in a row. */
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;
/** How many messages are held on either side of what is shown: more than one scrolls through in a breath, and a few MB. */
const HELD_MAX = 2_000;
/** What is missing below what is shown is loaded when fewer than these stand between. */
const AHEAD_MIN = HELD_MAX / 2;

/**
 * One group that is open: its timeline, kept whole around what is shown. Each time the socket is ready it
 * asks for what it missed; what the server will not replay, and any hole seen in the numbers, it loads as
 * history. What is far from what is shown it lets go of, and loads again when the reader comes near.
 */
export class Room {
  #socket;
  #identity;
  #handlers;
  /** The timeline that is being repaired, or null. */
  #repairing = null;
  #syncs = 0;
  #failures = 0;
  #retry = null;
  #closed = false;
  /** For each page of history that is on its way: the changes told meanwhile, which are as many as come while a request lasts. */
  #meanwhile = new Set();

  /** Whether the newest history has come. */
  loaded = false;
  /** Whether a page of earlier history is on its way. */
  loadingOlder = false;
  timeline = new Timeline();
  /** The group as the server last told of it; null before that. */
  group = null;

  onChange = () => {};
  /** Called with the messages that have come, by whichever way. */
  onMessages = () => {};
  /** Gives the seqs at the ends of what is shown; the last is infinite while the newest is followed. */
  shown = () => ({ first: 0, last: Infinity });
  /** Called when the group itself is known or has changed. */
  onGroup = () => {};
  /** Called with a Refusal when the server says that this user has no business here. */
  onShut = () => {};

  constructor(groupId, socket, identity) {
    this.groupId = groupId;
    this.#socket = socket;
    this.#identity = identity;
    this.#handlers = {
      new_message: ({ message }) => this.take([message]),
      message_sent: ({ message }) => this.take([message]),
      message_edited: ({ message }) => this.takeEdited(message),
      message_deleted: ({ messageId }) => this.#change((timeline) => timeline.markDeleted(messageId)),
      message_read: ({ messageId, readBy, readAt }) => this.#onRead([messageId], readBy, readAt),
      messages_read: ({ messageIds, readBy, readAt }) => this.#onRead(messageIds, readBy, readAt),
      gap: (gap) => this.#onGap(gap),
      group_updated: ({ group }) => group._id === groupId && this.#onGroup(group),
    };
    for (const [event, handler] of Object.entries(this.#handlers)) {
      socket.on(event, handler);
    }
  }

  close() {
    for (const [event, handler] of Object.entries(this.#handlers)) {
      this.#socket.off(event, handler);
    }
    this.#closed = true;
    this.#syncs++;
    this.#stopWaiting();
  }

  /** Whether there is history older than what is here. */
  get hasOlder() {
    return this.loaded && this.timeline.firstSeq > 1;
  }

  /**
   * Takes messages of any group that were said; those of this one go into the timeline. One older than
   * what is held, as a retry may be answered with, comes when it is scrolled to.
   */
  take(messages) {
    const { firstSeq } = this.timeline;
    const ours = messages.filter((message) => message.groupId === this.groupId && message.seq >= firstSeq);
    if (ours.length > 0) {
      this.#add(ours);
      this.repair();
    }
  }

  /** Takes what has become of a message of any group. */
  takeEdited(message) {
    this.#change((timeline) => timeline.markEdited(message));
  }

  /**
   * Catches up with the server; call it each time the socket is ready.
   *
   * @param firstShown the oldest seq that the reader may have before her eyes: what is held from there
   *     on may have been edited, deleted or read meanwhile, which no replay tells
   */
  catchUp(firstShown = 0) {
    return this.#settle(async (sync) => {
      const wasLoaded = this.loaded;
      const joined = await this.#join();
      if (!this.#closed) {
        this.#onGroup(joined.group);
      }
      if (sync !== this.#syncs) {
        return;
      }
      if (!this.loaded) {
        await this.#loadNewest(sync);
      } else if (wasLoaded) {
        await this.#refresh(firstShown, sync);
      }
    }, firstShown);
  }

  /** Loads the page of history before what is here. */
  async loadOlder() {
    if (this.loadingOlder || !this.hasOlder) {
      return;
    }
    const { timeline } = this;
    const { firstSeq } = timeline;
    this.loadingOlder = true;
    this.onChange();
    try {
      const messages = await this.#history(`&before=${firstSeq}`);
      this.loadingOlder = false;
      // Otherwise what it was to stand before has been let go of meanwhile.
      if (timeline === this.timeline && timeline.firstSeq === firstSeq) {
        this.#add(messages);
      }
    } catch {
      // Scrolling, or the button that stands there, asks again.
    } finally {
      this.loadingOlder = false;
      this.onChange();
    }
  }

  async #join() {
    const { groupId } = this;
    const lastSeq = this.loaded ? this.timeline.lastSeq : undefined;
    try {
      return await this.#socket.request("join_group", lastSeq === undefined ? { groupId } : { groupId, lastSeq });
    } catch (failure) {
      if (lastSeq !== undefined && failure instanceof Refusal && failure.code === "VALIDATION_ERROR") {
        // What is held here is not of this store, which may have been replaced: begin again.
        this.#startOver();
        return this.#socket.request("join_group", { groupId });
      }
      throw failure;
    }
  }

  /** Does what brings this room up to date; what overtakes it makes its number the older one. */
  async #settle(work, firstShown) {
    const sync = ++this.#syncs;
    this.#stopWaiting();
    try {
      await work(sync);
      if (sync === this.#syncs) {
        this.#failures = 0;
        await this.repair();
      }
    } catch (failure) {
      if (sync !== this.#syncs) {
        return;
      }
      if (failure instanceof Refusal && failure.final) {
        this.onShut(failure);
      } else {
        this.#stopWaiting();
        this.#again(failure, () => this.catchUp(firstShown));
      }
    }
  }

  /** Does something again when the server may be well; where the connection broke, its return does it. */
  #again(failure, work) {
    if (this.#closed || this.#retry !== null) {
      return; // What waits is this, or brings this with it.
    }
    const waitMs = Math.max((failure.retryAfter ?? 0) * 1_000, Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** this.#failures++));
    // Many may have been refused at once: they come back one after the other.
    const spreadMs = waitMs * (1 + Math.random() / 4);
    this.#retry = setTimeout(() => {
      this.#retry = null;
      if (this.#socket.ready) {
        work();
      }
    }, spreadMs);
  }

  #stopWaiting() {
    clearTimeout(this.#retry);
    this.#retry = null;
  }

  async #loadNewest(sync) {
    const messages = await this.#history("");
    if (sync === this.#syncs) {
      this.loaded = true;
      this.#add(messages);
    }
  }

  /** Reads again what the reader may see, and lets go of all else that was held: it is read again when wanted. */
  async #refresh(firstShown, sync) {
    const { timeline } = this;
    const newest = timeline.lastSeq;
    let after = Math.max(0, newest - PAGE_MESSAGES);
    if (firstShown > 0) {
      after = Math.min(after, firstShown - 1);
    }
    timeline.keep(timeline.placeOf(after + 1), timeline.placeOf(newest + 1));
    for (let page = 0; page < REPAIR_PAGES_MAX && after < newest; page++) {
      const messages = await this.#history(`&after=${after}`);
      if (sync !== this.#syncs || messages.length === 0 || after < timeline.firstSeq - 1) {
        return;
      }
      this.#add(messages);
      after = messages.at(-1).seq;
    }
    if (after < newest) {
      timeline.keep(0, timeline.placeOf(after + 1));
    }
  }

  #onGap({ groupId, toSeq }) {
    if (groupId === this.groupId) {
      this.timeline.expect(toSeq);
      this.repair();
    }
  }

  /**
   * Loads what is missing between messages held here, page by page; who follows the newest gets it anew
   * where that is too much. What is missing far below what is shown waits until the reader comes nearer:
   * call it then.
   */
  async repair() {
    const { timeline } = this;
    if (this.#repairing === timeline || !this.loaded || this.#retry !== null) {
      return;
    }
    this.#repairing = timeline;
    try {
      for (let pages = 0, hole; (hole = timeline.hole()) && this.#isNear(hole); pages++) {
        const isTooMuch = pages === REPAIR_PAGES_MAX || hole.before - hole.after > REPAIR_PAGES_MAX * PAGE_MESSAGES;
        if (isTooMuch && this.shown().last === Infinity) {
          this.#beginAnew();
          return;
        }
        const messages = await this.#history(`&after=${hole.after}`);
        if (this.#closed || timeline !== this.timeline) {
          return;
        }
        this.#failures = 0;
        if (hole.after < timeline.firstSeq) {
          continue; // It has been let go of, with what was around it.
        }
        this.#add(messages);
        if (timeline.hole()?.after === hole.after) {
          return; // The server has nothing there; asking again would not change that.
        }
      }
    } catch (failure) {
      if (timeline === this.timeline && !failure.final) {
        this.#again(failure, () => this.repair());
      }
    } finally {
      if (this.#repairing === timeline) {
        this.#repairing = null;
      }
    }
  }

  /**
   * A page of history, with what became of it while it was on its way. By HTTP: `get_messages` would
   * bring each page twice, in its callback and as an event.
   */
  async #history(cursor) {
    const path = `/api/messages/group/${this.groupId}?limit=${PAGE_MESSAGES}${cursor}`;
    const changes = [];
    this.#meanwhile.add(changes);
    try {
      const { messages } = await this.#identity.ask("GET", path);
      const page = new Timeline();
      page.add(messages);
      changes.forEach((change) => change(page));
      return page.all();
    } finally {
      this.#meanwhile.delete(changes);
    }
  }

  /**
   * Changes what is held, and what is on its way: the server may have read that before. What is neither
   * comes as it then is when it is loaded. `change` gives back whether it was news to a timeline.
   */
  #change(change) {
    this.#meanwhile.forEach((changes) => changes.push(change));
    if (change(this.timeline)) {
      this.onChange();
    }
  }

  #add(messages) {
    this.timeline.add(messages);
    this.#letGo();
    this.onMessages(messages);
    this.onChange();
  }

  /** Of a busy group that stays open for days nothing would ever go by itself. */
  #letGo() {
    const { timeline } = this;
    const { first, last } = this.shown();
    const to = timeline.placeOf(last + 1);
    const from = last === Infinity ? to : timeline.placeOf(first);
    timeline.keep(from - HELD_MAX, to + HELD_MAX);
  }

  #isNear(hole) {
    const { timeline } = this;
    return timeline.placeOf(hole.after) - timeline.placeOf(this.shown().last) < AHEAD_MIN;
  }

  /** The newest page, and nothing of before. */
  #beginAnew() {
    this.#startOver();
    this.#settle((sync) => this.#loadNewest(sync), 0);
  }

  /** With another timeline, so that what is still on its way to this one does not come into it. */
  #startOver() {
    this.timeline = new Timeline();
    this.loaded = false;
  }

  #onGroup(group) {
    this.group = group;
    this.onGroup(group);
  }

  #onRead(messageIds, userId, readAt) {
    this.#change((timeline) => messageIds.map((messageId) => timeline.markRead(messageId, userId, readAt)).includes(true));
  }
}
