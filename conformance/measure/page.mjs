// Measures what the chat page costs the browser's main thread in a group of 10,000 messages, and prints
// medians and the worst, in ms: `npm run measure`, or with another number of messages behind it.
import { launchBrowser, Person } from "../support/browser.mjs";
import { Client } from "../support/client.mjs";
import { LONG_LIVED } from "../support/launcher.mjs";
import { VerbatimServer } from "../support/server.mjs";

const MESSAGES = Number(process.argv[2] ?? 10_000);
const REPEATS = 15;
/** How many messages wait for their acknowledgement at once. */
const PIPELINED = 500;

const server = await VerbatimServer.start(LONG_LIVED);
const browser = await launchBrowser();
let grace;
try {
  const [ada, identity] = [await server.signIn("ada"), await server.signIn("grace")];
  const { group } = await server.do("POST", "/api/groups", { token: identity.token, body: { name: "Long", description: "Much was said" } });
  await server.do("POST", `/api/groups/${group._id}/join`, { token: ada.token });
  grace = await Client.of(server, identity);
  await fill(grace, group._id);
  const reader = await Person.at(server, browser, "ada");
  await reader.signIn();
  await measure(reader, group._id);
} finally {
  grace?.close();
  await browser.close();
  await server.dispose();
}

async function fill(client, groupId) {
  for (let n = 0; n < MESSAGES; n += PIPELINED) {
    const sends = Array.from({ length: Math.min(PIPELINED, MESSAGES - n) }, (_, i) =>
      client.request("send_message", { groupId, content: `Message ${n + i}. ${"Some words more. ".repeat((n + i) % 7)}` }),
    );
    await Promise.all(sends);
  }
}

async function measure(person, groupId) {
  const { page } = person;
  const work = await mainThread(person);
  const row = (name) => page.locator("#groups li button").filter({ hasText: name });
  const heading = (name) => page.getByRole("heading", { name });

  const nothing = [];
  for (let n = 0; n < REPEATS; n++) {
    nothing.push(await work(() => seesUpTo(page, 0)));
  }
  report("nothing: what measuring itself costs", nothing);

  const opening = [];
  for (let n = 0; n < REPEATS; n++) {
    await row("Lobby").click();
    await heading("Lobby").waitFor();
    opening.push(await work(async () => {
      await row("Long").click();
      await seesUpTo(page, MESSAGES);
    }));
  }
  report("open the group", opening);

  const scrolling = [];
  for (let first = await firstShown(page), before; first !== before; first = await firstShown(page)) {
    before = first;
    scrolling.push(await work(() => scrollUp(page, first)));
  }
  report(`scroll up by a step, to the first of ${MESSAGES}`, scrolling);
  await page.getByRole("button", { name: "To the newest" }).click();
  await seesUpTo(page, MESSAGES);

  const typing = [];
  for (let n = 0; n < REPEATS; n++) {
    typing.push(await work(() => person.words.press("x")));
  }
  report("type a character, with all of them held", typing);

  const receiving = [];
  for (let n = 1; n <= REPEATS; n++) {
    receiving.push(await work(async () => {
      await grace.request("send_message", { groupId, content: `News ${n}` });
      await seesUpTo(page, MESSAGES + n);
    }));
  }
  report("receive a message, with all of them held", receiving);
  console.log(`${await page.locator("#transcript .entry").count()} rows on the page`);
}

/** Gives a function that does something and gives back how long the main thread was busy with it, in ms. */
async function mainThread({ context, page }) {
  const session = await context.newCDPSession(page);
  // The thread's own time: what else the machine does counts less.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const busyMs = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1_000;
  };
  return async (act) => {
    await idle(page);
    const before = await busyMs();
    await act();
    await idle(page);
    return (await busyMs()) - before;
  };
}

/** Waits until what was begun has been laid out and painted. */
function idle(page) {
  return page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(resolve)))));
}

function seesUpTo(page, seq) {
  return page.waitForFunction((seq) => Number(document.querySelector("#transcript > :last-child")?.dataset.seq ?? 0) === seq, seq);
}

function firstShown(page) {
  return page.evaluate(() => Number(document.querySelector("#transcript .entry").dataset.seq));
}

/** Scrolls to the top of what is shown and waits for what comes above it, if there is anything. */
async function scrollUp(page, first) {
  await page.locator("#scroll").evaluate((node) => node.scrollTo(0, 0));
  if (first > 1) {
    await page.waitForFunction((first) => Number(document.querySelector("#transcript .entry").dataset.seq) < first, first);
  }
}

function report(name, times) {
  const sorted = times.toSorted((a, b) => a - b);
  const of = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1).padStart(6);
  console.log(`${name.padEnd(48)} median ${of(0.5)}  worst ${of(1)}  (${times.length} times)`);
}
