/**
 * Makes an element. A property the element knows is set on it, anything else becomes an attribute;
 * strings among the children become text, never markup.
 */
export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in node) {
      node[key] = value;
    } else {
      node.setAttribute(key, value);
    }
  }
  node.append(...children);
  return node;
}

/** Makes the children of `list` exactly `nodes`, in that order, moving no more than it must. */
export function arrange(list, nodes) {
  let at = list.firstChild;
  for (const node of nodes) {
    if (node === at) {
      at = at.nextSibling;
    } else {
      list.insertBefore(node, at);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** Sets text only where it differs, so that screen readers do not repeat what stayed. */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
