import { AddDialog } from "./add-dialog.js";
import { MemberMenu } from "./member-menu.js";
import { Members } from "./members.js";
import { MembersPanel } from "./members-panel.js";
import { Names } from "./names.js";
import { Presence } from "./presence.js";
import { managesMember } from "./roles.js";

const at = (id) => document.getElementById(id);

/** Wires who is in the open group: the members, who of them is there, their panel, and what may be done with them. */
export class Company {
  #members;
  #presence;
  #names;
  #panel = new MembersPanel({ panel: at("members"), count: at("online-count") });
  #menu;
  #add;
  #people;
  #me;
  #group = null;
  #total = 0;

  /** Called with the id of the open group when this user has added or removed somebody, and what is told of it does not say how many it has now. */
  onCount = () => {};

  constructor({ socket, people, requests, me, menu, question, notice }) {
    this.#people = people;
    this.#me = me;
    this.#members = new Members(people, requests, me);
    this.#presence = new Presence(socket, people, this.#members);
    this.#names = new Names(socket, people, this.#members);
    this.#menu = new MemberMenu({ menu, requests, question, notice });
    this.#add = new AddDialog(at("add-dialog"), requests, people);
    this.#members.onChange = () => this.refresh();
    this.#presence.onChange = () => this.refresh();
    this.#menu.onChanged = (groupId, userId, role) => this.#onChanged(groupId, userId, role);
    this.#add.onAdded = (groupId) => this.#recount(groupId);
    this.#panel.onAdd = () => this.add();
    this.#panel.onMore = () => notice.run(() => this.#members.more());
    this.#panel.onMenu = (member, button) => this.#menu.open(member, button, { group: this.#group, myRole: this.#members.myRole });
    this.#panel.show(() => ({
      members: this.#listed(),
      total: this.#total,
      onlineCount: this.#presence.count,
      hasMore: this.#members.isShortOf(this.#total),
      mayAdd: this.#members.isMineToManage,
    }));
  }

  /** Goes to another group, of which nothing is known yet. */
  clear() {
    this.#group = null;
    this.#total = 0;
    this.#members.clear();
    this.#presence.clear();
    this.#names.clear();
  }

  /** Takes the open group as the server tells of it. */
  take(group) {
    const isOther = group._id !== this.#group?._id;
    this.#group = group;
    this.#members.take(group);
    this.#names.want(group.members.map(({ userId }) => userId));
    if (isOther) {
      this.#names.now();
    } else {
      this.#presence.onMembers();
    }
  }

  /** How many members the open group has, listed or not. */
  set total(total) {
    if (total !== this.#total) {
      this.#total = total;
      this.refresh();
    }
  }

  add() {
    this.#add.open(this.#group, this.#members);
  }

  /** Asks the server who is there. */
  ask() {
    this.#presence.ask();
  }

  learnNames(messages) {
    this.#names.want([...new Set(messages.map(({ senderId }) => senderId))]);
  }

  refresh() {
    this.#panel.refresh();
  }

  get myRole() {
    return this.#members.myRole;
  }

  get isMineToManage() {
    return this.#members.isMineToManage;
  }

  #onChanged(groupId, userId, role) {
    if (this.#members.change(groupId, userId, role) && role === null) {
      this.#presence.forget(userId);
      this.#recount(groupId);
    }
  }

  #recount(groupId) {
    if (groupId === this.#members.groupId && !this.#members.areTold) {
      this.onCount(groupId);
    }
  }

  /** Everybody as far as listed, and who is there beyond. */
  #listed() {
    const { myRole } = this.#members;
    return [...new Set([...this.#members.ids(), ...this.#presence.ids()])].map((userId) => {
      const member = {
        userId,
        name: this.#people.nameOf(userId),
        role: this.#members.roleOf(userId) ?? "member",
        status: this.#presence.statusOf(userId),
        isMe: userId === this.#me(),
      };
      return { ...member, isManaged: managesMember(myRole, member) };
    });
  }
}
