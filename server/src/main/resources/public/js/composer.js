import { setText } from "./dom.js";

const CONTENT_UNITS_MAX = 4_000;
/** From here on the room that is left is shown. */
const WORDS_LEFT_SHOWN = 200;

/** Where one writes. Gives trimmed text of 1 to 4,000 UTF-16 units, as the server counts them. */
export class Composer {
  #form;
  #words;
  #left;
  #send;

  onSend = () => {};
  /** Called with each change: whether there is something written. */
  onType = () => {};

  constructor(form) {
    this.#form = form;
    this.#words = form.querySelector("textarea");
    this.#left = form.querySelector(".words-left");
    this.#send = form.querySelector("button[type=submit]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#words.addEventListener("keydown", (event) => this.#onKey(event));
    this.#words.addEventListener("input", () => this.#onInput());
    this.#measure();
  }

  focus() {
    this.#words.focus();
  }

  clear() {
    this.#words.value = "";
    this.#measure();
  }

  set room(name) {
    this.#words.placeholder = name ? `Say something in ${name}` : "Say something";
  }

  set disabled(disabled) {
    this.#words.disabled = disabled;
    this.#measure();
  }

  #onKey(event) {
    // An input method ends its own composition with Enter.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#submit();
    }
  }

  #onInput() {
    this.#measure();
    this.onType(this.#words.value.trim() !== "");
  }

  #submit() {
    const content = this.#words.value.trim();
    if (content && content.length <= CONTENT_UNITS_MAX) {
      this.clear();
      this.onSend(content);
    }
    this.focus();
  }

  #measure() {
    const length = this.#words.value.trim().length;
    const left = CONTENT_UNITS_MAX - length;
    const tooLong = left < 0;
    this.#form.classList.toggle("too-long", tooLong);
    this.#send.disabled = length === 0 || tooLong || this.#words.disabled;
    setText(this.#left, tooLong ? `${-left} too many` : left < WORDS_LEFT_SHOWN ? `${left} left` : "");
    // The box grows with what is in it; the style sheet says how far.
    this.#words.style.height = "auto";
    this.#words.style.height = `${this.#words.scrollHeight}px`;
  }
}
