import { linked } from "./links.js";
import { element, setText } from "./dom.js";

/** Longer ones are folded: a screen has some 20 lines. */
const FOLD_UNITS = 1_600;
const FOLD_LINES = 20;
const READERS_NAMED_MAX = 12;

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

const SIGNS = { sending: "○", sent: "✓", refused: "✕" };
const STATES = { sending: "Sending", sent: "Sent", refused: "Not sent" };

/** One message as a row of the transcript, from the moment it is written. */
export class Entry {
  #parts;
  #answers;
  #shown = {};
  #content;
  #refusal = null;
  #fold = null;

  node;
  /** The message as the server keeps it; null while it has none. */
  message = null;

  constructor({ onMenu, onRetry, onDiscard }) {
    this.#answers = { "Try again": onRetry, Discard: onDiscard };
    const parts = {
      seq: element("span", { className: "seq", "aria-hidden": "true" }),
      speaker: element("bdi", { className: "speaker" }),
      time: element("time"),
      text: element("p", { className: "text", dir: "auto" }),
      edited: element("span", { className: "edited", textContent: "edited", hidden: true }),
      sign: element("span", { "aria-hidden": "true" }),
      state: element("span", { className: "visually-hidden" }),
      menu: element("button", { type: "button", className: "row-menu", tabIndex: -1, hidden: true, "aria-haspopup": "menu" },
        element("span", { textContent: "⋯", "aria-hidden": "true" })),
    };
    parts.mark = element("span", { className: "mark" }, parts.sign, parts.state);
    parts.words = element("div", { className: "words" }, element("p", { className: "by" }, parts.speaker, parts.time), parts.text, parts.edited);
    parts.menu.addEventListener("click", () => onMenu(this.message, parts.menu));
    this.#parts = parts;
    this.node = element("li", {}, parts.seq, parts.words, parts.mark, parts.menu);
  }

  /** Shows the message, or what waits in the outbox, as it now is. */
  show({ message, tempId, content, refused, at, continues, own, speaker, nameOf }) {
    const shown = { message, refused, continues, own, speaker, readers: own && message ? readersOf(message, nameOf) : "" };
    if (Object.keys(shown).every((key) => shown[key] === this.#shown[key])) {
      return;
    }
    const parts = this.#parts;
    const { node } = this;
    const deleted = message?.isDeleted ?? false;
    const state = refused ? "refused" : message ? "sent" : "sending";
    this.message = message ?? null;
    node.className = ["entry", state, own && "own", continues && "continues", deleted && "deleted"].filter(Boolean).join(" ");
    node.dataset.state = state;
    setText(parts.seq, message ? String(message.seq) : "");
    if (message) {
      node.dataset.seq = message.seq;
    }
    setText(parts.speaker, speaker);
    if (!parts.time.dateTime || message !== this.#shown.message) {
      setText(parts.time, clock.format(at));
      parts.time.dateTime = at.toISOString();
      parts.time.title = moment.format(at);
    }
    this.#setText(deleted ? null : content);
    parts.edited.hidden = !message?.editedAt || deleted;
    parts.menu.hidden = !message || deleted;
    parts.menu.setAttribute("aria-label", message ? `Message ${message.seq} of ${speaker}: more` : "");
    this.#setMark(own && !deleted, state, shown.readers);
    this.#setRefusal(tempId, refused);
    this.#shown = shown;
  }

  #setText(content) {
    if (content === this.#content) {
      return;
    }
    this.#content = content;
    const { text } = this.#parts;
    text.replaceChildren(...(content === null ? ["This message was deleted."] : linked(content)));
    this.#setFold(content !== null && isLong(content));
  }

  #setFold(long) {
    const { text } = this.#parts;
    text.classList.toggle("folded", long);
    if (!long) {
      this.#fold?.remove();
      this.#fold = null;
    } else if (!this.#fold) {
      this.#fold = element("button", { type: "button", className: "unfold quiet", textContent: "Show all", "aria-expanded": "false" });
      this.#fold.addEventListener("click", () => {
        const folded = text.classList.toggle("folded");
        setText(this.#fold, folded ? "Show all" : "Show less");
        this.#fold.setAttribute("aria-expanded", String(!folded));
      });
      text.after(this.#fold);
    }
  }

  #setMark(own, state, readers) {
    const { mark, sign, state: words } = this.#parts;
    mark.hidden = !own;
    if (own) {
      mark.dataset.read = readers !== "";
      setText(sign, readers ? "✓✓" : SIGNS[state]);
      const told = readers ? `Read by ${readers}` : STATES[state];
      setText(words, told);
      mark.title = told;
    }
  }

  #setRefusal(tempId, refused) {
    if (!refused) {
      this.#refusal?.remove();
      this.#refusal = null;
    } else if (!this.#refusal) {
      const answers = Object.entries(this.#answers).map(([label, answer]) =>
        element("button", { type: "button", className: "quiet", textContent: label, onclick: () => answer(tempId) }),
      );
      this.#refusal = element(
        "p",
        { className: "refusal", role: "alert" },
        element("span", { textContent: `Not sent: ${refused.message}` }),
        ...answers,
      );
      this.#parts.words.append(this.#refusal);
    }
  }
}

function readersOf({ readBy }, nameOf) {
  const readers = readBy ?? [];
  const named = readers.slice(0, READERS_NAMED_MAX).map(({ userId }) => nameOf(userId));
  return readers.length > named.length ? `${named.join(", ")} and others` : named.join(", ");
}

function isLong(content) {
  return content.length > FOLD_UNITS || content.split("\n", FOLD_LINES + 1).length > FOLD_LINES;
}
