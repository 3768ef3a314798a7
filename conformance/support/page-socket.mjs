import { EventEmitter } from "node:events";

/** A socket for the page's modules: the test emits what comes, and it keeps the names of what is asked. */
export class PageSocket extends EventEmitter {
  ready = true;
  asked = [];
  /** Whom it tells of when it is asked for a group's members. */
  people = [];

  async request(event) {
    this.asked.push(event);
    return { members: this.people.map((user) => ({ user })), users: [] };
  }

  /** How often it was asked that. */
  count(event) {
    return this.asked.filter((asked) => asked === event).length;
  }
}

/** Gives back when what was answered has been taken. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
