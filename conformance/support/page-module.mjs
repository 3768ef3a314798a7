import { readFile } from "node:fs/promises";

const PAGE = new URL("../../server/src/main/resources/public/js/", import.meta.url);

/** Imports a module of the chat page, as the browser would: as a module, and so what it imports of its neighbours. */
export async function pageModule(name) {
  return import(await addressOf(name));
}

/** The same for the same module, so that whoever imports it shares it. */
async function addressOf(name) {
  let source = await readFile(new URL(name, PAGE), "utf8");
  for (const [quoted, neighbour] of source.matchAll(/(?<=^import .* from )"\.\/(.+)"/gm)) {
    source = source.replace(quoted, JSON.stringify(await addressOf(neighbour)));
  }
  return `data:text/javascript,${encodeURIComponent(source)}`;
}
