import { managesGroup } from "./roles.js";

/** What one may do with the open group, by one's role in it. */
export class RoomMenu {
  #menu;
  #requests;
  #question;
  /** The groups that this user is leaving or closing. */
  #parting = new Set();

  onEdit = () => {};
  onAdd = () => {};
  /** Called with the id of a group that this user has left or closed; where the socket is away nothing else tells of it. */
  onParted = () => {};

  constructor({ menu, requests, question }) {
    this.#menu = menu;
    this.#requests = requests;
    this.#question = question;
  }

  open(button, group, role) {
    const items = [
      ...(managesGroup(role)
        ? [
            { label: "Edit group", act: () => this.onEdit() },
            { label: "Add people", act: () => this.onAdd() },
          ]
        : []),
      role === "owner"
        ? { label: "Close group…", danger: true, act: () => this.#askToClose(group) }
        : { label: "Leave group…", danger: true, act: () => this.#askToLeave(group) },
    ];
    const note = role === "owner" ? "You own this group. Make somebody else the owner to leave it." : "";
    this.#menu.open(button, items, note);
  }

  /** Whether it is this user's wish not to be in a group any more; to be asked when it is so. */
  isWish(groupId) {
    return this.#parting.has(groupId);
  }

  async #part(groupId, request) {
    this.#parting.add(groupId);
    try {
      await request();
      this.onParted(groupId);
    } finally {
      this.#parting.delete(groupId);
    }
  }

  #askToLeave({ _id, name, isPrivate }) {
    this.#question.ask({
      title: `Leave ${name}?`,
      words: isPrivate ? "It is private: only its owner or an admin can let you in again." : "You find it under Discover when you want to come back.",
      yes: "Leave",
      act: () => this.#part(_id, () => this.#requests.leave(_id)),
    });
  }

  #askToClose({ _id, name }) {
    this.#question.ask({
      title: `Close ${name}?`,
      words: "It is gone for everybody in it, with all that was said. This cannot be undone.",
      yes: "Close group",
      act: () => this.#part(_id, () => this.#requests.close(_id)),
    });
  }
}
