import { ask } from "./api.js";
import { Chat } from "./chat.js";
import { ClerkSignIn } from "./clerk-sign-in.js";
import { NameSignIn } from "./name-sign-in.js";
import { SignInNotice } from "./sign-in-notice.js";

const TROUBLE = "verbatim.trouble";

const at = (id) => document.getElementById(id);
const page = at("sign-in");
const notice = new SignInNotice(page, at("sign-in-notice"));

begin();

/** Asks the server how one signs in here, and lets one. */
async function begin() {
  notice.wait("One moment…");
  let settings;
  try {
    settings = await ask("GET", "/identity.json");
  } catch {
    notice.show("The server cannot be reached.", [{ label: "Try again", act: begin }]);
    return;
  }
  const signIn = signInBy(settings);
  if (!signIn) {
    notice.show("One cannot sign in on this page: this server takes the tokens of another one.");
    return;
  }
  signIn.onSignedIn = enter;
  const trouble = sessionStorage.getItem(TROUBLE) ?? "";
  sessionStorage.removeItem(TROUBLE);
  signIn.open(trouble);
}

function signInBy(settings) {
  switch (settings.kind) {
    case "development":
      notice.clear();
      at("development").hidden = false;
      return new NameSignIn(page, at("name-sign-in"));
    case "clerk":
      return new ClerkSignIn(at("clerk-sign-in"), notice, settings);
    default:
      return null;
  }
}

function enter(identity) {
  notice.clear();
  page.hidden = true;
  const chat = new Chat(identity);
  const leave = once((reason) => {
    chat.close();
    at("chat").hidden = true;
    return forget(identity, reason);
  });
  chat.onSignedOut = leave;
  identity.onEnded = leave;
  chat.open();
}

async function forget(identity, reason = "") {
  notice.wait("Signing out…");
  let trouble = reason;
  try {
    await identity.signOut();
  } catch (failure) {
    trouble ||= failure.message;
  }
  if (trouble) {
    sessionStorage.setItem(TROUBLE, trouble);
  }
  // A new page: nothing of one user stays for the next.
  location.replace("/");
}

/** Does it the first time only: a sign-in ends once, however many say so. */
function once(act) {
  let isDone = false;
  return (...values) => {
    if (!isDone) {
      isDone = true;
      act(...values);
    }
  };
}
