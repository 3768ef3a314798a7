import { ask, askAs } from "./api.js";

const KEY = "verbatim.identity";

/** Who is signed in by a name alone, in this tab: the name and the token the server gave for it. */
export class DevelopmentIdentity {
  #token;
  #storage;
  #renewal = null;

  /** Called when it is over by itself; this one never is. */
  onEnded = () => {};

  constructor(username, token, storage = sessionStorage) {
    this.name = username;
    this.#token = token;
    this.#storage = storage;
  }

  /** The identity this tab had before a reload, or null. */
  static restore(storage = sessionStorage) {
    try {
      const { username, token } = JSON.parse(storage.getItem(KEY));
      return username && token ? new DevelopmentIdentity(username, token, storage) : null;
    } catch {
      return null;
    }
  }

  /** Signs in by name. Throws a Refusal or Unanswered. */
  static async signIn(username) {
    const identity = new DevelopmentIdentity(username, null);
    await identity.renew();
    return identity;
  }

  /** Whose what is kept in this browser is. */
  get key() {
    return this.name;
  }

  async token() {
    return this.#token;
  }

  /** Gets a new token for the same name; callers at the same time share one request. */
  renew() {
    this.#renewal ??= ask("POST", "/dev/token", { body: { username: this.name } })
      .then(({ token }) => {
        this.#token = token;
        this.#storage.setItem(KEY, JSON.stringify({ username: this.name, token }));
        return token;
      })
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }

  /** Asks the server as this identity. */
  ask(method, path, body) {
    return askAs(this, method, path, body);
  }

  async signOut() {
    this.#storage.removeItem(KEY);
  }
}
