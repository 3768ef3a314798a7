import { Dialog } from "./dialog.js";
import { element, setText } from "./dom.js";

const ID = /^[0-9a-f]{24}$/;
const SHOWN_MAX = 50;

/** Where people are added to a group: those known from other groups by name, everybody by id. */
export class AddDialog {
  #dialog;
  #requests;
  #people;
  #list;
  #filter;
  #note;
  #group = null;
  #members = null;
  #added = new Set();

  /** Called with the id of the group that somebody was added to. */
  onAdded = () => {};

  constructor(node, requests, people) {
    this.#dialog = new Dialog(node);
    this.#requests = requests;
    this.#people = people;
    this.#list = node.querySelector("ul");
    this.#filter = node.querySelector("input");
    this.#note = node.querySelector(".note");
    this.#filter.addEventListener("input", () => this.#render());
    this.#filter.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        this.#list.querySelector("button:not(:disabled)")?.click();
      }
    });
  }

  open(group, members) {
    this.#group = group;
    this.#members = members;
    this.#added.clear();
    this.#filter.value = "";
    this.#render();
    this.#dialog.open();
    this.#filter.focus();
  }

  #add(userId) {
    const { _id: groupId } = this.#group;
    return this.#dialog.run(async () => {
      await this.#requests.add(groupId, userId);
      this.onAdded(groupId);
      if (groupId !== this.#group._id) {
        return; // It was opened for another before the answer came.
      }
      this.#added.add(userId);
      this.#filter.value = "";
      this.#render();
      this.#filter.focus();
    });
  }

  #render() {
    const sought = this.#filter.value.trim().toLowerCase();
    const outside = this.#people.all().filter((userId) => this.#added.has(userId) || !this.#members.has(userId));
    const found = ID.test(sought) ? [sought] : outside.filter((userId) => this.#people.nameOf(userId).toLowerCase().includes(sought));
    this.#list.replaceChildren(...found.slice(0, SHOWN_MAX).map((userId) => this.#row(userId)));
    setText(this.#note, found.length > SHOWN_MAX ? "Write more of the name to see the others." : found.length > 0 ? "" : "Nobody you know is called so. Everybody can be added by id.");
    this.#note.hidden = this.#note.textContent === "";
  }

  #row(userId) {
    const isIn = this.#added.has(userId) || this.#members.has(userId);
    const name = this.#people.knows(userId) ? this.#people.nameOf(userId) : userId;
    const button = element("button", { type: "button", className: "quiet", textContent: isIn ? "Added" : "Add", disabled: isIn, "aria-label": `${isIn ? "Added" : "Add"} ${name}` });
    button.addEventListener("click", () => this.#add(userId));
    return element("li", {}, element("bdi", { className: "name", textContent: name }), button);
  }
}
