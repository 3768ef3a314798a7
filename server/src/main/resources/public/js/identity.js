import { ask } from "./api.js";
import { Refusal } from "./refusal.js";

const KEY = "verbatim.identity";

/** Who is signed in, in this tab: a name and the token the server gave for it. */
export class Identity {
  #storage;
  #renewal = null;

  constructor(username, token, storage = sessionStorage) {
    this.username = username;
    this.token = token;
    this.#storage = storage;
  }

  /** The identity this tab had before a reload, or null. */
  static restore(storage = sessionStorage) {
    try {
      const { username, token } = JSON.parse(storage.getItem(KEY));
      return username && token ? new Identity(username, token, storage) : null;
    } catch {
      return null;
    }
  }

  /** Signs in by name. Throws a Refusal or Unanswered. */
  static async signIn(username) {
    const identity = new Identity(username, null);
    await identity.renew();
    return identity;
  }

  /** Gets a new token for the same name; callers at the same time share one request. */
  renew() {
    this.#renewal ??= ask("POST", "/dev/token", { body: { username: this.username } })
      .then(({ token }) => {
        this.token = token;
        this.#storage.setItem(KEY, JSON.stringify({ username: this.username, token }));
      })
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }

  /** Asks the server as this identity, with a new token where the old one has run out. */
  async ask(method, path, body) {
    try {
      return await ask(method, path, { token: this.token, body });
    } catch (failure) {
      if (!(failure instanceof Refusal) || !["TOKEN_EXPIRED", "INVALID_TOKEN"].includes(failure.code)) {
        throw failure;
      }
      await this.renew();
      return ask(method, path, { token: this.token, body });
    }
  }

  forget() {
    this.#storage.removeItem(KEY);
  }
}
