/** An element for the page's modules, as far as they want one without a browser: it has children, hears events, and is not shown. */
export class PageNode extends EventTarget {
  #found = new Map();
  children = [];
  textContent = "";
  value = "";

  append(...children) {
    this.children.push(...children);
  }

  replaceChildren(...children) {
    this.children = children;
  }

  /** The same for the same selector. */
  querySelector(selector) {
    if (!this.#found.has(selector)) {
      this.#found.set(selector, new PageNode());
    }
    return this.#found.get(selector);
  }

  querySelectorAll() {
    return [];
  }

  click() {
    this.dispatchEvent(new Event("click"));
  }

  focus() {}
  showModal() {}
  setAttribute() {}
  removeAttribute() {}
}
