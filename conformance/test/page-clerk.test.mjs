import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { launchBrowser, Person, withoutBrowser } from "../support/browser.mjs";
import { Clerk, ClerkKeys, clerksSettings, ClerkWebhook, PUBLISHABLE_KEY } from "../support/clerk.mjs";
import { TELLING } from "../support/output.mjs";
import { VerbatimServer } from "../support/server.mjs";

/** Engine.IO's message and in it Socket.IO's CONNECT with a token. */
const TOKEN = /^40(\{.*\})$/s;

describe("the chat page with Clerk", { skip: withoutBrowser }, () => {
  let stage, server, browser;
  const users = ["ada", "grace"].map((username) => ({ username, id: `user_${username}`, sid: `sess_${username}` }));
  const people = [];

  before(async () => {
    stage = await withSettings(users);
    server = stage.server;
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await server?.dispose();
  });

  /** Somebody before the page, and her Clerk. */
  const person = async (username, { options = {}, issue = (user) => stage.token(user), isThere = true, path = "" } = {}) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const clerk = new Clerk(users.find((user) => user.username === username), issue);
    clerk.isThere = isThere;
    await clerk.serve(context);
    const person = new Person({ url: server.url + path }, context, username);
    person.clerk = clerk;
    people.push(person);
    await person.openPage();
    return person;
  };

  const signIn = async (someone) => {
    await someone.page.getByRole("button", { name: "Continue", exact: true }).click();
    await someone.isIn();
  };

  const come = async (...how) => {
    const someone = await person(...how);
    await signIn(someone);
    return someone;
  };

  const leaves = async ({ context }) => context.close();

  const says = ({ page }, words) => page.getByRole("alert").filter({ hasText: words }).waitFor();

  const seesComponent = ({ page }) => page.getByText("Sign in with a stub of Clerk").waitFor();

  const seesNoTrouble = async ({ page }) => assert.equal(await page.locator("#sign-in-notice .trouble").isHidden(), true);

  for (const [scheme, options] of Object.entries({
    light: { colorScheme: "light" },
    dark: { colorScheme: "dark" },
    narrow: { colorScheme: "light", viewport: { width: 360, height: 700 } },
  })) {
    test(`shows Clerk's component, with all that it loads (${scheme})`, async () => {
      const ada = await person("ada", { options });
      await seesComponent(ada);
      await ada.page.locator("#clerk-sign-in[data-worker=ticks]").waitFor();
      await ada.page.frameLocator("#clerk-sign-in iframe").getByText("No robot").waitFor();
      await ada.page.waitForFunction(() => document.querySelector("#clerk-sign-in img").naturalWidth > 0);
      assert.equal(await ada.page.locator(".cl-card").evaluate((card) => getComputedStyle(card).display), "grid");
      assert.equal(await ada.page.evaluate(() => window.Clerk.key), PUBLISHABLE_KEY);
      assert.equal(await ada.page.getByLabel("Your name").isHidden(), true);
      await seesNoTrouble(ada);
      assert.deepEqual(await ada.barriers(), []);
      assert.equal(await ada.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth), false);
      await ada.screenshot(`clerk-${scheme}`);
      assert.deepEqual(ada.complaints, []);
      await leaves(ada);
    });
  }

  test("lets nothing in besides", async () => {
    const ada = await person("ada");
    await seesComponent(ada);
    const reached = [];
    await ada.context.route("https://elsewhere.example/**", (route) => {
      reached.push(route.request().url());
      return route.fulfill({ status: 200, headers: { "access-control-allow-origin": "*" }, body: "" });
    });
    const outcomes = await ada.page.evaluate(async () => {
      const outcome = (make) =>
        new Promise((resolve) => {
          const node = make();
          node.addEventListener("load", () => resolve("let in"));
          node.addEventListener("error", () => resolve("refused"));
          document.body.append(node);
        });
      const url = "https://elsewhere.example/x";
      const inline = Object.assign(document.createElement("script"), { textContent: "window.ran = true" });
      document.body.append(inline);
      return {
        script: await outcome(() => Object.assign(document.createElement("script"), { src: url })),
        image: await outcome(() => Object.assign(document.createElement("img"), { src: url })),
        request: await fetch(url).then(() => "let in", () => "refused"),
        inline: window.ran ? "let in" : "refused",
        eval: await Promise.resolve().then(() => (0, eval)("1")).then(() => "let in", () => "refused"),
      };
    });
    assert.deepEqual(outcomes, { script: "refused", image: "refused", request: "refused", inline: "refused", eval: "refused" });
    assert.deepEqual(reached, []);
    await leaves(ada);
  });

  test("two people sign in and chat, with a new token for each handshake and request", async () => {
    const [ada, grace] = [await person("ada"), await come("grace", { options: { colorScheme: "dark" } })];
    const shown = [];
    ada.page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => TOKEN.test(payload) && shown.push(JSON.parse(payload.match(TOKEN)[1]).token)));
    await signIn(ada);
    await ada.say("Good morning, Grace.");
    await grace.sees("Good morning, Grace.");
    assert.equal(await ada.page.locator("#account b").textContent(), "ada");
    assert.equal(await ada.page.locator("#development").isHidden(), true);
    await server.kill();
    await ada.page.getByRole("status").filter({ hasText: "No connection" }).waitFor();
    await server.restart();
    await ada.page.locator("#banner").waitFor({ state: "hidden" });
    await grace.say("Back again.");
    await ada.sees("Back again.");
    assert.ok(shown.length >= 2, `${shown.length} handshakes`);
    assert.equal(new Set(shown).size, shown.length, "a token was shown twice");
    assert.ok(shown.every((token) => ada.clerk.issued.some((issued) => issued.token === token)));
    assert.equal(await ada.page.evaluate((tokens) => JSON.stringify({ ...localStorage, ...sessionStorage }).includes(tokens), shown[0]), false);
    await ada.page.reload();
    await ada.isIn();
    await Promise.all([ada, grace].map(leaves));
  });

  test("shows a new token when the server says that the last is about to run out", async () => {
    let count = 0;
    const ada = await come("ada", { issue: (user) => stage.token(user, { seconds: count++ === 0 ? 20 : undefined }) });
    const { token } = await ada.sent.until("authenticate", (payload) => payload?.token);
    assert.ok(ada.clerk.issued.some((issued) => issued.fresh && issued.token === token), "it was made for that");
    await ada.say("still here");
    await ada.isHeard();
    assert.deepEqual(ada.complaints, []);
    await leaves(ada);
  });

  test("replaces a token that the server will not have, once", async () => {
    const ada = await come("ada", { issue: (user, { fresh }) => (fresh ? stage.token(user) : "stale") });
    assert.ok(ada.clerk.issued.some(({ fresh }) => fresh));
    await leaves(ada);
  });

  test("is not let in by a token that was made for another page", async () => {
    for (const azp of ["https://evil.example", `${server.url}/`, `${server.url}0`, `${server.url}.evil.example`, server.url.replace("127.0.0.1", "localhost"), "null"]) {
      const { status, body } = await server.ask("GET", "/api/users/me", { token: await stage.token(users[0], { azp }) });
      assert.deepEqual([status, body.code], [401, "INVALID_TOKEN"], azp);
    }
    assert.equal((await server.ask("GET", "/api/users/me", { token: await stage.token(users[0]) })).status, 200);
    const ada = await person("ada", { issue: (user) => stage.token(user, { azp: "https://evil.example" }) });
    await ada.page.getByRole("button", { name: "Continue", exact: true }).click();
    await says(ada, "Your session was ended. Sign in again.");
    await leaves(ada);
  });

  test("asks to sign in again when the server will not have a new one either", async () => {
    const ada = await person("ada", { issue: () => "stale" });
    await ada.page.getByRole("button", { name: "Continue", exact: true }).click();
    await says(ada, "Your session was ended. Sign in again.");
    await seesComponent(ada);
    assert.equal(ada.clerk.user, null, "signed out at Clerk, too");
    assert.equal(ada.clerk.issued.filter(({ fresh }) => fresh).length, 1);
    assert.deepEqual(await ada.barriers(), []);
    await ada.screenshot("clerk-ended");
    await leaves(ada);
  });

  test("says so when a session was revoked, and asks to sign in again", async () => {
    const ada = await come("ada");
    ada.clerk.isRevoked = true;
    await stage.revoke(ada);
    await says(ada, "Your sign-in has run out.");
    await seesComponent(ada);
    await leaves(ada);
  });

  test("says so when one has signed out in another tab", async () => {
    const ada = await come("ada");
    ada.clerk.user = null;
    await ada.page.evaluate(() => window.Clerk.hearSignOut());
    await says(ada, "You were signed out.");
    await seesComponent(ada);
    await leaves(ada);
  });

  test("who signs out is signed out at Clerk, with nothing left in the tab", async () => {
    const ada = await come("ada");
    await ada.choose(ada.page.locator("#account"), "Sign out");
    await seesComponent(ada);
    await seesNoTrouble(ada);
    assert.equal(ada.clerk.user, null);
    assert.equal(await ada.page.evaluate(() => sessionStorage.length), 0);
    assert.deepEqual(ada.complaints, []);
    await leaves(ada);
  });

  test("says that one is still signed in when Clerk cannot be told", async () => {
    const ada = await come("ada");
    ada.clerk.isThere = false;
    await ada.choose(ada.page.locator("#account"), "Sign out");
    await says(ada, "The sign-in cannot be loaded.");
    ada.clerk.isThere = true;
    await ada.page.getByRole("button", { name: "Try again" }).click();
    await says(ada, "you are still signed in there");
    assert.deepEqual(await ada.barriers(), []);
    await ada.screenshot("clerk-still-in");
    await ada.page.getByRole("button", { name: "Go on as ada" }).click();
    await ada.isIn();
    ada.clerk.isThere = false;
    await ada.choose(ada.page.locator("#account"), "Sign out");
    await says(ada, "The sign-in cannot be loaded.");
    ada.clerk.isThere = true;
    await ada.page.getByRole("button", { name: "Try again" }).click();
    await ada.page.getByRole("button", { name: "Use another account" }).click();
    await seesComponent(ada);
    await seesNoTrouble(ada);
    assert.equal(ada.clerk.user, null);
    await leaves(ada);
  });

  for (const [scheme, options] of Object.entries({ light: {}, dark: { colorScheme: "dark", viewport: { width: 360, height: 700 } } })) {
    test(`says so when Clerk's script cannot be loaded, and tries again (${scheme})`, async () => {
      const ada = await person("ada", { options, isThere: false });
      await says(ada, "The sign-in cannot be loaded.");
      assert.deepEqual(await ada.barriers(), []);
      await ada.screenshot(`clerk-failed-${scheme}`);
      await ada.page.getByRole("button", { name: "Try again" }).click();
      await says(ada, "The sign-in cannot be loaded.");
      ada.clerk.isThere = true;
      await ada.page.getByRole("button", { name: "Try again" }).click();
      await seesComponent(ada);
      await seesNoTrouble(ada);
      await signIn(ada);
      await leaves(ada);
    });
  }

  test("comes back by itself when Clerk can be reached again", async () => {
    const ada = await come("ada");
    ada.clerk.isThere = false;
    await server.kill();
    await server.restart();
    await ada.page.getByRole("status").filter({ hasText: "No connection" }).waitFor();
    await ada.say("while there are no tokens");
    const asked = ada.page.waitForRequest((request) => request.url().endsWith("/v1/token"));
    await ada.page.getByRole("button", { name: "Try now" }).click();
    await asked;
    ada.clerk.isThere = true;
    await ada.page.locator("#banner").waitFor({ state: "hidden" });
    await ada.isHeard();
    await leaves(ada);
  });

  test("says so when a user was banned", async () => {
    const grace = await come("grace");
    await stage.ban(grace);
    await says(grace, "This account may not use the chat.");
    await seesComponent(grace);
    assert.equal(grace.clerk.user, null);
    await leaves(grace);
  });

  test("the group in the address is opened after signing in", async () => {
    const group = await server.groupOf([{ token: await stage.token(users[0]) }], "Night shift");
    const ada = await person("ada", { path: `/#${group}` });
    await ada.page.getByRole("button", { name: "Continue", exact: true }).click();
    await ada.page.getByRole("heading", { name: "Night shift", level: 1 }).waitFor();
    await leaves(ada);
  });
});

