import { Dialog } from "./dialog.js";
import { element, setText } from "./dom.js";

const PAGE_GROUPS = 50;

/** Shows the public groups that one is not in, and lets one in. */
export class DiscoverDialog {
  #dialog;
  #requests;
  #list;
  #filter;
  #note;
  #more;
  #groups = [];
  #hasMore = false;

  /** Called with a group that was joined. */
  onJoined = () => {};

  constructor(node, requests) {
    this.#dialog = new Dialog(node);
    this.#requests = requests;
    this.#list = node.querySelector("ul");
    this.#filter = node.querySelector("input");
    this.#note = node.querySelector(".note");
    this.#more = node.querySelector(".more");
    this.#dialog.onSubmit = async () => {};
    this.#filter.addEventListener("input", () => this.#render());
    this.#filter.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    this.#more.addEventListener("click", () => this.#load());
  }

  open() {
    this.#groups = [];
    this.#hasMore = false;
    this.#filter.value = "";
    this.#render();
    setText(this.#note, "Looking…");
    this.#dialog.open();
    this.#load();
  }

  #load() {
    return this.#dialog.run(async () => {
      const groups = await this.#requests.discover(this.#groups.at(-1)?._id, PAGE_GROUPS);
      this.#groups.push(...groups);
      this.#hasMore = groups.length === PAGE_GROUPS;
      this.#render();
    });
  }

  #join(groupId) {
    return this.#dialog.run(async () => {
      const group = await this.#requests.join(groupId);
      this.#dialog.close();
      this.onJoined(group);
    });
  }

  #render() {
    const sought = this.#filter.value.trim().toLowerCase();
    const found = this.#groups.filter(({ name, description = "" }) => `${name}\n${description}`.toLowerCase().includes(sought));
    this.#list.replaceChildren(...found.map((group) => this.#row(group)));
    this.#more.hidden = !this.#hasMore;
    setText(this.#note, found.length > 0 ? "" : sought ? "None of these is called so." : "There is no public group that you are not in.");
    this.#note.hidden = found.length > 0;
  }

  #row({ _id, name, description, memberCount }) {
    const count = `${memberCount} ${memberCount === 1 ? "member" : "members"}`;
    return element(
      "li",
      {},
      element("div", {}, element("p", {}, element("bdi", { className: "name", textContent: name })), element("p", { className: "about in-line", dir: "auto", textContent: description ?? "" }), element("p", { className: "count", textContent: count })),
      element("button", { type: "button", className: "quiet", textContent: "Join", "aria-label": `Join ${name}`, onclick: () => this.#join(_id) }),
    );
  }
}
