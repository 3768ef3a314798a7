import { setText } from "./dom.js";

/** A dialog of the page: opens over everything, says what went wrong, and does one thing at a time. */
export class Dialog {
  #trouble;
  #busy = false;

  node;

  /** Called with the form's submission; what it throws is told in the dialog, otherwise it closes. */
  onSubmit = async () => {};
  onClosed = () => {};

  constructor(node) {
    this.node = node;
    this.#trouble = node.querySelector(".trouble");
    node.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.run(async () => {
        await this.onSubmit();
        this.close();
      });
    });
    for (const button of node.querySelectorAll("[data-close]")) {
      button.addEventListener("click", () => this.close());
    }
    // What is clicked beside the dialog is its backdrop.
    node.addEventListener("pointerdown", (event) => event.target === node && this.close());
    node.addEventListener("close", () => this.onClosed());
    node.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
  }

  open() {
    setText(this.#trouble, "");
    this.node.showModal();
  }

  close() {
    this.node.close();
  }

  get isOpen() {
    return this.node.open;
  }

  /** Does something that may fail; what it throws is told in the dialog. */
  async run(work) {
    if (this.#busy) {
      return;
    }
    this.#busy = true;
    setText(this.#trouble, "");
    this.node.setAttribute("aria-busy", "true");
    try {
      await work();
    } catch (failure) {
      this.complain(failure.message);
    } finally {
      this.#busy = false;
      this.node.removeAttribute("aria-busy");
    }
  }

  complain(words) {
    setText(this.#trouble, words);
  }
}
