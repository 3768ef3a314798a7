import { Announcer } from "./announcer.js";
import { Composer } from "./composer.js";
import { Delivery } from "./delivery.js";
import { Drafts } from "./drafts.js";
import { MessageMenu } from "./message-menu.js";
import { Outbox } from "./outbox.js";
import { Reading } from "./reading.js";
import { Room } from "./room.js";
import { tempId } from "./temp-id.js";
import { Transcript } from "./transcript.js";
import { Typing } from "./typing.js";

const at = (id) => document.getElementById(id);

/** Wires what is said in the open group: its messages, the outbox, reading, typing and the message box. */
export class Conversation {
  #socket;
  #identity;
  #people;
  #me;
  #outbox;
  #delivery;
  #composer = new Composer(at("composer"));
  #drafts = new Drafts(sessionStorage);
  #transcript = new Transcript({
    list: at("transcript"),
    scroll: at("scroll"),
    toNewest: at("to-newest"),
    empty: at("empty"),
    earlier: at("earlier"),
    start: at("start"),
  });
  #announcer = new Announcer(at("announcer"));
  #reading;
  #typing;
  #messageMenu;
  #room = null;

  /** Called with messages of the open group that have come, and with the group when it is told. */
  onMessages = () => {};
  onGroup = () => {};
  /** Called with the id of a group in which this user has no business any more. */
  onShut = () => {};
  /** Called with what was not sent to a group that is not open: `{tempId, groupId, content, refused}`. */
  onUnsent = () => {};
  /** Whether this user has a say over what others write here. */
  mayDelete = () => false;

  constructor({ socket, identity, people, me, menu, question, notice }) {
    this.#socket = socket;
    this.#identity = identity;
    this.#people = people;
    this.#me = me;
    this.#outbox = new Outbox(localStorage, identity.key, tempId);
    this.#delivery = new Delivery(this.#outbox, socket);
    this.#reading = new Reading(at("scroll"), socket, me);
    this.#typing = new Typing(at("typing"), socket, people);
    this.#messageMenu = new MessageMenu({ menu, socket, question, notice });
    this.#composer.disabled = true;
    this.#wire();
  }

  get groupId() {
    return this.#room?.groupId ?? null;
  }

  get group() {
    return this.#room?.group ?? null;
  }

  /** Whether what comes in now is before the user's eyes. */
  get isReading() {
    return document.visibilityState === "visible" && this.#transcript.atEnd;
  }

  /** The place of a message of the open group, or undefined. */
  seqOf(groupId, messageId) {
    return groupId === this.groupId ? this.#room.timeline.byId(messageId)?.seq : undefined;
  }

  /** Opens a group that this user is in, in which all up to `lastReadSeq` is read. */
  open({ id: groupId, unread, lastReadSeq }) {
    this.close();
    const room = new Room(groupId, this.#socket, this.#identity);
    this.#room = room;
    room.onChange = () => this.#transcript.refresh();
    room.shown = () => this.#transcript.shown;
    room.onMessages = (messages) => this.#onMessages(messages);
    room.onGroup = (group) => this.onGroup(group);
    room.onShut = () => this.onShut(groupId);
    this.#transcript.show(() => ({
      timeline: room.timeline,
      pending: this.#outbox.of(groupId),
      loaded: room.loaded,
      hasOlder: room.hasOlder,
      loadingOlder: room.loadingOlder,
      me: this.#me(),
      nameOf: (userId) => this.#people.nameOf(userId),
      unreadAfter: unread > 0 ? lastReadSeq : null,
    }));
    this.#typing.show(groupId);
    this.#composer.disabled = false;
    this.#composer.draft = this.#drafts.of(groupId);
    // Where one types on the screen, the keyboard would hide what is to be read.
    (matchMedia("(hover: hover)").matches ? this.#composer : at("scroll")).focus();
    return this.#room.catchUp();
  }

  /** Closes the open group, if there is one. */
  close() {
    if (this.#room) {
      this.#keepDraft();
      this.#room.close();
      this.#room = null;
    }
    this.#transcript.close();
    this.#typing.show(null);
    this.#composer.draft = "";
    this.#composer.disabled = true;
  }

  set name(name) {
    this.#composer.room = name;
  }

  /** The server is there again. */
  onReady() {
    this.#delivery.run();
    this.#reading.run();
    this.#room?.catchUp(this.#transcript.shown.first);
  }

  onLost() {
    this.#announcer.hush();
    this.#typing.forgetAll();
  }

  /** Nothing of this user stays in the tab. */
  forget() {
    this.#room = null;
    this.#drafts.forgetAll();
  }

  /** Takes out of the outbox what was refused and will not be tried again. */
  discard(tempId) {
    this.#outbox.remove(tempId);
  }

  refresh() {
    this.#transcript.refresh();
  }

  #wire() {
    const [outbox, transcript, composer, messageMenu] = [this.#outbox, this.#transcript, this.#composer, this.#messageMenu];
    outbox.onChange = () => transcript.refresh();
    outbox.onDue = () => this.#delivery.run();
    this.#delivery.onSent = (message) => this.#room?.take([message]);
    this.#delivery.onRefused = (entry) => entry.groupId !== this.groupId && this.onUnsent(entry);
    composer.onType = (something) => this.#typing.tell(something);
    composer.onSend = (content) => this.#say(content);
    composer.onEditLast = () => this.#editLast();
    transcript.onRow = (row, message) => this.#reading.watch(row, message);
    transcript.onRowGone = (row) => this.#reading.unwatch(row);
    transcript.onEarlier = () => this.#room?.loadOlder();
    transcript.onMoved = () => this.#room?.repair();
    transcript.onMenu = (message, button) => messageMenu.open(message, button, { me: this.#me(), mayDelete: this.mayDelete() });
    transcript.onRetry = (id) => {
      outbox.retry(id);
      this.#delivery.run();
    };
    transcript.onDiscard = (id) => outbox.remove(id);
    messageMenu.onEdit = (message) => this.#edit(message);
    // The menu that had the focus is gone.
    messageMenu.onDeleted = () => requestAnimationFrame(() => composer.focus());
    messageMenu.onChanged = (message) => this.#room?.takeEdited(message);
    window.addEventListener("storage", ({ key, newValue }) => outbox.onOther(key, newValue));
    window.addEventListener("pagehide", () => this.#keepDraft());
    this.#socket.on("new_message", ({ message, sender }) => this.#onNew(message, sender));
    this.#socket.on("message_deleted", () => this.#announcer.hush());
  }

  #say(content) {
    this.#outbox.add(this.#room.groupId, content);
    this.#typing.sent();
    this.#keepDraft();
    this.#transcript.goToEnd();
    this.#delivery.run();
  }

  #edit(message) {
    this.#composer.edit(message.content, (content) => this.#messageMenu.save(message, content));
  }

  #editLast() {
    const last = this.#room?.timeline.findLast(({ senderId, isDeleted }) => senderId === this.#me() && !isDeleted);
    if (last) {
      this.#edit(last);
    }
  }

  #keepDraft() {
    if (this.#room) {
      this.#drafts.keep(this.#room.groupId, this.#composer.draft);
    }
  }

  #onNew(message, sender) {
    this.#people.learn(sender);
    this.#typing.forget(message.senderId);
    if (message.groupId === this.groupId && message.senderId !== this.#me() && document.visibilityState === "visible") {
      this.#announcer.say(this.#people.nameOf(message.senderId), message.content);
    }
  }

  #onMessages(messages) {
    for (const { tempId, senderId } of messages) {
      // History and replay show this user's tempIds: what they hold is sent, whoever heard so.
      if (tempId && senderId === this.#me()) {
        this.#outbox.remove(tempId);
      }
    }
    this.onMessages(messages);
  }
}
