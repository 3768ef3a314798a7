import { setText } from "./dom.js";

const SHOWN_MS = 8_000;

/** A line that says what happened, for a while. */
export class Notice {
  #node;
  #words;
  #timer = 0;

  constructor(node) {
    this.#node = node;
    this.#words = node.querySelector("p");
    node.querySelector("button").addEventListener("click", () => this.hide());
  }

  show(words) {
    clearTimeout(this.#timer);
    this.#node.hidden = false;
    setText(this.#words, words);
    this.#timer = setTimeout(() => this.hide(), SHOWN_MS);
  }

  hide() {
    this.#node.hidden = true;
    setText(this.#words, "");
  }

  /** Does something that may fail, and says so if it does. */
  async run(work) {
    try {
      await work();
    } catch (failure) {
      this.show(failure.message);
    }
  }
}
