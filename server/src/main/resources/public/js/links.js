import { element } from "./dom.js";

/** Addresses of the web only, without what turns text round: one must see where a link leads. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"\p{Cc}\p{Cf}]+/giu;
/** What ends a sentence, or closes what the address stands in, does not belong to it. */
const TRAIL = /[.,;:!?'")\]}…»]+$/u;

/** Gives back text as nodes and strings, in which addresses of the web are links. */
export function linked(text) {
  const parts = [];
  let done = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAIL, "");
    if (!URL.canParse(address)) {
      continue;
    }
    parts.push(text.slice(done, match.index), element("a", { href: address, dir: "ltr", target: "_blank", rel: "noopener noreferrer nofollow", textContent: address }));
    done = match.index + address.length;
  }
  parts.push(text.slice(done));
  return parts.filter((part) => part !== "");
}
