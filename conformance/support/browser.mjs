import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { EventLog } from "./event-log.mjs";
import { WAIT_MS_MAX } from "./time.mjs";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
/** How an event goes over a WebSocket, with or without the number of its callback. */
const EVENT_FRAME = /^42\d*(\[.*\])$/s;
const SCREENSHOTS = fileURLToPath(new URL("../target/", import.meta.url));

/**
 * What to give a test as `skip`: false where Chromium is, a reason where it is not. In CI nothing may
 * be missing, and the tests then run and fail.
 */
export const withoutBrowser =
  existsSync(CHROMIUM) || process.env.CI === "true" ? false : `Chromium is missing (${CHROMIUM}; CHROMIUM names another)`;

export function launchBrowser() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A person before the chat page: a browser context of her own, so that nothing is shared with others. */
export class Person {
  /** What the page complained of: errors, refused content, dialogs. */
  complaints = [];
  /** The events that her tabs have sent over WebSockets. */
  sent = new EventLog();

  static async at(server, browser, username, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(WAIT_MS_MAX);
    const person = new Person(server, context, username);
    await person.openPage();
    return person;
  }

  constructor(server, context, username) {
    this.server = server;
    this.context = context;
    this.username = username;
  }

  /** Opens the page in a new tab, signed out. */
  async openPage() {
    this.page = await this.context.newPage();
    this.page.on("pageerror", (error) => this.complaints.push(`error: ${error.message}`));
    this.page.on("dialog", (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    this.page.on("websocket", (socket) => {
      socket.on("framesent", ({ payload }) => {
        const [, event] = String(payload).match(EVENT_FRAME) ?? [];
        if (event) {
          this.sent.record(...JSON.parse(event));
        }
      });
    });
    this.page.on("console", (message) => {
      // A server that is down is complained of by the browser itself; everything else is the page's fault.
      if (message.type() === "error" && !/ERR_(CONNECTION|EMPTY|SOCKET|NETWORK|INTERNET)|Connection closed|closed before/.test(message.text())) {
        this.complaints.push(`console: ${message.text()}`);
      }
    });
    await this.page.goto(this.server.url);
  }

  async signIn() {
    await this.page.getByLabel("Your name").fill(this.username);
    await this.page.getByRole("button", { name: "Come in" }).click();
    await this.isIn();
  }

  /** Waits until the Lobby is open and may be written in. */
  async isIn() {
    await this.page.locator("#words:enabled").waitFor();
    await this.page.getByRole("heading", { name: "Lobby" }).waitFor();
    await this.page.locator("#scroll[aria-busy=false]").waitFor();
  }

  /** Opens one of her groups from the list and waits for what was said there. */
  async enter(group) {
    await this.listed(group).click();
    await this.page.getByRole("heading", { name: group, exact: true, level: 1 }).waitFor();
    await this.page.locator("#scroll[aria-busy=false]").waitFor();
  }

  /** A group in her list, by its name. */
  listed(group) {
    return this.page.locator("#groups li button").filter({ has: this.page.getByText(group, { exact: true }) });
  }

  /** The row of a message, by its words. */
  entry(text) {
    return this.page.locator("#transcript .entry").filter({ has: this.page.locator(".text").and(this.page.getByText(text, { exact: true })) });
  }

  /** Somebody in the list of members, by name. */
  member(name) {
    return this.page.locator("#members li").filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** Opens the menu of what is at `place`, and picks what begins with `item`. */
  async choose(place, item) {
    await this.openMenu(place);
    await this.page.getByRole("menuitem", { name: item }).click();
  }

  /** Opens the menu of what is at `place`; gives back what it offers. */
  async openMenu(place) {
    await place.hover();
    await place.locator("button[aria-haspopup=menu]").or(place.and(this.page.locator("button"))).first().click();
    return this.page.getByRole("menuitem").allTextContents();
  }

  get roomMenu() {
    return this.page.getByRole("button", { name: "This group: more" });
  }

  get words() {
    return this.page.locator("#words");
  }

  async say(text) {
    await this.words.fill(text);
    await this.words.press("Enter");
  }

  /** Waits until the server has acknowledged all that she wrote, in whichever tab, and this one shows it so. */
  async isHeard() {
    await this.page.waitForFunction(
      () => !Object.keys(localStorage).some((key) => key.startsWith("verbatim.outbox.")) && !document.querySelector("#transcript .entry.sending"),
    );
  }

  /** Waits until a message with exactly these words is shown. */
  async sees(text) {
    await this.page.locator("#transcript .text").and(this.page.getByText(text, { exact: true })).first().waitFor();
  }

  /** Waits until these words stand nowhere on the page. */
  async seesNoMore(text) {
    await this.page.waitForFunction((text) => !document.body.innerText.includes(text), text);
  }

  /** Waits until the message with that seq is the last one shown, and none is on its way. */
  async seesUpTo(seq) {
    await this.page.waitForFunction((seq) => Number([...document.querySelectorAll("#transcript .entry")].at(-1)?.dataset.seq ?? 0) === seq, seq);
  }

  /** What is shown, in order: `{seq, state, speaker, text}`. */
  shown() {
    return this.page.locator("#transcript .entry").evaluateAll((rows) =>
      rows.map((row) => ({
        seq: Number(row.dataset.seq) || null,
        state: row.dataset.state,
        speaker: row.querySelector(".speaker").textContent,
        text: row.querySelector(".text").textContent,
      })),
    );
  }

  /** What shuts people out, as axe-core finds it: `rule: selector`. What is still fading in is waited for. */
  async barriers() {
    await this.page.evaluate(() => Promise.all(document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < Infinity).map(({ finished }) => finished.catch(() => {}))));
    await this.page.evaluate(await readFile(AXE, "utf8"));
    const { violations } = await this.page.evaluate(() => window.axe.run());
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
  }

  async screenshot(name) {
    await mkdir(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: `${SCREENSHOTS}${name}.png`, animations: "disabled" });
  }
}
