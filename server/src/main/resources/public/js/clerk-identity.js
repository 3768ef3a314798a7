import { askAs } from "./api.js";
import { within } from "./deadline.js";
import { Refusal, Unanswered } from "./refusal.js";

const ANSWER_TIMEOUT_MS = 10_000;
const TOO_MANY_REQUESTS = 429;

/** Who is signed in with Clerk, in this browser: Clerk keeps the sign-in, and makes tokens that live a minute. */
export class ClerkIdentity {
  #clerk;

  /** Called with a reason when Clerk says that the sign-in is over, here or in another tab. */
  onEnded = () => {};

  /** Of the user who is signed in. */
  constructor(clerk) {
    const { user } = clerk;
    this.#clerk = clerk;
    /** Whose what is kept in this browser is. */
    this.key = user.id;
    this.name = nameOf(user);
    clerk.addListener(({ user }) => {
      // While Clerk goes from one session to another there is neither a user nor none.
      if (user !== undefined && user?.id !== this.key) {
        this.onEnded("You were signed out.");
      }
    });
  }

  /** A token for the next request or handshake; Clerk makes a new one when the last is about to run out. */
  token() {
    return this.#tokenBy({});
  }

  /** A token that was made just now. */
  renew() {
    return this.#tokenBy({ skipCache: true });
  }

  /** Asks the server as this identity. */
  ask(method, path, body) {
    return askAs(this, method, path, body);
  }

  /** Throws Unanswered when Clerk could not be told, and the sign-in stays. */
  async signOut() {
    try {
      await within(ANSWER_TIMEOUT_MS, this.#clerk.signOut({ redirectUrl: "/" }));
    } catch (cause) {
      throw new Unanswered("The sign-in service did not answer: you are still signed in there.", { cause });
    }
  }

  async #tokenBy(options) {
    const { session } = this.#clerk;
    let token = null;
    try {
      token = session && (await within(ANSWER_TIMEOUT_MS, session.getToken(options)));
    } catch (cause) {
      if (!isFinal(cause)) {
        throw new Unanswered("The sign-in service did not answer.", { cause });
      }
    }
    if (token) {
      return token;
    }
    if (session === undefined) {
      throw new Unanswered("The sign-in is changing.");
    }
    throw new Refusal({ code: "AUTHENTICATION_FAILED", message: "Your sign-in has run out." });
  }
}

/** What to call a user of Clerk's, who may have told no name. */
export function nameOf({ fullName, username, primaryEmailAddress }) {
  return fullName || username || primaryEmailAddress?.emailAddress || "You";
}

/** Whether Clerk itself refused, so that asking again changes nothing. */
function isFinal({ status }) {
  return status >= 400 && status < 500 && status !== TOO_MANY_REQUESTS;
}