describe("the chat page's way to sign in", { skip: withoutBrowser }, () => {
  let server, browser;

  before(async () => {
    server = await VerbatimServer.start();
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await server?.dispose();
  });

  for (const [scheme, options] of Object.entries({ light: {}, dark: { colorScheme: "dark", viewport: { width: 360, height: 700 } } })) {
    test(`says that the development identity asks for nothing but a name (${scheme})`, async () => {
      const ada = await Person.at(server, browser, "ada", options);
      const words = ada.page.getByText("anybody can sign in under any name").filter({ visible: true });
      await words.waitFor();
      assert.deepEqual(await ada.barriers(), []);
      await ada.screenshot(`development-${scheme}`);
      await ada.signIn();
      if (scheme === "dark") {
        await ada.page.getByRole("button", { name: "Groups" }).click();
      }
      await words.waitFor();
      assert.deepEqual(await ada.barriers(), []);
      await ada.screenshot(`development-chat-${scheme}`);
      assert.deepEqual(ada.complaints, []);
      await ada.context.close();
    });
  }

  test("is not there where the server only takes tokens of others", async () => {
    const context = await browser.newContext();
    await context.route("**/identity.json", (route) => route.fulfill({ json: { kind: "elsewhere" } }));
    const ada = new Person(server, context, "ada");
    await ada.openPage();
    await ada.page.getByRole("alert").filter({ hasText: "One cannot sign in on this page" }).waitFor();
    assert.deepEqual(await ada.barriers(), []);
    await context.close();
  });

  test("is asked for again when the server did not say it", async () => {
    const context = await browser.newContext();
    await context.route("**/identity.json", (route) => route.abort("connectionrefused"), { times: 1 });
    const ada = new Person(server, context, "ada");
    await ada.openPage();
    await ada.page.getByRole("alert").filter({ hasText: "The server cannot be reached" }).waitFor();
    await ada.page.getByRole("button", { name: "Try again" }).click();
    await ada.page.getByLabel("Your name").waitFor();
    await context.close();
  });
});

