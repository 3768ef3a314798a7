import { copy } from "./clipboard.js";
import { setText } from "./dom.js";

const WORDS = { online: "Online", away: "Away" };

/**
 * Who one is, and whether one is there for the others: the same in all tabs and on all devices. Of that the
 * server's word counts, which may be what was said last on another device.
 */
export class Account {
  #node;
  #status = "online";
  #menu;
  #socket;
  #notice;
  #user = null;

  onSignOut = () => {};

  constructor(node, { menu, socket, notice }) {
    this.#node = node;
    this.#menu = menu;
    this.#socket = socket;
    this.#notice = notice;
    const button = node.querySelector("button");
    button.addEventListener("click", () => this.#open(button));
    socket.on("user_status_changed", (news) => this.#learn([news]));
    socket.on("online_users", ({ users }) => this.#learn(users));
  }

  set name(name) {
    setText(this.#node.querySelector("b"), name);
  }

  /** The server knows this user. */
  onReady(user) {
    this.#user = user;
    this.#show(this.#status);
  }

  /** Nobody can see this user now. */
  onLost() {
    setText(this.#node.querySelector(".status"), "Not connected");
  }

  #open(button) {
    const other = this.#status === "online" ? "away" : "online";
    const items = [
      { label: other === "away" ? "Set yourself away" : "Set yourself online", act: () => this.#change(other) },
      { label: "Copy your id", act: () => this.#copyId() },
      { label: "Sign out", act: () => this.onSignOut() },
    ];
    this.#menu.open(button, this.#user ? items : items.slice(2), this.#user ? `Your id: ${this.#user._id}` : "");
  }

  #copyId() {
    return this.#notice.run(async () => {
      await copy(this.#user._id);
      this.#notice.show("Your id is copied.");
    });
  }

  #change(status) {
    return this.#notice.run(async () => {
      await this.#socket.request("change_status", { status });
      this.#show(status);
    });
  }

  #learn(users) {
    const mine = users.find(({ userId }) => userId === this.#user?._id);
    if (mine) {
      this.#show(mine.status);
    }
  }

  #show(status) {
    if (status in WORDS) {
      this.#status = status;
      this.#node.dataset.status = status;
      setText(this.#node.querySelector(".status"), WORDS[status]);
    }
  }
}
