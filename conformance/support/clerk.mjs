import assert from "node:assert/strict";
import { createHmac, createSign, generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";

/** The instance that the tests' publishable key names; nothing of it is reached, the browser's requests end here. */
export const HOST = "clerk.example.org";
export const PUBLISHABLE_KEY = `pk_test_${Buffer.from(`${HOST}$`).toString("base64").replace(/=+$/, "")}`;
export const SCRIPT_URL = `https://${HOST}/npm/@clerk/clerk-js@5/dist/clerk.browser.js`;

const TOKEN_SECONDS = 60;
const AVATAR = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20"/></svg>`;
const CROSS_ORIGIN = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };

/** Keys of an instance, and session tokens as it makes them. */
export class ClerkKeys {
  #keys = generateKeyPairSync("rsa", { modulusLength: 2048 });

  /** What goes into CLERK_JWT_KEY. */
  get pem() {
    return this.#keys.publicKey.export({ type: "spki", format: "pem" });
  }

  /** A token of a user's session, made for a page of the origin `azp`, that runs out after so many seconds. */
  token({ id, sid }, { azp, seconds = TOKEN_SECONDS } = {}) {
    const now = Math.floor(Date.now() / 1_000);
    const claims = { azp, iss: `https://${HOST}`, sub: id, sid, jti: randomUUID(), iat: now, nbf: now - 10, exp: now + seconds, fva: [0, -1], v: 2 };
    const parts = [{ alg: "RS256", typ: "JWT", kid: "ins_stub" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
    const signature = createSign("sha256").update(parts.join(".")).sign(this.#keys.privateKey, "base64url");
    return [...parts, signature].join(".");
  }
}

/** What an instance tells a server, signed with the endpoint's secret. */
export class ClerkWebhook {
  #secret = randomBytes(24);

  /** What goes into CLERK_WEBHOOK_SECRET. */
  get secret() {
    return `whsec_${this.#secret.toString("base64")}`;
  }

  /** Tells one event, and insists that it is taken. */
  async tell(server, type, data) {
    const id = `msg_${randomUUID()}`;
    const seconds = String(Math.floor(Date.now() / 1_000));
    const body = JSON.stringify({ type, object: "event", data });
    const signature = createHmac("sha256", this.#secret).update(`${id}.${seconds}.${body}`).digest("base64");
    const headers = { "content-type": "application/json", "svix-id": id, "svix-timestamp": seconds, "svix-signature": `v1,${signature}` };
    const { status, text } = await server.ask("POST", "/webhooks/clerk", { body, headers });
    assert.ok(status >= 200 && status < 300, `${type}: ${status} ${text}`);
  }
}

/** What a server is started with to take the tokens of these keys, in production, and to hear this webhook. */
export function clerksSettings(keys, webhook) {
  return {
    NODE_ENV: "production",
    CLERK_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
    CLERK_JWT_KEY: keys.pem,
    CLERK_WEBHOOK_SECRET: webhook.secret,
    ALLOWED_ORIGINS: "https://chat.example.org",
  };
}

/**
 * Clerk, as far as one browser sees it: its script and what that asks for, at the edge of the network, so that the
 * browser's rules count. It keeps who is signed in there, and tokens come from `issue(user, {fresh})`.
 */
export class Clerk {
  /** Who is signed in: `{id, sid, username}`. */
  user = null;
  /** Whether the script, and what it asks for, can be had. */
  isThere = true;
  /** Whether the session is over for Clerk, which the page learns when it asks for a token. */
  isRevoked = false;
  /** The tokens that were given out: `{token, fresh}`. */
  issued = [];
  #issue;
  #user;

  /** `user` is who signs in when asked. */
  constructor(user, issue) {
    this.#user = user;
    this.#issue = issue;
  }

  /** Serves this browser's pages. */
  async serve(context) {
    await context.route(`https://${HOST}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      if (!this.isThere) {
        await route.abort("connectionrefused");
      } else if (route.request().url() === SCRIPT_URL) {
        await route.fulfill({ contentType: "text/javascript", headers: CROSS_ORIGIN, body: `(${inThePage})()` });
      } else {
        const { status = 200, ...body } = await this.#answer(pathname.replace("/v1/", ""), route.request().postDataJSON());
        await route.fulfill({ status, headers: CROSS_ORIGIN, json: body });
      }
    });
    await context.route("https://img.clerk.com/**", (route) => route.fulfill({ contentType: "image/svg+xml", body: AVATAR }));
    await context.route("https://challenges.cloudflare.com/**", (route) => route.fulfill({ contentType: "text/html", body: "<p>No robot" }));
  }

  async #answer(what, body) {
    switch (what) {
      case "client":
        return { user: this.user };
      case "sign_in":
        this.user = this.#user;
        this.isRevoked = false;
        return { user: this.user };
      case "sign_out":
        this.user = null;
        return {};
      case "token": {
        if (!this.user || this.isRevoked) {
          return { status: 401 };
        }
        const fresh = body.skipCache === true;
        const token = await this.#issue(this.user, { fresh });
        this.issued.push({ token, fresh });
        return { token };
      }
    }
    return { status: 404 };
  }
}

/** The script, in the browser: what the page uses of Clerk's, and no more. */
function inThePage() {
  const { src, dataset } = document.currentScript;
  const listeners = new Set();

  const ask = async (what, body = {}) => {
    const response = await fetch(new URL(`/v1/${what}`, src), { method: "POST", body: JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) {
      throw Object.assign(new Error(`${what}: ${response.status}`), { status: response.status });
    }
    return answer;
  };

  const take = (user) => {
    clerk.user = user && { id: user.id, username: user.username, fullName: null, primaryEmailAddress: null };
    clerk.session = user && { id: user.sid, status: "active", getToken: async (options = {}) => (await ask("token", options)).token };
    for (const listener of listeners) {
      listener({ user: clerk.user, session: clerk.session });
    }
  };

  const mount = (node, { appearance: { variables, elements }, fallbackRedirectUrl }) => {
    const style = document.createElement("style");
    style.textContent = `.cl-card { display: grid; box-sizing: border-box; width: ${elements?.cardBox?.width ?? "25rem"}; gap: 1rem; padding: 2rem; border-radius: ${variables.borderRadius}; background: ${variables.colorBackground}; color: ${variables.colorText}; box-shadow: 0 0 2px currentColor } .cl-card button { padding: .6rem; border: 0; border-radius: ${variables.borderRadius}; background: ${variables.colorPrimary}; color: ${variables.colorTextOnPrimaryBackground} }`;
    const card = document.createElement("div");
    card.className = "cl-card";
    card.innerHTML = `<h2 style="margin:0">Sign in with a stub of Clerk</h2><img src="https://img.clerk.com/google.svg" alt="Google" width="20"><iframe src="https://challenges.cloudflare.com/turnstile" title="Check against robots" height="60" style="width:100%"></iframe><button type="button">Continue</button>`;
    card.querySelector("button").addEventListener("click", async () => {
      const { user } = await ask("sign_in");
      location.href = fallbackRedirectUrl;
      if (fallbackRedirectUrl.includes("#")) {
        // Otherwise the page is left, and Clerk does not tell it any more.
        take(user);
      }
    });
    node.append(style, card);
    const worker = new Worker(URL.createObjectURL(new Blob(["postMessage('ticks')"])));
    worker.onmessage = () => (node.dataset.worker = "ticks");
  };

  const clerk = (window.Clerk = {
    key: dataset.clerkPublishableKey,
    load: async () => take((await ask("client")).user),
    addListener: (listener) => {
      listeners.add(listener);
      listener({ user: clerk.user, session: clerk.session });
      return () => listeners.delete(listener);
    },
    mountSignIn: mount,
    unmountSignIn: (node) => node.replaceChildren(),
    signOut: async () => {
      await ask("sign_out");
      take(null);
    },
    /** What the stub does when another tab has signed out. */
    hearSignOut: () => take(null),
  });
}
