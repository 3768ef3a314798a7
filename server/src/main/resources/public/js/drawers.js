/** The panels at the sides, which a narrow screen shows one at a time, over the room. */
export class Drawers {
  #chat;
  #buttons;

  constructor(chat, buttons) {
    this.#chat = chat;
    this.#buttons = buttons;
    for (const [name, button] of Object.entries(buttons)) {
      button.addEventListener("click", (event) => {
        event.stopPropagation();
        this.#show(this.#chat.dataset.drawer === name ? null : name);
      });
    }
    chat.querySelector(".room").addEventListener("click", () => this.close());
    chat.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  close() {
    this.#show(null);
  }

  #show(name) {
    if (name) {
      this.#chat.dataset.drawer = name;
    } else {
      delete this.#chat.dataset.drawer;
    }
    for (const [each, button] of Object.entries(this.#buttons)) {
      button.setAttribute("aria-expanded", String(each === name));
    }
  }
}
