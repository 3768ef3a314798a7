import { element, setText } from "./dom.js";

/** What is done sooner is not spoken of. */
const PATIENCE_MS = 400;

/** What the sign-in page says before one can sign in, or instead of it: what it waits for, what went wrong, what one may do. */
export class SignInNotice {
  #page;
  #waiting;
  #trouble;
  #actions;
  #timer = null;

  constructor(page, node) {
    this.#page = page;
    this.#waiting = node.querySelector(".waiting");
    this.#trouble = node.querySelector(".trouble");
    this.#actions = node.querySelector(".actions");
  }

  /** Says what is waited for, if it lasts. */
  wait(words) {
    this.clear();
    this.#timer = setTimeout(() => {
      this.#page.hidden = false;
      this.#say(words, "", []);
    }, PATIENCE_MS);
  }

  /** Says what is wrong, or nothing, and what one may do: `{label, act}`. */
  show(trouble, actions = []) {
    this.#page.hidden = false;
    this.#say("", trouble, actions);
  }

  /** Says nothing more. */
  clear() {
    this.#say("", "", []);
  }

  #say(waiting, trouble, actions) {
    clearTimeout(this.#timer);
    for (const [node, words] of [[this.#waiting, waiting], [this.#trouble, trouble]]) {
      node.hidden = words === "";
      setText(node, words);
    }
    this.#actions.replaceChildren(
      ...actions.map(({ label, act }, at) => {
        const button = element("button", { type: "button", className: at === 0 ? "primary" : "quiet" }, label);
        button.addEventListener("click", act);
        return button;
      }),
    );
    this.#actions.querySelector("button")?.focus();
  }
}
