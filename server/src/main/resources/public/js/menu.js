import { element } from "./dom.js";

const GAP_PX = 4;

/** A menu that opens at a button and closes by itself; one for the whole page. */
export class Menu {
  #node = element("div", { className: "menu", role: "menu", popover: "auto" });
  #anchor = null;

  constructor(parent) {
    parent.append(this.#node);
    this.#node.addEventListener("keydown", (event) => this.#onKey(event));
    this.#node.addEventListener("toggle", ({ newState }) => {
      this.#anchor?.setAttribute("aria-expanded", String(newState === "open"));
    });
  }

  /** Opens it; `items` are `{label, act, danger?}`, `note` is a line above them. */
  open(anchor, items, note = "") {
    this.#anchor = anchor;
    const buttons = items.map(({ label, act, danger }) => {
      const button = element("button", { type: "button", role: "menuitem", tabIndex: -1, textContent: label });
      button.classList.toggle("danger", Boolean(danger));
      button.addEventListener("click", () => {
        this.#node.hidePopover();
        anchor.focus();
        act();
      });
      return button;
    });
    const head = note ? [element("p", { className: "note in-line", role: "presentation", dir: "auto", textContent: note })] : [];
    this.#node.replaceChildren(...head, ...buttons);
    this.#node.setAttribute("aria-label", anchor.getAttribute("aria-label") ?? anchor.textContent);
    this.#node.showPopover();
    this.#put(anchor);
    buttons[0]?.focus();
  }

  /** Below the button where there is room, else above it, and always on the screen. */
  #put(anchor) {
    const at = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.#node;
    const below = at.bottom + GAP_PX + height <= window.innerHeight;
    const top = below ? at.bottom + GAP_PX : at.top - GAP_PX - height;
    this.#node.style.top = `${Math.max(GAP_PX, top)}px`;
    this.#node.style.left = `${Math.max(GAP_PX, Math.min(at.right - width, window.innerWidth - width - GAP_PX))}px`;
  }

  #onKey(event) {
    const buttons = [...this.#node.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1 + buttons.length, Home: 0, End: buttons.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      buttons[next % buttons.length].focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      this.#node.hidePopover();
      this.#anchor.focus();
    }
  }
}
