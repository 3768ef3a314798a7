import { Banner } from "./banner.js";
import { Composer } from "./composer.js";
import { Delivery } from "./delivery.js";
import { setText } from "./dom.js";
import { Drawers } from "./drawers.js";
import { Groups } from "./groups.js";
import { Members } from "./members.js";
import { Outbox } from "./outbox.js";
import { People } from "./people.js";
import { Reading } from "./reading.js";
import { Room } from "./room.js";
import { ChatSocket } from "./socket.js";
import { tempId } from "./temp-id.js";
import { Transcript } from "./transcript.js";
import { Typing } from "./typing.js";

const at = (id) => document.getElementById(id);

/** The chat of one signed-in user, for as long as the page lives: makes the parts and routes between them. */
export class Chat {
  #identity;
  #me = null;
  #room = null;
  #people = new People();
  #outbox;
  #socket;
  #delivery;
  #banner = new Banner(at("banner"));
  #composer = new Composer(at("composer"));
  #transcript = new Transcript({ list: at("transcript"), scroll: at("scroll"), toNewest: at("to-newest"), empty: at("empty") });
  #groups;
  #members;
  #reading;
  #typing;
  #drawers;

  /** Called with a reason, or with none when the user wanted it. */
  onSignedOut = () => {};

  constructor(identity) {
    this.#identity = identity;
    this.#outbox = new Outbox(localStorage, identity.username, tempId);
    this.#socket = new ChatSocket(identity, {
      onReady: (session) => this.#onReady(session),
      onLost: () => this.#onLost(),
      onSignedOut: (reason) => this.onSignedOut(reason),
    });
    this.#delivery = new Delivery(this.#outbox, this.#socket);
    const me = () => this.#me;
    this.#groups = new Groups(at("groups"), this.#socket, me);
    this.#members = new Members({ panel: at("members"), count: at("online-count") }, this.#socket, this.#people, me);
    this.#reading = new Reading(at("scroll"), this.#socket, me);
    this.#typing = new Typing(at("typing"), this.#socket, this.#people);
    this.#drawers = new Drawers(at("chat"), { groups: at("toggle-groups"), members: at("toggle-members") });
    this.#wire();
  }

  open() {
    at("chat").hidden = false;
    setText(at("own-name"), this.#identity.username);
    this.#composer.disabled = true;
    this.#banner.show("Connecting…");
    this.#socket.open();
  }

  close() {
    this.#socket.close();
  }

  #wire() {
    const refresh = () => this.#transcript.refresh();
    this.#outbox.onChange = refresh;
    this.#people.onChange = () => {
      refresh();
      this.#members.render();
    };
    this.#delivery.onSent = (message) => this.#room?.take([message]);
    this.#banner.onTryNow = () => this.#socket.tryNow();
    this.#composer.onType = (something) => this.#typing.tell(something);
    this.#composer.onSend = (content) => this.#say(content);
    this.#transcript.onRow = (row, message) => this.#reading.watch(row, message);
    this.#transcript.onRetry = (id) => {
      this.#outbox.retry(id);
      this.#delivery.run();
    };
    this.#transcript.onDiscard = (id) => this.#outbox.remove(id);
    this.#groups.onPick = (groupId) => {
      location.hash = groupId;
      this.#drawers.close();
    };
    this.#groups.onChange = () => this.#route();
    window.addEventListener("hashchange", () => this.#route());
    window.addEventListener("online", () => this.#socket.ready || this.#socket.tryNow());
    this.#socket.on("new_message", ({ message, sender }) => {
      this.#people.learn(sender);
      this.#typing.forget(message.senderId);
    });
    at("sign-out").addEventListener("click", () => this.onSignedOut());
  }

  #say(content) {
    this.#outbox.add(this.#room.groupId, content);
    this.#typing.sent();
    this.#transcript.goToEnd();
    this.#delivery.run();
  }

  #onReady({ user }) {
    this.#me = user._id;
    this.#people.learn(user);
    this.#banner.hide();
    at("chat").removeAttribute("data-lost");
    if (!this.#room) {
      this.#route();
    } else {
      this.#catchUp();
    }
    this.#delivery.run();
  }

  #onLost() {
    this.#typing.forgetAll();
    at("chat").setAttribute("data-lost", "");
    this.#banner.show("No connection. What you write is kept and sent when it is back.");
  }

  /** Opens the group that the address names, or else the Lobby. */
  #route() {
    const group = this.#groups.get(location.hash.slice(1)) ?? this.#groups.first;
    if (!this.#me || !group) {
      return;
    }
    setText(at("room-name"), group.name);
    setText(at("room-about"), group.description ?? "");
    document.title = `${group.name} · Verbatim`;
    this.#composer.room = group.name;
    if (group.id !== this.#room?.groupId) {
      this.#open(group.id);
    }
  }

  #open(groupId) {
    this.#room?.close();
    this.#reading.clear();
    const room = new Room(groupId, this.#socket, this.#identity);
    this.#room = room;
    room.onChange = () => this.#onRoomChange(room);
    room.onShut = (refusal) => this.#banner.show(refusal.message);
    this.#transcript.show(() => ({
      messages: room.timeline.all(),
      pending: this.#outbox.of(groupId),
      loaded: room.loaded,
      me: this.#me,
      nameOf: (userId) => this.#people.nameOf(userId),
    }));
    this.#members.show(room);
    this.#typing.show(groupId);
    this.#groups.open(groupId);
    this.#composer.disabled = false;
    this.#composer.focus();
    this.#catchUp();
  }

  async #catchUp() {
    const room = this.#room;
    await room.catchUp();
    this.#members.ask();
    this.#learnNames(room);
  }

  /** A message names its sender by id only; who that is, the members say. */
  async #learnNames({ groupId, timeline }) {
    if (timeline.all().every(({ senderId }) => this.#people.knows(senderId))) {
      return;
    }
    try {
      const { members } = await this.#socket.request("get_group_members", { groupId });
      this.#people.learn(...members.map(({ user }) => user));
    } catch {
      // They keep the names made of their ids until they say something.
    }
  }

  #onRoomChange(room) {
    for (const { tempId, senderId } of room.timeline.all()) {
      // History and replay show this user's tempIds: what they hold is sent, whoever heard so.
      if (tempId && senderId === this.#me) {
        this.#outbox.remove(tempId);
      }
    }
    this.#transcript.refresh();
  }
}
