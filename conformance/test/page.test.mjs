import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchBrowser, Person, withoutBrowser } from "../support/browser.mjs";
import { Client } from "../support/client.mjs";
import { VerbatimServer } from "../support/server.mjs";

describe("the chat page in two browsers", { skip: withoutBrowser }, () => {
  let server, browser, another, ada, grace, lobby;

  before(async () => {
    server = await VerbatimServer.start();
    [browser, another] = await Promise.all([launchBrowser(), launchBrowser()]);
    ada = await Person.at(server, browser, "ada");
    grace = await Person.at(server, another, "grace", { colorScheme: "dark" });
    lobby = await server.lobby(await server.signIn("ada"));
  });

  after(async () => {
    await browser?.close();
    await another?.close();
    await server?.dispose();
  });

  const history = async () => server.history(await server.signIn("ada"), lobby);

  /** The pages show the end of the history, with what was just written on them, each message once, in order. */
  const assertShowAll = async (...people) => {
    for (const person of people) {
      await person.isHeard();
    }
    const stored = await history();
    for (const person of people) {
      await person.seesUpTo(stored.length);
      const shown = await person.shown();
      assert.ok(shown.length >= Math.min(stored.length, 80), `${person.username} sees ${shown.length} messages`);
      assert.deepEqual(
        shown.map(({ seq, text }) => ({ seq, text })),
        stored.slice(-shown.length).map(({ seq, content }) => ({ seq, text: content })),
        person.username,
      );
    }
  };

  test("says what is wrong with a name", async () => {
    const { page } = ada;
    await page.getByRole("button", { name: "Come in" }).click();
    await page.getByRole("alert").filter({ hasText: "Pick a name" }).waitFor();
    await page.getByLabel("Your name").fill("Ada Lovelace");
    await page.getByLabel("Your name").press("Enter");
    await page.getByRole("alert").filter({ hasText: "small letters" }).waitFor();
    assert.deepEqual(await ada.barriers(), []);
    await ada.screenshot("sign-in");
  });

  test("two people chat in the Lobby", async () => {
    await ada.signIn();
    await grace.signIn();
    await ada.say("Good morning, Grace. Did the night build go through?");
    await grace.sees("Good morning, Grace. Did the night build go through?");
    await grace.say("It did. Every message of fifty senders is there, once.");
    await ada.sees("It did. Every message of fifty senders is there, once.");
    await grace.say("In the same order for everybody. I will write it up.");
    await ada.say("Lovely.");
    await assertShowAll(ada, grace);
    const [first] = await ada.shown();
    assert.deepEqual(first, { seq: 1, state: "sent", speaker: "ada", text: "Good morning, Grace. Did the night build go through?" });
  });

  test("both are online", async () => {
    for (const { page } of [ada, grace]) {
      await page.locator("#members li[data-status=online]").nth(1).waitFor();
      assert.deepEqual((await page.locator("#members li[data-status=online] bdi").allTextContents()).sort(), ["ada", "grace"]);
      await page.locator("#members li[data-status=offline]").getByText("System").waitFor();
    }
  });

  test("a read message is marked so", async () => {
    await ada.page.locator(".entry.own .mark[title='Read by grace']").first().waitFor();
  });

  test("typing is seen and ends", async () => {
    await grace.words.pressSequentially("I am about to");
    await ada.page.locator("#typing").filter({ hasText: "is typing" }).waitFor();
    await ada.screenshot("typing");
    await grace.screenshot("dark");
    assert.deepEqual(await ada.barriers(), []);
    assert.deepEqual(await grace.barriers(), [], "in the dark");
    const since = grace.sent.length;
    await grace.words.fill("");
    // Her page says so; that ada's forgets her after a while would not tell.
    await grace.sent.until("typing_stop", ({ groupId }) => groupId === lobby, since);
    await ada.page.locator("#typing:empty").waitFor({ state: "attached" });
  });

  test("Shift+Enter starts a new line, Enter sends", async () => {
    await ada.words.fill("one");
    await ada.words.press("Shift+Enter");
    await ada.words.pressSequentially("two");
    await ada.words.press("Enter");
    await grace.sees("one\ntwo");
    assert.equal(await ada.words.inputValue(), "");
  });

  test("her own words from another device appear", async () => {
    const phone = new Person(server, ada.context, "ada");
    await phone.openPage();
    await phone.signIn();
    await phone.say("from my phone");
    await ada.sees("from my phone");
    await assertShowAll(ada, phone, grace);
    await phone.page.close();
  });

  test("a reload stays signed in and shows the history", async () => {
    await ada.page.reload();
    await ada.isIn();
    await assertShowAll(ada);
  });

  test("her other groups are in the list, with what is unread in each", async (t) => {
    const [{ token }, graceToo] = [await server.signIn("ada"), await server.signIn("grace")];
    const body = { name: "Night shift", description: "What happens while others sleep" };
    const { group } = await server.do("POST", "/api/groups", { token: graceToo.token, body });
    await server.do("POST", `/api/groups/${group._id}/join`, { token });
    await ada.page.reload();
    await ada.isIn();
    await ada.page.getByRole("button", { name: "Night shift" }).click();
    await ada.page.getByRole("heading", { name: "Night shift" }).waitFor();
    await ada.page.getByText("Nothing has been said here yet.").waitFor();
    await ada.say("Anybody awake?");
    await ada.seesUpTo(1);
    await ada.page.getByRole("button", { name: "Lobby" }).click();
    await ada.isIn();
    const night = await Client.of(server, graceToo);
    t.after(() => night.close());
    await night.request("send_message", { groupId: group._id, content: "I am." });
    await ada.page.getByLabel("1 unread").waitFor();
    assert.deepEqual(await ada.barriers(), []);
    await ada.screenshot("groups");
    await assertShowAll(ada);
  });

  test("a token that is no longer good is replaced without a word", async () => {
    await ada.page.evaluate(() => {
      const identity = JSON.parse(sessionStorage.getItem("verbatim.identity"));
      sessionStorage.setItem("verbatim.identity", JSON.stringify({ ...identity, token: "stale" }));
    });
    await ada.page.reload();
    await ada.isIn();
    await assertShowAll(ada);
  });

  test("a server that dies while one types and sends loses and doubles nothing", async () => {
    for (let n = 1; n <= 10; n++) {
      await ada.say(`before and during ${n}`);
      await grace.words.fill(`meanwhile ${n}`);
      if (n === 5) {
        await grace.sees("before and during 3");
        await server.kill();
      }
    }
    await grace.words.press("Enter");
    for (const { page } of [ada, grace]) {
      await page.getByRole("status").filter({ hasText: "No connection" }).waitFor();
    }
    await ada.say("while it is down");
    await ada.screenshot("reconnecting");
    assert.deepEqual(await ada.barriers(), []);
    await server.restart();
    await grace.sees("while it is down");
    await ada.sees("meanwhile 10");
    for (const { page } of [ada, grace]) {
      await page.locator("#banner").waitFor({ state: "hidden" });
    }
    await assertShowAll(ada, grace);
    const said = (await history()).map(({ content }) => content).filter((content) => /during|while it is/.test(content));
    assert.deepEqual(said, [...Array.from({ length: 10 }, (_, i) => `before and during ${i + 1}`), "while it is down"]);
  });

  test("what was not sent before the tab was closed is sent when she is back", async () => {
    await server.kill();
    await ada.page.getByRole("status").filter({ hasText: "No connection" }).waitFor();
    await ada.say("written, then closed");
    await ada.page.locator(".entry[data-state=sending]").waitFor();
    await ada.page.close();
    await server.restart();
    await ada.openPage();
    await ada.signIn();
    await grace.sees("written, then closed");
    await assertShowAll(ada, grace);
  });

  test("a message that the server refuses can be tried again or discarded", async () => {
    await ada.page.evaluate((groupId) => {
      const entry = { tempId: "too-long", groupId, content: "z".repeat(4_001), writtenAt: Date.now(), place: 1 };
      localStorage.setItem("verbatim.outbox.ada.too-long", JSON.stringify(entry));
    }, lobby);
    await ada.page.reload();
    await ada.isIn();
    const refused = ada.page.locator(".entry[data-state=refused]");
    await refused.getByText("Not sent").first().waitFor();
    await ada.screenshot("refused");
    assert.deepEqual(await ada.barriers(), []);
    const since = ada.sent.length;
    await refused.getByRole("button", { name: "Try again" }).click();
    await ada.sent.until("send_message", ({ tempId }) => tempId === "too-long", since);
    // Trying again takes the first refusal away at once: this is the second.
    await ada.page.waitForFunction(() => JSON.parse(localStorage.getItem("verbatim.outbox.ada.too-long")).refused);
    await refused.getByText("Not sent").first().waitFor();
    await refused.getByRole("button", { name: "Discard" }).click();
    await refused.waitFor({ state: "detached" });
    assert.deepEqual(await ada.page.evaluate(() => Object.keys(localStorage)), []);
  });

  test("hostile words run nothing and break nothing", async () => {
    const hostile = [
      `<img src=x onerror="window.pwned=1">`,
      `<script>window.pwned=1</script>`,
      `"><svg onload=window.pwned=1>`,
      `javascript:window.pwned=1`,
      `{{constructor.constructor("window.pwned=1")()}}`,
      "w".repeat(4_000),
      `مرحبا ‮backwards‬ עברית 123`,
      "z̸̡̨͈̟͇͖͕̻̣̙̪̥͍̤̖͈̰̗̱͖̲̲̞̙͇̥̀̋ͅalgo",
      "\u0000\u0007 nul",
    ];
    await server.signIn("mallory", { firstName: `<img src=x onerror="window.pwned=1">`, lastName: "‮llama" });
    const mallory = await Person.at(server, browser, "mallory", { viewport: { width: 360, height: 700 } });
    await mallory.signIn();
    for (const text of hostile) {
      await mallory.say(text);
    }
    await assertShowAll(ada, grace, mallory);
    for (const { page, complaints, username } of [ada, grace, mallory]) {
      assert.equal(await page.evaluate(() => window.pwned), undefined);
      assert.equal(await page.locator("#chat img, #chat script, #chat svg").count(), 0);
      const overflow = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll("#scroll, .room, #members")].filter((each) => each.scrollWidth > each.clientWidth).map(({ id }) => id));
      assert.deepEqual(overflow, [], `${username}'s page is too wide`);
      assert.deepEqual(complaints, [], username);
    }
    await ada.screenshot("hostile");
    await mallory.screenshot("narrow");
    await mallory.page.getByRole("button", { name: /online/ }).click();
    await mallory.page.locator("#members").waitFor();
    await mallory.screenshot("narrow-members");
    assert.deepEqual(await mallory.barriers(), []);
    await mallory.context.close();
  });

  test("more than the server replays is loaded as history", async (t) => {
    const user = await server.signIn("grace");
    await ada.context.setOffline(true);
    await server.kill();
    await server.restart();
    // 600 messages are more than REPLAY_LIMIT.
    const client = await Client.of(server, user);
    t.after(() => client.close());
    await Promise.all(
      Array.from({ length: 600 }, (_, n) => client.request("send_message", { groupId: lobby, content: `flood ${n}`, tempId: `flood-${n}` })),
    );
    await ada.context.setOffline(false);
    await ada.sees("flood 599");
    await assertShowAll(ada, grace);
  });

  test("who signs out is gone, with nothing left in the tab", async () => {
    await grace.words.fill("never sent");
    await grace.page.locator("#account button").click();
    await grace.page.getByRole("menuitem", { name: "Sign out" }).click();
    await grace.page.getByLabel("Your name").waitFor();
    assert.equal(await grace.page.evaluate(() => sessionStorage.length), 0);
  });

  test("the log tells nothing of what was said", async () => {
    await Promise.all([browser.close(), another.close()]);
    await server.stop();
    server.keepSecret("Good morning, Grace", "while it is down", "window.pwned");
    server.assertDiscreet();
  });
});
