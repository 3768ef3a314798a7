import { Refusal } from "./refusal.js";
import { managesGroup } from "./roles.js";

const PAGE_MEMBERS = 100;
/** So many members a group is told with at the most: those who joined first. */
const MEMBERS_TOLD_MAX = 1_000;
/** The server's PRESENCE_GROUP_MAX where nobody has set it. */
const PRESENCE_GROUP_MAX = 500;

/** Whether all members of a group are in what the server tells of it. */
export function tellsAllMembers({ members }) {
  return members.length < MEMBERS_TOLD_MAX;
}

/** Who is in the open group, and with which role. Nothing in it touches the page. */
export class Members {
  #people;
  #requests;
  #me;
  #group = null;
  /** The roles of those whom the group tells of, and of those who were listed beyond. */
  #told = new Map();
  #listed = new Map();
  /** The last id of the latter, or undefined. */
  #cursor;
  #isListed = true;

  onChange = () => {};

  constructor(people, requests, me) {
    this.#people = people;
    this.#requests = requests;
    this.#me = me;
  }

  /** Goes to another group, of which nothing is known yet. */
  clear() {
    this.#group = null;
    this.#told.clear();
    this.#listed.clear();
    this.#isListed = true;
    this.onChange();
  }

  /** Takes the open group as the server tells of it. What was listed beyond stays, but for who was told and is not any more. */
  take(group) {
    const told = new Map(group.members.map(({ userId, role }) => [userId, role]));
    if (group._id !== this.#group?._id || tellsAllMembers(group)) {
      this.#listed.clear();
      this.#cursor = undefined;
      this.#isListed = tellsAllMembers(group);
    } else {
      [...this.#told.keys()].filter((userId) => !told.has(userId)).forEach((userId) => this.#listed.delete(userId));
    }
    this.#group = group;
    this.#told = told;
    this.onChange();
  }

  /**
   * This user has given a member of a group a role, or removed one, who then has none. The group may be told without
   * them. Gives back whether it is the open group: another may have been opened before the answer came.
   */
  change(groupId, userId, role) {
    if (groupId !== this.groupId) {
      return false;
    }
    for (const roles of [this.#told, this.#listed]) {
      if (role === null) {
        roles.delete(userId);
      } else if (roles.has(userId)) {
        roles.set(userId, role);
      }
    }
    this.onChange();
    return true;
  }

  /** The ids of everybody as far as listed. */
  ids() {
    return new Set([...this.#told.keys(), ...this.#listed.keys()]);
  }

  has(userId) {
    return this.#told.has(userId) || this.#listed.has(userId);
  }

  roleOf(userId) {
    return this.#group?.ownerId === userId ? "owner" : (this.#told.get(userId) ?? this.#listed.get(userId));
  }

  get groupId() {
    return this.#group?._id ?? null;
  }

  get myRole() {
    return this.#group ? (this.roleOf(this.#me()) ?? "member") : null;
  }

  /** Whether this user may change who is in the group and what it is called. */
  get isMineToManage() {
    return managesGroup(this.myRole);
  }

  /** Whether all of them are in what the group tells. */
  get areTold() {
    return this.#group === null || tellsAllMembers(this.#group);
  }

  /** Whether they are so many that who comes and goes is not told, or late: each client asks, but not all at once. */
  get areCrowd() {
    return this.#told.size > PRESENCE_GROUP_MAX;
  }

  /** Whether not all of the group's members are listed, of whom there are so many. */
  isShortOf(total) {
    return !this.#isListed || (!this.areTold && total > this.ids().size);
  }

  /** Lists a page more; where all were listed, and others have joined since, from the beginning. Throws what the request throws. */
  async more() {
    const groupId = this.groupId;
    if (this.#isListed) {
      this.#cursor = undefined;
      this.#isListed = false;
    }
    for (let isNew = false; !isNew && !this.#isListed; ) {
      const members = await this.#nextPage(groupId);
      if (groupId !== this.groupId) {
        return;
      }
      for (const { userId, role, user } of members) {
        isNew ||= !this.has(userId);
        this.#listed.set(userId, role);
        this.#people.learn(user);
      }
      this.#cursor = members.at(-1)?.userId;
      this.#isListed = members.length < PAGE_MEMBERS;
    }
    this.onChange();
  }

  /** From behind who was listed last; where that one is not in the group any more, from the beginning. */
  async #nextPage(groupId) {
    const cursor = this.#cursor;
    try {
      return await this.#requests.members(groupId, cursor, PAGE_MEMBERS);
    } catch (failure) {
      if (cursor === undefined || !(failure instanceof Refusal && failure.code === "USER_NOT_FOUND")) {
        throw failure;
      }
      return this.#requests.members(groupId, undefined, PAGE_MEMBERS);
    }
  }
}
