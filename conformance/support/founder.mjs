import assert from "node:assert/strict";

/**
 * A user who makes groups by REST and changes them, one thing after the other, and knows what they must
 * be then: what was answered with success is done for good, and of what had no answer either is right.
 */
export class Founder {
  /** What each group must be, by id: `{name, isActive, roles}`. */
  #groups = new Map();
  /** What was asked for last and not answered, `{groupId, after}`. */
  #open = null;
  #server;
  #user;
  #others;
  #random;
  #made = 0;

  /** How many changes were answered with success. */
  done = 0;

  constructor(server, user, others, random) {
    this.#server = server;
    this.#user = user;
    this.#others = others;
    this.#random = random;
  }

  /** Makes and changes groups until the server does not answer. */
  async work() {
    try {
      for (;;) {
        await this.#doOne();
      }
    } catch (failure) {
      // What the server refuses is a fault of this one; that it is gone is what is waited for.
      if (failure instanceof assert.AssertionError) {
        throw failure;
      }
    }
  }

  /** Compares all groups with what they must be, and takes what they are for true from then on. */
  async check() {
    for (const [groupId, before] of this.#groups) {
      const is = await this.#read(groupId);
      const mayBe = this.#open?.groupId === groupId ? [before, this.#open.after] : [before];
      assert.ok(
        mayBe.some((each) => isSame(each, is)),
        `group ${groupId} is ${show(is)}, and must be ${mayBe.map(show).join(" or ")}`,
      );
      this.#groups.set(groupId, is);
    }
    this.#open = null;
  }

  async #doOne() {
    const open = [...this.#groups].filter(([, { isActive }]) => isActive);
    const [groupId, group] = this.#any(open) ?? [];
    if (!group || open.length < 3) {
      await this.#make();
      return;
    }
    const member = this.#any([...group.roles.keys()].filter((id) => id !== this.#user.user._id));
    const stranger = this.#any(this.#others.map(({ user }) => user._id).filter((id) => !group.roles.has(id)));
    const target = `/api/groups/${groupId}`;
    const dice = this.#random();
    if (dice < 0.1) {
      await this.#change(groupId, { isActive: false }, "DELETE", target);
    } else if (dice < 0.3) {
      const name = `Renamed ${this.#made++}`;
      await this.#change(groupId, { name }, "PUT", target, { name });
    } else if (stranger && (dice < 0.6 || !member)) {
      const role = this.#any(["member", "admin"]);
      await this.#change(groupId, { roles: new Map(group.roles).set(stranger, role) }, "POST", `${target}/members`, { userId: stranger, role });
    } else if (member && dice < 0.75) {
      const role = group.roles.get(member) === "admin" ? "member" : "admin";
      await this.#change(groupId, { roles: new Map(group.roles).set(member, role) }, "PUT", `${target}/members/${member}`, { role });
    } else if (member) {
      const roles = new Map([...group.roles].filter(([id]) => id !== member));
      await this.#change(groupId, { roles }, "DELETE", `${target}/members/${member}`);
    }
  }

  async #make() {
    const name = `Made ${this.#made++}`;
    const { group } = await this.#server.do("POST", "/api/groups", { token: this.#user.token, body: { name } });
    this.#groups.set(group._id, { name, isActive: true, roles: new Map([[this.#user.user._id, "owner"]]) });
    this.done++;
  }

  async #change(groupId, change, method, target, body) {
    const after = { ...this.#groups.get(groupId), ...change };
    this.#open = { groupId, after };
    await this.#server.do(method, target, { token: this.#user.token, body });
    this.#open = null;
    this.#groups.set(groupId, after);
    this.done++;
  }

  /** What a group is now, as its owner is told; of one that is closed nothing more than that. */
  async #read(groupId) {
    const { status, body } = await this.#server.ask("GET", `/api/groups/${groupId}`, { token: this.#user.token });
    if (status === 404) {
      return { ...this.#groups.get(groupId), isActive: false };
    }
    const { name, isActive, members } = body.group;
    return { name, isActive, roles: new Map(members.map(({ userId, role }) => [userId, role])) };
  }

  #any(items) {
    return items[Math.floor(this.#random() * items.length)];
  }
}

function isSame(one, other) {
  return show(one) === show(other);
}

/** Of a closed group only that it is closed can be seen. */
function show({ name, isActive, roles }) {
  return isActive ? JSON.stringify([name, [...roles].toSorted()]) : "closed";
}
