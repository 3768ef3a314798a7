import { element } from "./dom.js";

const UNITS_MAX = 300;

/**
 * Tells screen readers what others say while one listens. The list of messages itself is silent: rows
 * also come into it when one scrolls.
 */
export class Announcer {
  #node;

  constructor(node) {
    this.#node = node;
  }

  say(speaker, content) {
    // A new node each time: the same words said twice are told twice.
    this.#node.replaceChildren(element("p", { textContent: `${speaker}: ${content.slice(0, UNITS_MAX)}` }));
  }

  /** What was said is not told any more: it may have been deleted. */
  hush() {
    this.#node.replaceChildren();
  }
}
