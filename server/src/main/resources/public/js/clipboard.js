import { element } from "./dom.js";

/** Copies text, on plain http too, where browsers have no clipboard to write to. */
export async function copy(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const holder = element("textarea", { value: text, className: "visually-hidden" });
  document.body.append(holder);
  const focused = document.activeElement;
  holder.select();
  document.execCommand("copy");
  holder.remove();
  focused?.focus();
}
