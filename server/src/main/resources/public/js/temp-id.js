/** A name for a message before the server has one. `crypto.randomUUID` is missing on plain http. */
export function tempId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
