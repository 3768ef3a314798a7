import { ClerkIdentity, nameOf } from "./clerk-identity.js";
import { loadClerk } from "./clerk-script.js";

/** A group in the page's address; Clerk's component keeps its own steps there, which begin with a slash. */
const GROUP = /^#[0-9a-f]{24}$/;
const FULL_WIDTH = { width: "100%" };

/** Signing in with Clerk's own component, or being signed in there already. */
export class ClerkSignIn {
  #node;
  #notice;
  #settings;

  /** Called with the ClerkIdentity. */
  onSignedIn = () => {};

  /** `settings` are those of `/identity.json`. */
  constructor(node, notice, settings) {
    this.#node = node;
    this.#notice = notice;
    this.#settings = settings;
  }

  /** `trouble` is why this tab's sign-in was over, if it was not a wish. */
  async open(trouble = "") {
    this.#notice.wait("Loading the sign-in…");
    let clerk;
    try {
      clerk = await loadClerk(this.#settings);
    } catch {
      this.#notice.show("The sign-in cannot be loaded. The network may be in the way, or something that blocks content in this browser.", [
        { label: "Try again", act: () => this.open(trouble) },
      ]);
      return;
    }
    if (!isIn(clerk)) {
      this.#notice.show(trouble);
      this.#mount(clerk);
    } else if (trouble) {
      this.#offer(clerk, trouble);
    } else {
      this.#enter(clerk);
    }
  }

  /** The sign-in was over for the chat, but not for Clerk: going in by itself might go round for ever. */
  #offer(clerk, trouble) {
    this.#notice.show(trouble, [
      { label: `Go on as ${nameOf(clerk.user)}`, act: () => this.#enter(clerk) },
      { label: "Use another account", act: () => this.#leave(clerk, trouble) },
    ]);
  }

  async #leave(clerk, trouble) {
    this.#notice.wait("Signing out…");
    try {
      await new ClerkIdentity(clerk).signOut();
      this.#notice.show("");
      this.#mount(clerk);
    } catch (failure) {
      this.#offer(clerk, failure.message || trouble);
    }
  }

  #mount(clerk) {
    const group = GROUP.test(location.hash) ? location.hash : "";
    if (group) {
      history.replaceState(null, "", location.pathname);
    }
    const back = `/${group}`;
    this.#node.hidden = false;
    clerk.mountSignIn(this.#node, {
      routing: "hash",
      withSignUp: true,
      fallbackRedirectUrl: back,
      signUpFallbackRedirectUrl: back,
      // As wide as there is place: its own width would not go into a narrow screen beside our line.
      appearance: { variables: colours(), elements: { rootBox: FULL_WIDTH, cardBox: FULL_WIDTH } },
    });
    let isMounted = true;
    clerk.addListener(() => {
      if (isMounted && isIn(clerk)) {
        isMounted = false;
        clerk.unmountSignIn(this.#node);
        this.#enter(clerk);
      }
    });
  }

  #enter(clerk) {
    this.#node.hidden = true;
    this.onSignedIn(new ClerkIdentity(clerk));
  }
}

/** Whether somebody is signed in and has nothing left to do for it. */
function isIn({ user, session }) {
  return Boolean(user) && session?.status === "active";
}

/** The page's own, as Clerk names them, in the scheme of now. */
function colours() {
  const tokens = getComputedStyle(document.documentElement);
  const token = (name) => tokens.getPropertyValue(`--${name}`).trim();
  return {
    colorPrimary: token("ink"),
    colorTextOnPrimaryBackground: token("on-ink"),
    colorBackground: token("paper-raised"),
    colorInputBackground: token("paper"),
    colorInputText: token("ink"),
    colorText: token("ink"),
    colorTextSecondary: token("ink-soft"),
    colorNeutral: token("ink"),
    colorDanger: token("red-ink"),
    colorSuccess: token("green"),
    fontFamily: token("sans"),
    borderRadius: token("radius"),
  };
}
