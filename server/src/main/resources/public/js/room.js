import { Refusal } from "./refusal.js";
import { Timeline } from "./timeline.js";

const PAGE_MESSAGES = 100;
/** How many pages of missed history are loaded at once; after a longer absence the newest page starts anew. */
const REPAIR_PAGES_MAX = 20;

/**
 * One group that is open: its timeline, kept whole. Each time the socket is ready it asks for what it
 * missed; what the server will not replay, and any hole seen in the numbers, it loads as history.
 */
export class Room {
  #socket;
  #identity;
  #handlers;
  #repairing = false;
  #syncs = 0;

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
    this.#syncs++;
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
  async catchUp(firstShown = 0) {
    const sync = ++this.#syncs;
    try {
      const wasLoaded = this.loaded;
      const joined = await this.#join();
      if (sync !== this.#syncs) {
        return;
      }
      this.#onGroup(joined.group);
      if (!this.loaded) {
        await this.#loadNewest(sync);
      } else if (wasLoaded) {
        await this.#refresh(firstShown, sync);
      }
      await this.#repair();
    } catch (failure) {
      if (sync === this.#syncs && failure instanceof Refusal && failure.final) {
        this.onShut(failure);
      }
      // Otherwise the connection broke: the next time it is ready this runs again.
    }
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
      this.#add(messages);
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
      this.#startOver();
      this.#loadNewest(this.#syncs).catch(() => {});
    } else {
      this.timeline.expect(toSeq);
      this.#repair();
    }
  }

  /** Loads what is missing between messages held here, page by page. */
  async #repair() {
    if (this.#repairing || !this.loaded) {
      return;
    }
    this.#repairing = true;
    try {
      for (let hole; (hole = this.timeline.hole()); ) {
        this.#add(await this.#history(`&after=${hole.after}`));
        if (this.timeline.hole()?.after === hole.after) {
          break; // The server has nothing there; asking again would not change that.
        }
      }
    } catch {
      // The next time the socket is ready, catchUp comes here again.
    } finally {
      this.#repairing = false;
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

  #startOver() {
    this.timeline.clear();
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
