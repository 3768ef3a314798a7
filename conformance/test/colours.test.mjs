import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";

const TOKENS = new URL("../../server/src/main/resources/public/css/tokens.css", import.meta.url);

/** What WCAG 2.2 asks of text (1.4.3) and of what one must see to use the page (1.4.11). */
const [TEXT, SIGN] = [4.5, 3];
/** What stands on what: the names of the colours as the style sheets have them. */
const PAIRS = [
  ...["paper", "paper-side", "paper-raised", "paper-hover"].flatMap((paper) => [
    ["ink", paper, TEXT],
    ["ink-soft", paper, TEXT],
    ["ink-faint", paper, TEXT],
    ["red-ink", paper, TEXT],
    ["rule-strong", paper, SIGN],
    ["green", paper, SIGN],
    ["red", paper, SIGN],
  ]),
  ["on-ink", "ink", TEXT],
  ["on-red", "red", TEXT],
  ["on-red", "red-ink", TEXT],
  ["red-ink", "red-wash", TEXT],
  ["amber-ink", "amber-wash", TEXT],
];

const tokens = await readFile(TOKENS, "utf8");
const [light, dark] = [0, 1].map((at) => Object.fromEntries([...tokens.split(":root {")[at + 1].matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value])));

for (const [scheme, colours] of Object.entries({ light, dark })) {
  describe(`the page's ${scheme} colours`, () => {
    for (const [above, below, least] of PAIRS) {
      test(`${above} can be seen on ${below}`, () => {
        const contrast = contrastOf(colours[above], colours[below]);
        assert.ok(contrast >= least, `${contrast.toFixed(2)} is less than ${least}`);
      });
    }
  });
}

/** As WCAG defines it. */
function contrastOf(one, other) {
  const [dim, bright] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
