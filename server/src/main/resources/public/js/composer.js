import { setText } from "./dom.js";

const CONTENT_UNITS_MAX = 4_000;
/** From here on the room that is left is shown. */
const WORDS_LEFT_SHOWN = 200;

/**
 * Where one writes, and where one changes what was written. Gives trimmed text of 1 to 4,000 UTF-16
 * units, as the server counts them.
 */
export class Composer {
  #form;
  #words;
  #left;
  #send;
  #change;
  #trouble;
  /** What is being changed: `{content, save, draft}`; null while something new is written. */
  #editing = null;

  onSend = () => {};
  /** Called with each change: whether there is something written. */
  onType = () => {};
  /** Called when the last own message is to be changed. */
  onEditLast = () => {};

  constructor(form) {
    this.#form = form;
    this.#words = form.querySelector("textarea");
    this.#left = form.querySelector(".words-left");
    this.#send = form.querySelector("button[type=submit]");
    this.#change = form.querySelector(".change");
    this.#trouble = form.querySelector(".change .trouble");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    form.querySelector(".change button").addEventListener("click", () => this.cancel());
    this.#words.addEventListener("keydown", (event) => this.#onKey(event));
    this.#words.addEventListener("input", () => this.#onInput());
    this.#measure();
  }

  focus() {
    this.#words.focus();
  }

  /** What is written and not sent; what is being changed is no draft. */
  get draft() {
    return this.#editing ? this.#editing.draft : this.#words.value;
  }

  set draft(text) {
    this.#end();
    this.#write(text);
  }

  /** Has a message's words changed; `save` gives a promise that is kept when the server has done so. */
  edit(content, save) {
    this.#editing = { content, save, draft: this.draft };
    this.#change.hidden = false;
    setText(this.#send, "Save");
    setText(this.#trouble, "");
    this.#write(content);
    this.focus();
    this.#words.setSelectionRange(content.length, content.length);
  }

  /** Leaves what was being changed as it was. */
  cancel() {
    if (this.#editing) {
      const { draft } = this.#editing;
      this.#end();
      this.#write(draft);
      this.focus();
    }
  }

  set room(name) {
    // The isolate keeps a right-to-left name from turning the line round.
    this.#words.placeholder = name ? `Say something in \u2068${name}\u2069` : "Say something";
  }

  set disabled(disabled) {
    this.#words.disabled = disabled;
    this.#measure();
  }

  #onKey(event) {
    // An input method ends its own composition with Enter, and gives it up with Escape.
    if (event.isComposing) {
      return;
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape" && this.#editing) {
      event.preventDefault();
      event.stopPropagation();
      this.cancel();
    } else if (event.key === "ArrowUp" && this.#words.value === "" && !this.#editing) {
      event.preventDefault();
      this.onEditLast();
    }
  }

  #onInput() {
    this.#measure();
    setText(this.#trouble, "");
    if (!this.#editing) {
      this.onType(this.#words.value.trim() !== "");
    }
  }

  #submit() {
    const content = this.#words.value.trim();
    if (content && content.length <= CONTENT_UNITS_MAX) {
      if (this.#editing) {
        this.#save(content);
      } else {
        this.#write("");
        this.onSend(content);
      }
    }
    this.focus();
  }

  async #save(content) {
    const editing = this.#editing;
    try {
      if (content !== editing.content) {
        await editing.save(content);
      }
      if (this.#editing === editing) {
        this.cancel();
      }
    } catch (failure) {
      if (this.#editing === editing) {
        setText(this.#trouble, `Not saved: ${failure.message}`);
      }
    }
  }

  #end() {
    this.#editing = null;
    this.#change.hidden = true;
    setText(this.#send, "Send");
  }

  #write(text) {
    this.#words.value = text;
    this.#measure();
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
