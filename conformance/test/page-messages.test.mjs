import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchBrowser, Person, withoutBrowser } from "../support/browser.mjs";
import { Client } from "../support/client.mjs";
import { VerbatimServer } from "../support/server.mjs";

/** A row keeps its place if it moves by no more than browsers round. */
const PLACE_PX = 2;

describe("messages on the chat page", { skip: withoutBrowser }, () => {
  let server, browser, ada, grace, lobby, graceToo;

  before(async () => {
    server = await VerbatimServer.start();
    browser = await launchBrowser();
    ada = await Person.at(server, browser, "ada");
    grace = await Person.at(server, browser, "grace", { colorScheme: "dark" });
    await ada.signIn();
    await grace.signIn();
    lobby = await server.lobby(await server.signIn("ada"));
    graceToo = await Client.of(server, await server.signIn("grace"));
  });

  after(async () => {
    graceToo?.close();
    await browser?.close();
    await server?.dispose();
  });

  const dialog = ({ page }) => page.getByRole("dialog");
  const scroll = ({ page }) => page.locator("#scroll");
  /** Says so much in a group by a client of Grace's, fast. */
  const flood = (groupId, count, content) =>
    Promise.all(Array.from({ length: count }, (_, n) => graceToo.request("send_message", { groupId, content: content(n) })));
  const newGroup = async (name) => {
    const [{ token }, { token: owner }] = [await server.signIn("ada"), await server.signIn("grace")];
    const { group } = await server.do("POST", "/api/groups", { token: owner, body: { name } });
    await server.do("POST", `/api/groups/${group._id}/join`, { token });
    await ada.listed(name).waitFor();
    return group._id;
  };
  const seqsShown = async (person) => (await person.shown()).map(({ seq }) => seq);
  const firstShown = async (person) => (await seqsShown(person))[0];

  const assertScrollsToTheBeginning = async (person) => {
    for (let first = await firstShown(person); first > 1; ) {
      const { seq, moved } = await scroll(person).evaluate(
        (node) =>
          new Promise((resolve) => {
            node.scrollTop = 120;
            const topOf = (entry) => entry.querySelector(".text").getBoundingClientRect().top;
            const watched = [...document.querySelectorAll("#transcript .entry")].find((entry) => topOf(entry) > node.getBoundingClientRect().top);
            const [first, before] = [document.querySelector("#transcript .entry"), topOf(watched)];
            const look = () => (document.querySelector("#transcript .entry") === first ? requestAnimationFrame(look) : resolve({ seq: Number(watched.dataset.seq), moved: topOf(watched) - before }));
            requestAnimationFrame(look);
          }),
      );
      assert.ok(Math.abs(moved) <= PLACE_PX, `message ${seq} moved by ${moved} px`);
      const seqs = await seqsShown(person);
      assert.ok(seqs[0] < first, `from ${first} to ${seqs[0]}`);
      assert.deepEqual(seqs, seqs.map((_, place) => seqs[0] + place), "no hole");
      assert.ok(seqs.length <= 240, `${seqs.length} rows`);
      [first] = seqs;
    }
    await person.page.getByText("The record begins here.").waitFor();
  };

  test("the last own message is edited with the arrow key", async () => {
    await ada.say("Teh build is green");
    await grace.sees("Teh build is green");
    await ada.isHeard();
    await ada.words.press("ArrowUp");
    assert.equal(await ada.words.inputValue(), "Teh build is green");
    assert.deepEqual(await ada.barriers(), []);
    await ada.screenshot("editing");
    await ada.words.fill("The build is green");
    await ada.words.press("Enter");
    for (const person of [ada, grace]) {
      await person.entry("The build is green").getByText("edited").waitFor();
    }
    // The others may hear of it before her page hears that it is done.
    await ada.page.locator(".change").waitFor({ state: "hidden" });
    assert.equal(await ada.words.inputValue(), "");
  });

  test("an edit that is given up changes nothing, and the draft is there again", async () => {
    await ada.words.fill("");
    await ada.choose(ada.entry("The build is green"), "Edit");
    await ada.words.fill("something else");
    await ada.words.press("Escape");
    assert.equal(await ada.words.inputValue(), "");
    await ada.sees("The build is green");
  });

  test("who wrote a message deletes it, after a question", async () => {
    await ada.say("Not for here");
    await ada.isHeard();
    await ada.choose(ada.entry("Not for here"), "Delete");
    assert.deepEqual(await ada.barriers(), []);
    await ada.screenshot("delete");
    await dialog(ada).getByRole("button", { name: "Cancel" }).click();
    await ada.sees("Not for here");
    await ada.choose(ada.entry("Not for here"), "Delete");
    await dialog(ada).getByRole("button", { name: "Delete" }).click();
    for (const person of [ada, grace]) {
      await person.sees("This message was deleted.");
      await person.seesNoMore("Not for here");
    }
    await grace.listed("Lobby").getByText("Message deleted").waitFor();
  });

  test("others' messages only an owner or admin deletes", async () => {
    assert.deepEqual(await grace.openMenu(grace.entry("The build is green")), ["Copy text"]);
    await grace.page.keyboard.press("Escape");
    await newGroup("Court");
    await grace.enter("Court");
    await ada.enter("Court");
    await ada.say("Objection");
    await grace.sees("Objection");
    assert.deepEqual(await grace.openMenu(grace.entry("Objection")), ["Copy text", "Delete…"]);
    await grace.page.getByRole("menuitem", { name: "Delete" }).click();
    await dialog(grace).getByRole("button", { name: "Delete" }).click();
    await ada.sees("This message was deleted.");
    await ada.enter("Lobby");
    await grace.enter("Lobby");
  });

  test("the menus of messages are one stop of the keyboard, and the arrows go through them", async () => {
    await grace.say("One more of mine");
    await ada.sees("One more of mine");
    await ada.words.focus();
    await ada.page.keyboard.press("Shift+Tab");
    const label = () => ada.page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    assert.match(await label(), /^Message \d+ of grace: more$/);
    const last = await label();
    await ada.page.keyboard.press("ArrowUp");
    assert.notEqual(await label(), last);
    await ada.page.keyboard.press("Enter");
    assert.equal(await ada.page.evaluate(() => document.activeElement.textContent), "Copy text");
    await ada.page.keyboard.press("Escape");
    assert.match(await label(), /^Message \d+ of/);
  });

  test("the text of a message is copied as it was written", async () => {
    const { page } = ada;
    await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await grace.say("  one\n\ttwo <b>");
    await ada.choose(ada.page.locator("#transcript .entry").filter({ hasText: "two <b>" }), "Copy text");
    await page.getByRole("status").filter({ hasText: "The text is copied." }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "one\n\ttwo <b>");
    await page.locator("#notice").getByRole("button", { name: "Close" }).click();
  });

  test("addresses of the web are links, and nothing else is", async () => {
    await ada.say("See https://example.org/a?b=c(d), http://x.test. javascript:alert(1) https://");
    const links = ada.page.locator("#transcript .text a");
    await links.nth(1).waitFor();
    assert.deepEqual(await links.evaluateAll((all) => all.map(({ href, rel, target }) => ({ href, rel, target }))), [
      { href: "https://example.org/a?b=c(d", rel: "noopener noreferrer nofollow", target: "_blank" },
      { href: "http://x.test/", rel: "noopener noreferrer nofollow", target: "_blank" },
    ]);
  });

  test("each day is named once, before what was said first on it", async (t) => {
    const groupId = await newGroup("Diary");
    for (const content of ["a week ago", "late yesterday", "early today", "just now"]) {
      await graceToo.request("send_message", { groupId, content });
    }
    const berlin = await Person.at(server, browser, "ada", { locale: "en-US", timezoneId: "Europe/Berlin" });
    t.after(() => berlin.context.close());
    // Half past midnight, and yesterday had 23 hours.
    await berlin.page.clock.setFixedTime("2026-03-30T00:30:00+02:00");
    const days = ["2026-03-23T12:00:00+01:00", "2026-03-29T23:59:00+02:00", "2026-03-30T00:01:00+02:00", "2026-03-30T00:29:00+02:00"];
    await berlin.page.route(
      ({ pathname }) => pathname === `/api/messages/group/${groupId}`,
      async (route) => {
        const response = await route.fetch();
        const page = await response.json();
        const messages = page.messages.map((message) => ({ ...message, createdAt: new Date(days[message.seq - 1]).toISOString() }));
        await route.fulfill({ response, json: { ...page, messages } });
      },
    );
    await berlin.signIn();
    await berlin.enter("Diary");
    await berlin.sees("just now");
    const lines = await berlin.page.locator("#transcript").locator(".day, .entry .text").allTextContents();
    assert.deepEqual(lines, ["Monday, March 23, 2026", "a week ago", "Yesterday", "late yesterday", "Today", "early today", "just now"]);
  });

  test("words written from right to left are shown so, beside those that are not", async () => {
    const directions = { "שלום, מה נשמע?": "rtl", "مرحبا بالجميع": "rtl", "Hello, everybody": "ltr", "12: עברית": "rtl", "English, עברית": "ltr" };
    for (const text of Object.keys(directions)) {
      await grace.say(text);
    }
    for (const person of [ada, grace]) {
      for (const [text, direction] of Object.entries(directions)) {
        const shown = person.entry(text).locator(".text");
        assert.equal(await shown.evaluate((node) => getComputedStyle(node).direction), direction, `${person.username}: ${text}`);
      }
    }
  });

  test("screen readers are told what others say in the group, and nothing else", async () => {
    const announcer = ada.page.locator("#announcer");
    await announcer.evaluate((node) => {
      window.announced = [];
      new MutationObserver(() => window.announced.push(node.textContent)).observe(node, { childList: true, subtree: true, characterData: true });
    });
    const announced = () => ada.page.evaluate(() => window.announced);
    const toAda = { groupId: lobby, content: "Ada, are you there?" };
    const { message } = await graceToo.request("send_message", toAda);
    await announcer.getByText("grace: Ada, are you there?", { exact: true }).waitFor();
    await ada.say("Yes, I am");
    await ada.isHeard();
    // Her own from elsewhere comes to this page as others' messages do.
    const { token } = await server.signIn("ada");
    await server.do("POST", "/api/messages", { token, body: { groupId: lobby, content: "Yes, from my phone" } });
    await ada.sees("Yes, from my phone");
    const elsewhere = await server.groupOf([await server.signIn("grace"), await server.signIn("ada")], "Elsewhere");
    await graceToo.request("send_message", { groupId: elsewhere, content: "in another group" });
    await ada.listed("Elsewhere").getByText("in another group").waitFor();
    assert.deepEqual(await announced(), ["grace: Ada, are you there?"]);
    // The same words again are told again.
    await graceToo.request("send_message", toAda);
    await ada.page.waitForFunction(() => window.announced.length === 2);
    // Words that are gone are not read out behind.
    await graceToo.request("delete_message", { groupId: lobby, messageId: message._id });
    await ada.page.waitForFunction(() => window.announced.length === 3);
    assert.deepEqual(await announced(), ["grace: Ada, are you there?", "grace: Ada, are you there?", ""]);
    assert.equal(await announcer.getAttribute("aria-live"), "polite");
  });

  test("what is long is folded until one wants to see it", async () => {
    await grace.say(Array.from({ length: 200 }, (_, n) => `line ${n}`).join("\n"));
    const entry = ada.page.locator(".entry").filter({ hasText: "line 199" });
    const height = async () => (await entry.boundingBox()).height;
    await entry.getByRole("button", { name: "Show all" }).waitFor();
    assert.ok((await height()) < 700);
    await entry.getByRole("button", { name: "Show all" }).click();
    await entry.getByRole("button", { name: "Show less" }).waitFor();
    assert.ok((await height()) > 4_000);
    await entry.getByRole("button", { name: "Show less" }).click();
  });

  test("what was begun in a group is there again after a look elsewhere, and after a reload", async () => {
    await ada.words.fill("half a thought");
    await ada.enter("Court");
    assert.equal(await ada.words.inputValue(), "");
    await ada.enter("Lobby");
    assert.equal(await ada.words.inputValue(), "half a thought");
    await ada.page.reload();
    await ada.isIn();
    assert.equal(await ada.words.inputValue(), "half a thought");
    await ada.words.fill("");
  });

  test("many messages are told read in one word", async () => {
    const groupId = await newGroup("Archive");
    await flood(groupId, 60, (n) => `kept ${n}`);
    await ada.listed("Archive").getByLabel("60 unread").waitFor();
    await ada.enter("Archive");
    await ada.page.locator(".day + .unread-line + .entry").waitFor();
    await ada.screenshot("unread-line");
    // What she saw in the group before may be told only now.
    const { messageIds } = await ada.sent.until("mark_messages_read", (mark) => mark.groupId === groupId);
    assert.ok(messageIds.length > 10, `${messageIds.length} at once`);
    await ada.listed("Archive").locator(".unread:visible").waitFor({ state: "detached" });
    assert.equal(ada.sent.all("mark_message_read").length, 0);
  });

  test("history comes while one scrolls up, and what one reads keeps its place", async () => {
    const groupId = await newGroup("Long");
    await flood(groupId, 1_000, (n) => `said ${n}. ${"More of it. ".repeat(n % 9)}`);
    await ada.enter("Long");
    await ada.seesUpTo(1_000);
    await assertScrollsToTheBeginning(ada);
  });

  test("who is far up is told of what is new, and brought there", async () => {
    await graceToo.request("send_message", { groupId: ada.page.url().split("#")[1], content: "Are you there?" });
    await ada.page.getByRole("button", { name: "New messages" }).waitFor();
    assert.ok((await firstShown(ada)) < 200, "she is still far up");
    assert.deepEqual(await ada.barriers(), []);
    await ada.screenshot("far-up");
    await ada.page.getByRole("button", { name: "New messages" }).click();
    await ada.sees("Are you there?");
    await ada.seesUpTo(1_001);
    await ada.page.getByRole("button", { name: "New messages" }).waitFor({ state: "hidden" });
    await ada.enter("Lobby");
  });

  test("what came long ago while a group was open is not held for ever, and comes again when one scrolls up", async (t) => {
    const groupId = await newGroup("Busy");
    await ada.enter("Busy");
    const asked = [];
    const note = (request) => request.url().includes(`/group/${groupId}?`) && asked.push(new URL(request.url()).searchParams);
    ada.page.on("request", note);
    t.after(() => ada.page.off("request", note));
    // Acknowledged in hundreds, so that all of it comes to her live.
    for (let n = 0; n < 2_300; n += 100) {
      await flood(groupId, 100, (i) => `going on ${n + i}`);
    }
    await ada.seesUpTo(2_300);
    assert.deepEqual(asked.map(String), [], "all of it came by itself");
    await assertScrollsToTheBeginning(ada);
    assert.deepEqual(asked.map((query) => query.get("before")), ["301", "201", "101"]);
    await ada.page.getByRole("button", { name: "To the newest" }).click();
    await ada.seesUpTo(2_300);
    await ada.enter("Lobby");
  });

  test("what was changed while she was away is seen when she is back", async () => {
    await ada.say("before the break");
    await grace.sees("before the break");
    const identity = await server.signIn("grace");
    const say = (content) => server.do("POST", "/api/messages", { token: identity.token, body: { groupId: lobby, content } });
    const [{ message: wrong }, { message: bad }] = [await say("to be edited"), await say("to be deleted")];
    await ada.sees("to be deleted");
    await ada.context.setOffline(true);
    await server.kill();
    await server.restart();
    await server.do("PUT", `/api/messages/${wrong._id}`, { token: identity.token, body: { content: "was edited" } });
    await server.do("DELETE", `/api/messages/${bad._id}`, { token: identity.token });
    await ada.context.setOffline(false);
    await ada.sees("was edited");
    await ada.seesNoMore("to be deleted");
  });

  test("two tabs of one user show what is written in either, once, and send it once", async (t) => {
    const tab = new Person(server, ada.context, "ada");
    await tab.openPage();
    t.after(() => tab.page.close());
    await tab.signIn();
    const [here, there] = [ada.sent.length, tab.sent.length];
    for (let n = 0; n < 10; n++) {
      await ada.say(`from the first tab ${n}`);
    }
    await ada.isHeard();
    for (const person of [ada, tab]) {
      await person.sees("from the first tab 9");
      const rows = (await person.shown()).filter(({ text }) => text.startsWith("from the first tab"));
      assert.deepEqual(rows.map(({ text, state }) => [text, state]), Array.from({ length: 10 }, (_, n) => [`from the first tab ${n}`, "sent"]));
    }
    // What the browser tells of its sockets may come later than what it tells of the page.
    await ada.sent.until("send_message", ({ content }) => content === "from the first tab 9", here);
    assert.equal(ada.sent.all("send_message", here).length, 10);
    assert.equal(tab.sent.all("send_message", there).length, 0);

    await server.kill();
    await ada.page.getByRole("status").filter({ hasText: "No connection" }).waitFor();
    await ada.say("written without a server");
    await ada.page.locator(".entry[data-state=sending]").waitFor();
    assert.equal(await tab.page.getByText("written without a server").count(), 0);
    await server.restart();
    for (const person of [ada, tab]) {
      await person.page.locator(".entry[data-state=sent]").getByText("written without a server").waitFor();
      // A tab that was about to send it too, for the server was away for long, shows it as waiting until it hears that it is sent.
      await person.page.waitForFunction(() => [...document.querySelectorAll("#transcript .text")].filter(({ textContent }) => textContent === "written without a server").length === 1);
    }
  });

  test("a group of 10,000 messages has no more rows on the page than another", async () => {
    const groupId = await newGroup("Endless");
    for (let n = 0; n < 10_000; n += 500) {
      await flood(groupId, 500, (i) => `message ${n + i}`);
    }
    await ada.enter("Endless");
    await ada.sees("message 9999");
    await graceToo.request("send_message", { groupId, content: "and one more" });
    await ada.sees("and one more");
    assert.ok((await ada.shown()).length <= 240);
    await ada.enter("Lobby");
  });

  test("hostile names and descriptions of groups run nothing and break nothing", async () => {
    const { token } = await server.signIn("grace");
    const body = { name: `<img src=x onerror="window.pwned=1">‮${"W".repeat(40)}`, description: `"><script>window.pwned=1</script>${"M".repeat(400)}` };
    const { group } = await server.do("POST", "/api/groups", { token, body });
    const narrow = await Person.at(server, browser, "ada", { viewport: { width: 360, height: 700 } });
    await narrow.signIn();
    await narrow.page.getByRole("button", { name: "Groups", exact: true }).click();
    await narrow.page.getByRole("button", { name: "Discover" }).click();
    await dialog(narrow).getByText("1 member").first().waitFor();
    await narrow.screenshot("hostile-discover");
    assert.deepEqual(await narrow.barriers(), []);
    await dialog(narrow).getByRole("button", { name: /^Join <img/ }).click();
    await narrow.page.waitForFunction((id) => location.hash === `#${id}`, group._id);
    await narrow.page.locator("#scroll[aria-busy=false]").waitFor();
    await narrow.say("w".repeat(4_000));
    await narrow.isHeard();
    await narrow.screenshot("hostile-group");
    const tooWide = () => [document.documentElement, ...document.querySelectorAll("#scroll, .room, #members, #groups ul, .room-head")].filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.id || each.className);
    for (const { page, complaints } of [narrow, ada]) {
      assert.equal(await page.evaluate(() => window.pwned), undefined);
      assert.equal(await page.locator("#chat img, #chat script").count(), 0);
      assert.deepEqual(await page.evaluate(tooWide), []);
      assert.deepEqual(complaints, []);
    }
    await narrow.context.close();
  });

  test("nothing was complained of", () => {
    for (const { complaints, username } of [ada, grace]) {
      assert.deepEqual(complaints, [], username);
    }
  });
});
