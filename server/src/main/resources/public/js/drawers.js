/** The panels at the sides, which a narrow screen shows one at a time, over the room. */
export class Drawers {
  #chat;
  #drawers;

  /** `drawers` has, by name, the `button` that opens one and the `panel` that it opens. */
  constructor(chat, drawers) {
    this.#chat = chat;
    this.#drawers = drawers;
    for (const [name, { button, panel }] of Object.entries(drawers)) {
      button.addEventListener("click", (event) => {
        event.stopPropagation();
        this.#show(this.#chat.dataset.drawer === name ? null : name);
      });
      panel.tabIndex = -1;
    }
    chat.addEventListener("keydown", (event) => {
      const open = this.#drawers[this.#chat.dataset.drawer];
      if (event.key === "Escape" && open) {
        this.close();
        open.button.focus();
      }
    });
    chat.querySelector(".room").addEventListener("click", () => this.close());
  }

  close() {
    this.#show(null);
  }

  #show(name) {
    if (name) {
      this.#chat.dataset.drawer = name;
      this.#drawers[name].panel.focus();
    } else {
      delete this.#chat.dataset.drawer;
    }
    for (const [each, { button }] of Object.entries(this.#drawers)) {
      button.setAttribute("aria-expanded", String(each === name));
    }
  }
}
