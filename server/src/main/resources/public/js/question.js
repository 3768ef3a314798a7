import { Dialog } from "./dialog.js";
import { setText } from "./dom.js";

/** Asks before something that cannot be undone, and does it. */
export class Question {
  #dialog;
  #title;
  #words;
  #yes;

  constructor(node) {
    this.#dialog = new Dialog(node);
    this.#title = node.querySelector("h2");
    this.#words = node.querySelector(".words-of-question");
    this.#yes = node.querySelector("button[type=submit]");
  }

  /** `act` is done when the answer is `yes`, which is what the button says. */
  ask({ title, words, yes, act }) {
    setText(this.#title, title);
    setText(this.#words, words);
    setText(this.#yes, yes);
    this.#dialog.onSubmit = act;
    this.#dialog.open();
  }
}
