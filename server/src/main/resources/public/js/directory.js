import { DiscoverDialog } from "./discover-dialog.js";
import { GroupDialog } from "./group-dialog.js";
import { GroupList } from "./group-list.js";
import { Groups } from "./groups.js";
import { RoomMenu } from "./room-menu.js";

const at = (id) => document.getElementById(id);

/** Wires which groups one is in: the list of them, and how one makes, finds, changes and leaves them. */
export class Directory {
  #groups;
  #list = new GroupList(at("groups"));
  #groupDialog;
  #roomMenu;
  #people;
  #me;
  #openId = null;
  #isReading = () => false;
  #frame = 0;

  /** Called with the id of the group that the user wants to see. */
  onPick = () => {};
  onChange = () => {};
  /** Called with a group that this user is not in any more, and whether that was her own wish. */
  onRemoved = () => {};
  /** Called when people are to be added to the open group. */
  onAdd = () => {};

  constructor({ socket, people, requests, me, menu, question }) {
    this.#people = people;
    this.#me = me;
    this.#groups = new Groups(socket, me, (groupId) => requests.get(groupId));
    this.#groupDialog = new GroupDialog(at("group-dialog"), requests);
    this.#roomMenu = new RoomMenu({ menu, requests, question });
    const discover = new DiscoverDialog(at("discover-dialog"), requests);
    this.#groups.onChange = () => {
      this.refresh();
      this.onChange();
    };
    this.#groups.onRemoved = (group) => this.onRemoved(group, this.#roomMenu.isWish(group.id));
    this.#list.onPick = (groupId) => this.onPick(groupId);
    for (const dialog of [this.#groupDialog, discover]) {
      dialog.onCreated = dialog.onJoined = (group) => {
        this.#groups.take(group);
        this.onPick(group._id);
      };
    }
    for (const button of document.querySelectorAll(".new-group")) {
      button.addEventListener("click", () => this.#groupDialog.create());
    }
    for (const button of document.querySelectorAll(".discover")) {
      button.addEventListener("click", () => discover.open());
    }
    this.#roomMenu.onAdd = () => this.onAdd();
    this.#roomMenu.onParted = (groupId) => this.#groups.drop(groupId);
    document.addEventListener("visibilitychange", () => this.refresh());
  }

  get groups() {
    return this.#groups;
  }

  /** A group is open; `isReading` says whether what comes into it is before the user's eyes. */
  open(groupId, isReading) {
    this.#openId = groupId;
    this.#isReading = isReading;
    this.refresh();
  }

  /** Opens, at `button`, what may be done with the open group by who has this role in it. */
  openMenu(button, group, role) {
    this.#roomMenu.onEdit = () => this.#groupDialog.edit(group);
    this.#roomMenu.open(button, group, role);
  }

  /** How much is unread in all groups, but for what is being read. */
  get unread() {
    const counted = this.#groups.all().filter(({ id }) => id !== this.#openId || !this.#isReading());
    return counted.reduce((sum, { unread }) => sum + unread, 0);
  }

  /** Brings the list up to date before the page's next frame. */
  refresh() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#list.render(this.#groups.all(), { openId: this.#openId, isReading: this.#isReading(), me: this.#me(), people: this.#people });
    });
  }
}
