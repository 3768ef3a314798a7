import { Chat } from "./chat.js";
import { Identity } from "./identity.js";
import { SignIn } from "./sign-in.js";

const TROUBLE = "verbatim.trouble";

const signIn = new SignIn(document.getElementById("sign-in"));
signIn.onSignedIn = enter;

const identity = Identity.restore();
if (identity) {
  enter(identity);
} else {
  signIn.show(sessionStorage.getItem(TROUBLE) ?? "");
  sessionStorage.removeItem(TROUBLE);
}

function enter(identity) {
  signIn.hide();
  const chat = new Chat(identity);
  chat.onSignedOut = (reason) => {
    chat.close();
    identity.forget();
    if (reason) {
      sessionStorage.setItem(TROUBLE, reason);
    }
    // A new page: nothing of one user stays for the next.
    location.replace("/");
  };
  chat.open();
}
