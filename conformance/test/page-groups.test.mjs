import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchBrowser, Person, withoutBrowser } from "../support/browser.mjs";
import { VerbatimServer } from "../support/server.mjs";

describe("groups on the chat page", { skip: withoutBrowser }, () => {
  let server, browser, ada, grace, phone;

  before(async () => {
    server = await VerbatimServer.start();
    browser = await launchBrowser();
    ada = await Person.at(server, browser, "ada");
    grace = await Person.at(server, browser, "grace", { colorScheme: "dark" });
    await ada.signIn();
    await grace.signIn();
    phone = await Person.at(server, browser, "ada", { viewport: { width: 360, height: 700 } });
    await phone.signIn();
  });

  after(async () => {
    await browser?.close();
    await server?.dispose();
  });

  const dialog = ({ page }) => page.getByRole("dialog");
  const answer = (person, name) => dialog(person).getByRole("button", { name, exact: true }).click();
  /** Has her set her status, and waits until her page knows that the server keeps it: nothing before that counts. */
  const become = async (person, status) => {
    await person.choose(person.page.locator("#account"), `Set yourself ${status}`);
    await person.page.locator(`#account[data-status=${status}]`).waitFor();
  };
  const assertOpen = async (...people) => {
    for (const person of people) {
      assert.deepEqual(await person.barriers(), [], person.username);
    }
  };

  test("a group needs a name", async () => {
    await ada.page.getByRole("button", { name: "New", exact: true }).click();
    await answer(ada, "Create");
    await dialog(ada).getByRole("alert").filter({ hasText: "needs a name" }).waitFor();
    await assertOpen(ada);
    await ada.screenshot("new-group");
    await ada.page.keyboard.press("Escape");
    await dialog(ada).waitFor({ state: "hidden" });
  });

  test("who makes one is in it, in all her tabs", async () => {
    await ada.page.getByRole("button", { name: "New", exact: true }).click();
    await dialog(ada).getByLabel("Name").fill("Reading circle");
    await dialog(ada).getByLabel("Description").fill("One book a month");
    await dialog(ada).getByLabel("Private", { exact: true }).check();
    await answer(ada, "Create");
    await ada.page.getByRole("heading", { name: "Reading circle", level: 1 }).waitFor();
    await ada.page.locator("#room-about").getByText("One book a month").waitFor();
    await ada.page.locator("#words:focus").waitFor();
    await ada.member("ada").getByText("owner").waitFor();
    await ada.say("Welcome to myself");
    await ada.sees("Welcome to myself");
    await phone.page.getByRole("button", { name: "Groups", exact: true }).click();
    await phone.listed("Reading circle").getByText("You: Welcome to myself").waitFor();
    await assertOpen(phone);
    await phone.screenshot("narrow-groups");
    await phone.listed("Reading circle").click();
    await phone.sees("Welcome to myself");
  });

  test("on a narrow screen the panels open over the room, and give the focus back", async () => {
    const { page } = phone;
    for (const [name, panel] of [["Groups", "side"], ["online", "members"]]) {
      const button = page.locator(".room-head").getByRole("button", { name });
      await button.click();
      await page.locator(`#${panel}`).waitFor();
      assert.equal(await button.getAttribute("aria-expanded"), "true");
      await assertOpen(phone);
      assert.equal(await page.locator(`#${panel}`).evaluate((node) => node.contains(document.activeElement)), true);
      await page.keyboard.press("Escape");
      await page.locator(`#${panel}`).waitFor({ state: "hidden" });
      assert.equal(await button.evaluate((node) => node === document.activeElement), true);
    }
  });

  test("a private one is not to be discovered", async () => {
    await grace.page.getByRole("button", { name: "Discover" }).click();
    await dialog(grace).getByText("There is no public group").waitFor();
    await answer(grace, "Close");
  });

  test("people who are known are added by name", async () => {
    await ada.page.locator("#members").getByRole("button", { name: "Add", exact: true }).click();
    await assertOpen(ada);
    await ada.screenshot("add-people");
    await dialog(ada).getByLabel("Name or id").fill("gra");
    await dialog(ada).getByRole("button", { name: "Add grace" }).click();
    await dialog(ada).getByRole("button", { name: "Added grace" }).waitFor();
    await answer(ada, "Done");
    await ada.member("grace").waitFor();
    await grace.listed("Reading circle").waitFor();
    await grace.enter("Reading circle");
    await grace.sees("Welcome to myself");
    await grace.member("ada").getByText("owner").waitFor();
  });

  test("everybody is added by id", async () => {
    const { user } = await server.signIn("linus");
    await ada.choose(ada.roomMenu, "Add people");
    await dialog(ada).getByLabel("Name or id").fill("nobody of that name");
    await dialog(ada).getByText("Everybody can be added by id").waitFor();
    await dialog(ada).getByLabel("Name or id").fill(user._id);
    await dialog(ada).getByLabel("Name or id").press("Enter");
    await ada.member("linus").waitFor();
    // The dialog makes room for the next one when its own answer has come.
    await ada.page.waitForFunction(() => document.querySelector("#add-dialog input").value === "");
    await dialog(ada).getByLabel("Name or id").fill("f".repeat(24));
    await dialog(ada).getByLabel("Name or id").press("Enter");
    await dialog(ada).getByRole("alert").filter({ hasText: /./ }).waitFor();
    await answer(ada, "Done");
    assert.equal(await ada.member("linus").getAttribute("data-status"), "offline");
  });

  test("a member may not change who is in it", async () => {
    assert.equal(await grace.page.locator("#members").getByRole("button", { name: "Add", exact: true }).count(), 0);
    assert.equal(await grace.page.locator("#members .row-menu:visible").count(), 0);
    assert.deepEqual(await grace.openMenu(grace.roomMenu), ["Leave group…"]);
    await grace.page.keyboard.press("Escape");
  });

  test("an admin may, from the moment she is one", async () => {
    await ada.choose(ada.member("grace"), "Make admin");
    await ada.member("grace").getByText("admin").waitFor();
    await grace.member("grace").getByText("admin").waitFor();
    await grace.choose(grace.roomMenu, "Edit group");
    assert.equal(await dialog(grace).getByLabel("Name").inputValue(), "Reading circle");
    await assertOpen(grace);
    await grace.screenshot("edit-group-dark");
    await dialog(grace).getByLabel("Name").fill("Night readers");
    await dialog(grace).getByLabel("Description").fill("");
    await answer(grace, "Save");
    for (const person of [ada, grace, phone]) {
      await person.page.getByRole("heading", { name: "Night readers", level: 1 }).waitFor();
      await person.page.locator("#room-about:empty").waitFor({ state: "attached" });
    }
    assert.equal(await grace.member("ada").locator(".row-menu:visible").count(), 0, "nobody touches the owner");
  });

  test("who is removed is told, and sees it no longer", async () => {
    const linus = await Person.at(server, browser, "linus");
    await linus.signIn();
    await linus.enter("Night readers");
    await ada.page.locator("#members li[data-status=online]").filter({ hasText: "linus" }).waitFor();
    await grace.choose(grace.member("linus"), "Remove");
    await dialog(grace).getByRole("heading", { name: "Remove linus?" }).waitFor();
    await assertOpen(grace);
    await grace.screenshot("question-dark");
    await answer(grace, "Remove");
    await linus.page.getByRole("status").filter({ hasText: "You are no longer in Night readers." }).waitFor();
    await linus.isIn();
    await linus.listed("Night readers").waitFor({ state: "detached" });
    await ada.member("linus").waitFor({ state: "detached" });
    await linus.context.close();
  });

  test("the owner gives it away, and then may leave", async () => {
    assert.deepEqual(await ada.openMenu(ada.roomMenu), ["Edit group", "Add people", "Close group…"]);
    await ada.page.keyboard.press("Escape");
    await ada.choose(ada.member("grace"), "Make owner");
    await answer(ada, "Make owner");
    await ada.member("grace").getByText("owner").waitFor();
    await grace.member("ada").getByText("admin").waitFor();
    await ada.choose(ada.roomMenu, "Leave group");
    await answer(ada, "Leave");
    // It is told for some seconds only.
    await phone.page.getByRole("status").filter({ hasText: "You are no longer in Night readers." }).waitFor();
    await ada.isIn();
    await phone.isIn();
    assert.equal(await ada.page.locator("#notice:visible").count(), 0, "she knows");
    await grace.member("ada").waitFor({ state: "detached" });
  });

  test("a closed one is gone for everybody", async () => {
    await grace.choose(grace.roomMenu, "Add people");
    await dialog(grace).getByRole("button", { name: "Add ada" }).click();
    await answer(grace, "Done");
    await ada.enter("Night readers");
    await grace.choose(grace.roomMenu, "Close group");
    await answer(grace, "Close group");
    for (const person of [ada, grace]) {
      await person.isIn();
      await person.listed("Night readers").waitFor({ state: "detached" });
    }
  });

  test("a public one is discovered, joined, and live from then on", async () => {
    await grace.page.getByRole("button", { name: "New", exact: true }).click();
    await dialog(grace).getByLabel("Name").fill("Knitting");
    await dialog(grace).getByLabel("Description").fill("مع الصوف");
    await answer(grace, "Create");
    await grace.page.getByRole("heading", { name: "Knitting", level: 1 }).waitFor();
    await grace.say("Bring wool");
    await grace.isHeard();
    await grace.enter("Lobby");
    await ada.page.getByRole("button", { name: "Discover" }).click();
    await dialog(ada).getByText("1 member").waitFor();
    await assertOpen(ada);
    await ada.screenshot("discover");
    await dialog(ada).getByLabel("Find a group").fill("sewing");
    await dialog(ada).getByText("None of these").waitFor();
    await dialog(ada).getByLabel("Find a group").fill("knit");
    await dialog(ada).getByRole("button", { name: "Join Knitting" }).click();
    await ada.page.getByRole("heading", { name: "Knitting", level: 1 }).waitFor();
    await ada.sees("Bring wool");
    await ada.say("I have some");
    await grace.listed("Knitting").getByText("I have some").waitFor();
    await grace.listed("Knitting").getByLabel("1 unread").waitFor();
    await grace.page.waitForFunction(() => document.title.startsWith("(1) "));
    await assertOpen(grace);
    await grace.screenshot("unread-dark");
  });

  test("what is read on one device is read on all", async () => {
    const handheld = await Person.at(server, browser, "grace", { viewport: { width: 360, height: 700 }, hasTouch: true, isMobile: true });
    await handheld.signIn();
    const groups = handheld.page.getByRole("button", { name: "Groups", exact: true });
    await groups.locator(".unread").getByText("1").waitFor();
    await groups.tap();
    await handheld.listed("Knitting").getByLabel("1 unread").waitFor();
    await handheld.listed("Knitting").tap();
    await handheld.page.locator(".unread-line").waitFor();
    await handheld.page.locator("#scroll:focus").waitFor();
    await groups.locator(".unread").waitFor({ state: "hidden" });
    await grace.listed("Knitting").locator(".unread:visible").waitFor({ state: "detached" });
    await ada.page.locator(".entry.own .mark[title='Read by grace']").waitFor();
    await handheld.context.close();
  });

  test("who is away is seen to be, on all devices and by others", async () => {
    await become(ada, "away");
    await phone.page.locator("#account[data-status=away]").waitFor({ state: "attached" });
    await grace.page.locator("#members li[data-status=away]").filter({ hasText: "ada" }).waitFor();
    await grace.screenshot("away-dark");
    await become(ada, "online");
    await grace.page.locator("#members li[data-status=online]").filter({ hasText: "ada" }).waitFor();
  });

  test("who has set herself away is so in a new tab too", async () => {
    await become(ada, "away");
    await ada.page.reload();
    await ada.page.locator("#account[data-status=away]").getByText("Away").waitFor();
    await become(ada, "online");
  });

  test("who comes back is what she said last, wherever that was", async () => {
    const context = await browser.newContext();
    const changes = [];
    let cut;
    await context.routeWebSocket(/socket\.io/, (page) => {
      const behind = page.connectToServer();
      page.onMessage((frame) => {
        changes.push(...(String(frame).match(/"change_status",.*/) ?? []));
        behind.send(frame);
      });
      cut = () => Promise.all([page.close(), behind.close()]);
    });
    const desk = new Person(server, context, "ada");
    await desk.openPage();
    await desk.signIn();
    await become(desk, "away");
    await ada.page.locator("#account[data-status=away]").waitFor();
    await context.setOffline(true);
    await cut();
    await desk.page.getByRole("status").filter({ hasText: "No connection" }).waitFor();
    await become(ada, "online");
    await context.setOffline(false);
    await desk.page.locator("#account[data-status=online]").waitFor();
    assert.equal(changes.length, 1, `${changes}`);
    assert.equal(await ada.page.locator("#account").getAttribute("data-status"), "online");
    await context.close();
  });

  test("groups that share a name, or have one that is hard to show, are told apart and opened right", async (t) => {
    const [mallory, eve] = [await server.signIn("mallory"), await server.signIn("eve")];
    const lobby = await server.lobby(eve);
    const ids = new Map();
    const make = async (name, fields = {}) => {
      const { group } = await server.do("POST", "/api/groups", { token: mallory.token, body: { name, ...fields } });
      t.after(() => server.do("DELETE", `/api/groups/${group._id}`, { token: mallory.token }));
      await server.do("POST", "/api/messages", { token: mallory.token, body: { groupId: group._id, content: `said in ${group._id}` } });
      return group._id;
    };
    const names = ["n".repeat(100), "W ".repeat(50).trim(), "קבוצת הקריאה של יום חמישי", "🎉🎉 Fête 👩‍👩‍👧‍👦", `<img src=x onerror="window.pwned=1">`, "\u202eobmil \u202d&amp; %3Cb%3E"];
    for (const name of names) {
      ids.set(name, await make(name, { description: name.slice(0, 60) }));
      await server.do("POST", `/api/groups/${ids.get(name)}/join`, { token: eve.token });
    }
    const secret = await make("Lobby", { isPrivate: true });
    await server.do("POST", `/api/groups/${secret}/members`, { token: mallory.token, body: { userId: eve.user._id } });
    const fake = await make("Lobby", { description: "Not the one you know" });

    const person = await Person.at(server, browser, "eve");
    t.after(() => person.context.close());
    const { page } = person;
    const opened = () => page.evaluate(() => location.hash.slice(1));
    await person.signIn();
    assert.equal(await opened(), "", "without an address it is the Lobby that everybody is in");
    assert.deepEqual((await page.locator("#groups .name").allTextContents()).sort(), [...names, "Lobby", "Lobby"].sort());
    assert.deepEqual(await person.barriers(), []);
    await person.screenshot("names");
    for (const [name, id] of ids) {
      await person.enter(name);
      assert.equal(await opened(), id);
      await person.sees(`said in ${id}`);
      assert.equal(await page.locator("#room-name").textContent(), name);
      const isRightToLeft = name.startsWith("ק");
      assert.equal(await page.locator("#room-name").evaluate((node) => getComputedStyle(node).direction), isRightToLeft ? "rtl" : "ltr");
      const { x, width } = await page.locator("#room-menu").boundingBox();
      assert.ok(x + width <= 1_280 - 240, "the head keeps its width");
    }
    const lobbies = page.locator("#groups li button").filter({ has: page.getByText("Lobby", { exact: true }) });
    const found = [];
    for (const n of [0, 1]) {
      await lobbies.nth(n).click();
      await page.getByRole("heading", { name: "Lobby", exact: true, level: 1 }).waitFor();
      found.push(await opened());
      if (found[n] === secret) {
        await person.sees(`said in ${secret}`);
      }
    }
    assert.deepEqual(found.toSorted(), [lobby, secret].toSorted());

    await page.getByRole("button", { name: "Discover" }).click();
    await dialog(person).getByLabel("Find a group").fill("lobby");
    await dialog(person).getByText("Not the one you know").waitFor();
    assert.equal(await dialog(person).locator(".name").count(), 1, "a private one is not to be found");
    await dialog(person).getByRole("button", { name: "Join Lobby" }).click();
    await person.sees(`said in ${fake}`);
    assert.equal(await opened(), fake);
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    assert.equal(await page.locator("#chat img").count(), 0);
    const tooWide = () => [document.documentElement, ...document.querySelectorAll("#scroll, .room, .room-head, #groups ul")].filter((each) => each.scrollWidth > each.clientWidth + 1).map(({ id, className }) => id || className);
    assert.deepEqual(await page.evaluate(tooWide), []);
    assert.deepEqual(person.complaints, []);
  });

  test("who is in no group is helped to find one", async () => {
    for (const group of ["Knitting", "Lobby"]) {
      await ada.enter(group);
      await ada.choose(ada.roomMenu, "Leave group");
      await answer(ada, "Leave");
      await ada.listed(group).waitFor({ state: "detached" });
    }
    await ada.page.locator(".no-group").getByText("You are in no group.").waitFor();
    await assertOpen(ada);
    await ada.screenshot("no-group");
    await ada.page.locator(".no-group").getByRole("button", { name: "Discover groups" }).click();
    await dialog(ada).getByRole("button", { name: "Join Lobby" }).click();
    await ada.isIn();
    await ada.say("Back again");
    await grace.listed("Lobby").getByText("Back again").waitFor();
  });

  test("nothing was complained of", () => {
    for (const { complaints, username } of [ada, grace, phone]) {
      // What a refused request says of itself in the console is not the page's fault.
      assert.deepEqual(complaints.filter((complaint) => !/status of 40[0-9]/.test(complaint)), [], username);
    }
  });
});