/**
 * A server in production with Clerk's settings; what the browser would reach at Clerk is the stub's. With it comes what
 * makes a token of a user, and what tells the server that a session was revoked and a user banned.
 */
async function withSettings(users) {
  const keys = new ClerkKeys();
  const webhook = new ClerkWebhook();
  const server = await VerbatimServer.start({ ...TELLING, ...clerksSettings(keys, webhook) });
  // Clerk's tokens name the page's own origin, so that it has to be among those that are allowed.
  await server.stop();
  await server.restart({ ALLOWED_ORIGINS: `https://chat.example.org,${server.url}` });
  const token = async (user, { azp = server.url, seconds } = {}) => keys.token(user, { azp, seconds });
  await server.groupOf(await Promise.all(users.map(async (user) => ({ token: await token(user) }))), "Lobby");
  return {
    server,
    token,
    revoke: async ({ clerk: { user } }) => {
      await webhook.tell(server, "session.revoked", { id: user.sid, object: "session", status: "revoked", user_id: user.id, updated_at: Date.now() });
      // A new session for what comes.
      users.find(({ id }) => id === user.id).sid = `sess_${randomUUID()}`;
    },
    ban: ({ clerk: { user } }) =>
      webhook.tell(server, "user.updated", {
        ...{ id: user.id, object: "user", username: user.username, first_name: null, last_name: null, image_url: "", email_addresses: [] },
        ...{ primary_email_address_id: null, banned: true, locked: false, created_at: Date.now(), updated_at: Date.now() },
      }),
  };
}
