import { AddDialog } from "./add-dialog.js";
import { MemberMenu } from "./member-menu.js";
import { Members } from "./members.js";
import { MembersPanel } from "./members-panel.js";

const at = (id) => document.getElementById(id);

/** Wires who is in the open group: the members, their panel, and what may be done with them. */
export class Company {
  #members;
  #panel = new MembersPanel({ panel: at("members"), count: at("online-count") });
  #menu;
  #add;
  #people;
  #group = null;
  #total = 0;

  constructor({ socket, people, requests, me, menu, question, notice }) {
    this.#people = people;
    this.#members = new Members(socket, people, requests, me);
    this.#menu = new MemberMenu({ menu, requests, question, notice });
    this.#add = new AddDialog(at("add-dialog"), requests, people);
    this.#members.onChange = () => this.refresh();
    this.#panel.onAdd = () => this.add();
    this.#panel.onMore = () => notice.run(() => this.#members.more());
    this.#panel.onMenu = (member, button) => this.#menu.open(member, button, { group: this.#group, myRole: this.#members.myRole });
    this.#panel.show(() => ({
      members: this.#members,
      total: this.#total,
      me: me(),
      nameOf: (userId) => people.nameOf(userId),
      mayManage: (member) => MemberMenu.has(this.#members.myRole, member),
    }));
  }

  /** Goes to another group, of which nothing is known yet. */
  clear() {
    this.#group = null;
    this.#total = 0;
    this.#members.clear();
  }

  /** Takes the open group as the server tells of it. */
  take(group) {
    this.#group = group;
    this.#members.take(group);
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

  ask() {
    this.#members.ask();
  }

  learnNames(messages) {
    return this.#members.learnNames([...new Set(messages.map(({ senderId }) => senderId))]);
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
}
