import { readFile } from "node:fs/promises";

const PAGE = new URL("../../server/src/main/resources/public/js/", import.meta.url);

/** Imports a module of the chat page that imports nothing itself, as the browser would: as a module. */
export async function pageModule(name) {
  const source = await readFile(new URL(name, PAGE), "utf8");
  return import(`data:text/javascript,${encodeURIComponent(source)}`);
}
