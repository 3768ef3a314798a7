import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Founder } from "../support/founder.mjs";
import { randomFrom } from "../support/random.mjs";

const user = (id) => ({ token: id, user: { _id: id } });

/** What a server does of groups, in memory: it ends after some changes, and may lose some of what it said it did. */
class Forgetful {
  groups = new Map();
  changes = 0;
  #saved = new Map();

  constructor({ end, isLastDone = false }) {
    this.end = end;
    this.isLastDone = isLastDone;
  }

  async do(method, target, { token, body }) {
    const isLast = ++this.changes > this.end;
    if (!isLast || this.isLastDone) {
      this.#saved = structuredClone(this.groups);
      this.#apply(method, target.split("/"), token, body);
    }
    if (isLast) {
      throw new TypeError("fetch failed");
    }
    return { group: { _id: `g${this.groups.size}` } };
  }

  /** Undoes what it said it had done last. */
  forget() {
    this.groups = this.#saved;
  }

  async ask(_, target) {
    const group = this.groups.get(target.split("/")[3]);
    return group?.isActive ? { status: 200, body: { group } } : { status: 404, body: {} };
  }

  #apply(method, [, , , id, members, userId], token, body) {
    const group = this.groups.get(id);
    if (!id) {
      this.groups.set(`g${this.groups.size + 1}`, { name: body.name, isActive: true, members: [{ userId: token, role: "owner" }] });
    } else if (!members) {
      Object.assign(group, method === "PUT" ? { name: body.name } : { isActive: false });
    } else if (method === "POST") {
      group.members.push({ userId: body.userId, role: body.role });
    } else {
      group.members = group.members.filter((member) => member.userId !== userId);
      if (method === "PUT") {
        group.members.push({ userId, role: body.role });
      }
    }
  }
}

async function work(options, seed) {
  const server = new Forgetful(options);
  const founder = new Founder(server, user("ada"), [user("bob"), user("cy")], randomFrom(seed));
  await founder.work();
  return { server, founder };
}

describe("a founder of groups", () => {
  test("finds everything as it must be, whether the last change was done or not", async () => {
    for (let seed = 0; seed < 100; seed++) {
      for (const isLastDone of [false, true]) {
        const { server, founder } = await work({ end: 5 + (seed % 30), isLastDone }, seed);
        await founder.check();
        server.end += 20;
        await founder.work();
        await founder.check();
        assert.ok(founder.done > 20);
      }
    }
  });

  test("finds each change that was answered and undone", async () => {
    for (let seed = 0; seed < 100; seed++) {
      const { server, founder } = await work({ end: 5 + (seed % 30) }, seed);
      // What had no answer could undo it rightly; after this nothing is open.
      await founder.check();
      server.forget();
      await assert.rejects(founder.check(), /^AssertionError.*: group g\d+ is .*, and must be /, `seed ${seed}`);
    }
  });

  test("finds a refusal", async () => {
    const { server, founder } = await work({ end: 10 }, 1);
    server.do = async () => assert.fail("PUT: 403");
    await assert.rejects(founder.work(), /PUT: 403/);
  });
});
