import { setText } from "./dom.js";
import { DevelopmentIdentity } from "./development-identity.js";
import { Refusal } from "./refusal.js";

const USERNAME = /^[a-z0-9_-]{1,32}$/;

/** Where a person says who she is: of the development identity, which asks for no more. */
export class NameSignIn {
  #page;
  #form;
  #name;
  #trouble;
  #button;

  /** Called with the DevelopmentIdentity. */
  onSignedIn = () => {};

  constructor(page, form) {
    this.#page = page;
    this.#form = form;
    this.#name = form.querySelector("input");
    this.#trouble = form.querySelector(".trouble");
    this.#button = form.querySelector("button");
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#name.addEventListener("input", () => this.#complain(""));
  }

  open(trouble = "") {
    const identity = DevelopmentIdentity.restore();
    if (identity) {
      this.onSignedIn(identity);
      return;
    }
    this.#page.hidden = false;
    this.#form.hidden = false;
    this.#complain(trouble);
    this.#name.focus();
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
      this.onSignedIn(await DevelopmentIdentity.signIn(username));
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
