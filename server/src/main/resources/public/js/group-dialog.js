import { Dialog } from "./dialog.js";
import { setText } from "./dom.js";

/** Where a group gets its name, its description and whether it is private, at first or again. */
export class GroupDialog {
  #dialog;
  #requests;
  #title;
  #submit;
  #name;
  #description;
  #isPrivate;

  /** Called with a group that was created. */
  onCreated = () => {};

  constructor(node, requests) {
    this.#dialog = new Dialog(node);
    this.#requests = requests;
    this.#title = node.querySelector("h2");
    this.#submit = node.querySelector("button[type=submit]");
    const { elements } = node.querySelector("form");
    this.#name = elements.namedItem("name");
    this.#description = elements.namedItem("description");
    this.#isPrivate = elements.namedItem("isPrivate");
  }

  create() {
    this.#open("New group", "Create", {}, async (fields) => {
      const group = await this.#requests.create(fields);
      // Closing gives the focus back; the group that then opens takes it.
      this.#dialog.close();
      this.onCreated(group);
    });
  }

  edit(group) {
    this.#open("Edit group", "Save", group, (fields) => this.#requests.change(group._id, fields));
  }

  #open(title, verb, { name = "", description = "", isPrivate = false }, submit) {
    setText(this.#title, title);
    setText(this.#submit, verb);
    this.#name.value = name;
    this.#description.value = description;
    this.#isPrivate.checked = isPrivate;
    this.#dialog.onSubmit = async () => {
      if (!this.#name.value.trim()) {
        this.#name.focus();
        throw new Error("A group needs a name.");
      }
      const fields = { name: this.#name.value.trim(), isPrivate: this.#isPrivate.checked };
      const words = this.#description.value.trim();
      // An empty one is told only to take away what was there.
      await submit(words || description ? { ...fields, description: words } : fields);
    };
    this.#dialog.open();
    this.#name.focus();
    this.#name.select();
  }
}
