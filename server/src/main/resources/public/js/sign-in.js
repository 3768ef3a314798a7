import { setText } from "./dom.js";
import { Identity } from "./identity.js";
import { Refusal } from "./refusal.js";

const USERNAME = /^[a-z0-9_-]{1,32}$/;

/** Where a person says who she is. */
export class SignIn {
  #page;
  #form;
  #name;
  #trouble;
  #button;

  /** Called with the Identity. */
  onSignedIn = () => {};

  constructor(page) {
    this.#page = page;
    this.#form = page.querySelector("form");
    this.#name = page.querySelector("input");
    this.#trouble = page.querySelector(".trouble");
    this.#button = page.querySelector("button");
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#name.addEventListener("input", () => this.#complain(""));
  }

  show(trouble = "") {
    this.#page.hidden = false;
    this.#complain(trouble);
    this.#name.focus();
  }

  hide() {
    this.#page.hidden = true;
  }

  async #submit() {
    const username = this.#name.value.trim().toLowerCase();
    if (!USERNAME.test(username)) {
      this.#complain(username ? "That name has something else in it than small letters, digits, _ and -." : "Pick a name first.");
      this.#name.focus();
      return;
    }
    this.#button.disabled = true;
    try {
      this.onSignedIn(await Identity.signIn(username));
    } catch (failure) {
      this.#complain(wordsFor(failure));
    } finally {
      this.#button.disabled = false;
    }
  }

  #complain(words) {
    setText(this.#trouble, words);
    this.#name.setAttribute("aria-invalid", String(words !== ""));
  }
}

function wordsFor(failure) {
  if (!(failure instanceof Refusal)) {
    return "The server cannot be reached. Try again in a moment.";
  }
  return failure.details.status === 404 ? "This server does not hand out names; it signs people in elsewhere." : failure.message;
}
