import { io } from "socket.io-client";
import { TRANSPORTS } from "./client.mjs";

const WAYS = Object.values(TRANSPORTS);
/** How long somebody stays away, does not read, or a group lives, in ms. */
const AWAY_MS = 500;
const STOPPED_MS = 5_000;
const GROUP_MS = 10_000;

/** What is refused rightly: between the action and its arrival somebody has closed, left or deleted. */
const RACES = new Set(["GROUP_NOT_FOUND", "ACCESS_DENIED", "MESSAGE_NOT_FOUND", "CONFLICT"]);

/**
 * A user of a chat who does a little of everything and remembers nearly nothing, so that a soak's own
 * process does not grow. What is done is counted in `counts`, and refusals by reason in `counts.refused`.
 */
export class Passerby {
  #groups = [];
  #newest = new Map();
  #own = new Map();
  #said = 0;
  #timers = new Set();
  #socket = null;

  constructor(server, user, { stops, counts, random }) {
    this.server = server;
    this.user = user;
    this.stops = stops;
    this.counts = counts;
    this.random = random;
  }

  come(groups) {
    this.#groups = groups;
    this.#connect();
  }

  go() {
    this.#timers.forEach(clearTimeout);
    this.#timers.clear();
    this.#socket?.disconnect();
  }

  /** Does one thing. */
  act() {
    if (!this.#socket?.connected) {
      return;
    }
    const groupId = this.#any(this.#groups);
    const mine = this.#own.get(groupId);
    const seen = this.#newest.get(groupId);
    const actions = [
      [50, () => this.#say(groupId)],
      [12, () => this.#do("typing_start", { groupId })],
      [6, () => this.#do("typing_stop", { groupId })],
      [8, () => seen && this.#do("mark_messages_read", { groupId, messageIds: [seen._id] })],
      [6, () => mine && this.#do("edit_message", { groupId, messageId: mine, content: `${this.#words()}, edited` })],
      [2, () => this.#deleteOwn(groupId)],
      [3, () => this.#do("leave_group", { groupId }).then(() => this.#do("join_group", { groupId }))],
      [3, () => this.#do("join_group", { groupId, lastSeq: Math.max(0, (seen?.seq ?? 0) - 20) })],
      [3, () => this.#do("get_online_users", { groupId })],
      [3, () => this.#do("get_group_members", { groupId })],
      [3, () => this.#do("get_messages", { groupId, limit: 30 })],
      [1, () => this.#do("change_status", { status: this.#any(["online", "away"]) })],
      [4, () => this.#comeBack()],
      [this.stops ? 20 : 0, () => this.#stopReading()],
    ];
    let left = this.random() * actions.reduce((sum, [weight]) => sum + weight, 0);
    const [, action] = actions.find(([weight]) => (left -= weight) < 0);
    void action();
  }

  /** Makes a group of some others, in which everybody says something, and closes it after a while. */
  async foundGroup(others) {
    const { token } = this.user;
    const made = await this.#ask("POST", "/api/groups", { token, body: { name: "For now" } });
    if (!made) {
      return;
    }
    const groupId = made.group._id;
    const members = [...new Set([this, ...others])];
    for (const member of members.slice(1)) {
      await this.#ask("POST", `/api/groups/${groupId}/join`, { token: member.user.token });
    }
    members.forEach((member) => (member.#groups = [...member.#groups, groupId]));
    this.#count("groups");
    this.#later(GROUP_MS, async () => {
      members.forEach((member) => member.#forget(groupId));
      await this.#ask("DELETE", `/api/groups/${groupId}`, { token });
    });
  }

  #connect() {
    this.#socket = io(this.server.url, { auth: { token: this.user.token }, forceNew: true, reconnection: true, ...this.#any(WAYS) });
    this.server.contract.events.watch(this.#socket);
    this.#socket.on("connect", () => this.#count("connects"));
    this.#socket.on("connect_error", ({ message }) => this.#refused(`connect: ${message}`));
    this.#socket.on("new_message", ({ message }) => {
      this.#count("shown");
      this.#newest.set(message.groupId, { _id: message._id, seq: message.seq });
    });
  }

  async #say(groupId) {
    const answer = await this.#do("send_message", { groupId, content: this.#words(), tempId: `${this.#said++}-${groupId}` });
    if (answer?.ok) {
      this.#count("said");
      this.#own.set(groupId, answer.message._id);
    }
  }

  async #deleteOwn(groupId) {
    const messageId = this.#own.get(groupId);
    if (messageId) {
      this.#own.delete(groupId);
      await this.#do("delete_message", { groupId, messageId });
    }
  }

  #comeBack() {
    this.#socket.disconnect();
    this.#later(AWAY_MS * this.random(), () => this.#connect());
  }

  /** The connection stays, and nothing is taken from it. */
  #stopReading() {
    const connection = this.#socket.io.engine.transport.ws?._socket;
    if (connection && !connection.isPaused()) {
      this.#count("stops");
      connection.pause();
      this.#later(STOPPED_MS, () => connection.resume());
    }
  }

  async #do(event, payload) {
    let answer;
    try {
      answer = await this.#socket.timeout(60_000).emitWithAck(event, payload);
    } catch {
      // It went meanwhile, and its answer with it.
      return null;
    }
    if (!answer.ok && !RACES.has(answer.error.code)) {
      this.#refused(`${event}: ${answer.error.code}`);
    }
    return answer;
  }

  async #ask(method, target, options) {
    const { status, body } = await this.server.ask(method, target, options);
    if (status >= 300 && !RACES.has(body?.code)) {
      this.#refused(`${method}: ${status}`);
    }
    return status < 300 ? body : null;
  }

  #forget(groupId) {
    this.#groups = this.#groups.filter((each) => each !== groupId);
    this.#newest.delete(groupId);
    this.#own.delete(groupId);
  }

  #later(ms, task) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void task();
    }, ms);
    this.#timers.add(timer);
  }

  #count(what) {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  #refused(why) {
    this.counts.refused ??= {};
    this.counts.refused[why] = (this.counts.refused[why] ?? 0) + 1;
  }

  #any(items) {
    return items[Math.floor(this.random() * items.length)];
  }

  #words() {
    return `words of ${this.user.username} `.repeat(1 + Math.floor(this.random() * 8)).trim();
  }
}
