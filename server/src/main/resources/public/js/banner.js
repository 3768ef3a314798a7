import { setText } from "./dom.js";

/** Says that the connection is gone, for as long as it is. */
export class Banner {
  #node;
  #words;

  onTryNow = () => {};

  constructor(node) {
    this.#node = node;
    this.#words = node.querySelector("p");
    node.querySelector("button").addEventListener("click", () => this.onTryNow());
  }

  show(words) {
    this.#node.hidden = false;
    setText(this.#words, words);
  }

  hide() {
    this.#node.hidden = true;
    setText(this.#words, "");
  }
}
