import { Refusal } from "./refusal.js";
import { Timeline } from "./timeline.js";

const PAGE_MESSAGES = 100;
/** How many pages of missed history are loaded at once; after a longer absence the newest page starts anew. */
const REPAIR_PAGES_MAX = 20;
/** How long to wait after a failure where the server names no time; it doubles with each in a row. */
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;

/**
 * One group that is open: its timeline, kept whole. Each time the socket is ready it asks for what it
 * missed; what the server will not replay, and any hole seen in the numbers, it loads as history.
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
      message_edited: ({ message }) => this.take([message]),
      message_deleted: ({ messageId }) => this.timeline.markDeleted(messageId) && this.onChange(),
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

  /** Takes messages of any group; those of this one go into the timeline. */
  take(messages) {
    const ours = messages.filter((message) => message.groupId === this.groupId);
    if (ours.length > 0) {
      this.#add(ours);
      this.#repair();
    }
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
    this.loadingOlder = true;
    this.onChange();
    try {
      const messages = await this.#history(`&before=${timeline.firstSeq}`);
      this.loadingOlder = false;
      if (timeline === this.timeline) {
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
        await this.#repair();
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

  /** Reads again what the reader may see, and lets go of what is older: it is read again when wanted. */
  async #refresh(firstShown, sync) {
    const { timeline } = this;
    const newest = timeline.lastSeq;
    let after = Math.max(0, newest - PAGE_MESSAGES);
    if (firstShown > 0) {
      after = Math.min(after, firstShown - 1);
    }
    timeline.forgetBefore(after + 1);
    for (let page = 0; page < REPAIR_PAGES_MAX && after < newest; page++) {
      const messages = await this.#history(`&after=${after}`);
      if (sync !== this.#syncs || messages.length === 0) {
        return;
      }
      this.#add(messages);
      after = messages.at(-1).seq;
    }
  }

  #onGap({ groupId, fromSeq, toSeq }) {
    if (groupId !== this.groupId) {
      return;
    }
    if (toSeq - fromSeq >= REPAIR_PAGES_MAX * PAGE_MESSAGES) {
      this.#beginAnew();
    } else {
      this.timeline.expect(toSeq);
      this.#repair();
    }
  }

  /** Loads what is missing between messages held here, page by page, or lets all of it go where it is too much. */
  async #repair() {
    const { timeline } = this;
    if (this.#repairing === timeline || !this.loaded) {
      return;
    }
    this.#repairing = timeline;
    try {
      for (let pages = 0, hole; (hole = timeline.hole()); pages++) {
        if (pages === REPAIR_PAGES_MAX || hole.before - hole.after > REPAIR_PAGES_MAX * PAGE_MESSAGES) {
          this.#beginAnew();
          return;
        }
        const messages = await this.#history(`&after=${hole.after}`);
        if (this.#closed || timeline !== this.timeline) {
          return;
        }
        this.#failures = 0;
        this.#add(messages);
        if (timeline.hole()?.after === hole.after) {
          return; // The server has nothing there; asking again would not change that.
        }
      }
    } catch (failure) {
      if (timeline === this.timeline && !failure.final) {
        this.#again(failure, () => this.#repair());
      }
    } finally {
      if (this.#repairing === timeline) {
        this.#repairing = null;
      }
    }
  }

  /** By HTTP: `get_messages` would bring each page twice, in its callback and as an event. */
  async #history(cursor) {
    const path = `/api/messages/group/${this.groupId}?limit=${PAGE_MESSAGES}${cursor}`;
    return (await this.#identity.ask("GET", path)).messages;
  }

  #add(messages) {
    this.timeline.add(messages);
    this.onMessages(messages);
    this.onChange();
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
    const news = messageIds.map((messageId) => this.timeline.markRead(messageId, userId, readAt));
    if (news.includes(true)) {
      this.onChange();
    }
  }
}
