import { Account } from "./account.js";
import { Banner } from "./banner.js";
import { Company } from "./company.js";
import { Conversation } from "./conversation.js";
import { Directory } from "./directory.js";
import { setText } from "./dom.js";
import { Drawers } from "./drawers.js";
import { shortCount } from "./group-list.js";
import { GroupRequests } from "./group-requests.js";
import { Menu } from "./menu.js";
import { Notice } from "./notice.js";
import { People } from "./people.js";
import { Question } from "./question.js";
import { ChatSocket } from "./socket.js";

const at = (id) => document.getElementById(id);
const UNSENT_SHOWN = 40;

/** The chat of one signed-in user, for as long as the page lives: makes the parts and routes between them. */
export class Chat {
  #me = null;
  #people = new People();
  #socket;
  #banner = new Banner(at("banner"));
  #notice = new Notice(at("notice"));
  #account;
  #directory;
  #conversation;
  #company;
  #drawers = new Drawers(at("chat"), {
    groups: { button: at("toggle-groups"), panel: at("side") },
    members: { button: at("toggle-members"), panel: at("members") },
  });

  /** Called with a reason, or with none when the user wanted it. */
  onSignedOut = () => {};

  constructor(identity) {
    this.#socket = new ChatSocket(identity, {
      onReady: (session) => this.#onReady(session),
      onLost: () => this.#onLost(),
      onSignedOut: (reason) => this.onSignedOut(reason),
    });
    const parts = {
      identity,
      socket: this.#socket,
      people: this.#people,
      requests: new GroupRequests(identity),
      me: () => this.#me,
      menu: new Menu(at("chat")),
      question: new Question(at("question")),
      notice: this.#notice,
    };
    this.#account = new Account(at("account"), parts);
    this.#account.name = identity.name;
    this.#directory = new Directory(parts);
    this.#conversation = new Conversation(parts);
    this.#company = new Company(parts);
    this.#wire();
  }

  open() {
    at("chat").hidden = false;
    this.#banner.show("Connecting…");
    this.#socket.open();
  }

  close() {
    this.#conversation.forget();
    this.#socket.close();
  }

  #wire() {
    const [directory, conversation, company] = [this.#directory, this.#conversation, this.#company];
    this.#people.onChange = () => {
      conversation.refresh();
      company.refresh();
      directory.refresh();
    };
    this.#banner.onTryNow = () => this.#socket.tryNow();
    this.#account.onSignOut = () => this.onSignedOut();
    directory.onPick = (groupId) => {
      location.hash = groupId;
      this.#route();
      this.#drawers.close();
    };
    directory.onChange = () => this.#route();
    directory.onRemoved = (group, wasWish) => this.#onRemoved(group, wasWish);
    directory.onAdd = () => company.add();
    company.onCount = (groupId) => directory.groups.recount(groupId);
    directory.groups.seqOf = (...of) => conversation.seqOf(...of);
    conversation.onGroup = (group) => company.take(group);
    conversation.onMessages = (messages) => {
      messages.forEach((message) => directory.groups.onMessage(message));
      company.learnNames(messages);
    };
    conversation.onShut = (groupId) => directory.groups.drop(groupId);
    conversation.onUnsent = ({ tempId, groupId, content, refused }) => {
      const group = directory.groups.get(groupId);
      this.#notice.show(`Not sent to ${group?.name ?? "a group you are not in any more"}: “${content.slice(0, UNSENT_SHOWN)}”. ${refused.message}`);
      if (!group) {
        conversation.discard(tempId);
      }
    };
    conversation.mayDelete = () => company.isMineToManage;
    // Until the group is known there is nothing that one may do with it.
    at("room-menu").addEventListener("click", () => conversation.group && directory.openMenu(at("room-menu"), conversation.group, company.myRole));
    window.addEventListener("hashchange", () => this.#route());
    window.addEventListener("online", () => this.#socket.ready || this.#socket.tryNow());
    document.addEventListener("visibilitychange", () => this.#showUnread());
  }

  #onReady({ user }) {
    this.#me = user._id;
    this.#people.learn(user);
    this.#account.onReady(user);
    this.#banner.hide();
    at("chat").removeAttribute("data-lost");
    this.#company.ask();
    this.#conversation.onReady();
    this.#route();
  }

  #onLost() {
    this.#conversation.onLost();
    this.#account.onLost();
    at("chat").setAttribute("data-lost", "");
    this.#banner.show("No connection. What you write is kept and sent when it is back.");
  }

  #onRemoved({ id, name }, wasWish) {
    if (!wasWish) {
      this.#notice.show(`You are no longer in ${name}.`);
    }
    if (id === this.#conversation.groupId) {
      this.#conversation.close();
      history.replaceState(null, "", location.pathname);
    }
  }

  /** Opens the group that the address names; without one, what is open stays open, whatever comes in. */
  #route() {
    if (!this.#me || !this.#directory.groups.isKnown) {
      return;
    }
    const group = this.#directory.groups.toOpen(location.hash.slice(1), this.#conversation.groupId);
    at("room").toggleAttribute("data-empty", !group);
    at("room-menu").hidden = !group;
    this.#showHead(group?.name ?? "No group", group?.description ?? "");
    this.#showUnread(group);
    if (!group) {
      this.#conversation.close();
      this.#company.clear();
    } else if (group.id !== this.#conversation.groupId) {
      this.#open(group);
    }
    this.#company.total = group?.memberCount ?? 0;
  }

  #showHead(name, description) {
    for (const [node, words] of [[at("room-name"), name], [at("room-about"), description]]) {
      setText(node, words);
      node.title = words; // A line has no place for all of it.
    }
  }

  async #open(group) {
    this.#company.clear();
    this.#conversation.name = group.name;
    const opened = this.#conversation.open(group);
    this.#directory.open(group.id, () => this.#conversation.isReading);
    await opened;
    this.#company.ask();
  }

  /** In the title, and where a narrow screen hides the groups. */
  #showUnread(group = this.#directory.groups.get(this.#conversation.groupId)) {
    const { unread } = this.#directory;
    at("all-unread").hidden = unread === 0;
    setText(at("all-unread"), shortCount(unread));
    at("toggle-groups").title = unread > 0 ? `${unread} unread` : "";
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${group ? `${group.name} · ` : ""}Verbatim`;
  }
}
