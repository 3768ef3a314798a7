/** The JSON pointer (RFC 6901) to a place in a document, a list of keys, as a URI's fragment. */
export function pointer(place) {
  return `#/${place.map((part) => encodeURIComponent(String(part).replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`;
}

/** What stands where a reference leads to in its own document, and its place there. */
export function resolved(document, object, place) {
  if (!object?.$ref) {
    return { object, place };
  }
  const parts = object.$ref.slice(2).split("/").map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"));
  return { object: parts.reduce((at, part) => at[part], document), place: parts };
}
