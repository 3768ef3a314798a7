const pathOf = (groupId, more = "") => `/api/groups/${groupId}${more}`;

/** What is asked of groups by HTTP. Everything throws a Refusal or Unanswered. */
export class GroupRequests {
  #identity;

  constructor(identity) {
    this.#identity = identity;
  }

  async get(groupId) {
    return (await this.#identity.ask("GET", pathOf(groupId))).group;
  }

  /** Public groups that one is not in, the newest first, from behind `after` on. */
  async discover(after, limit) {
    const query = `?limit=${limit}${after ? `&after=${after}` : ""}`;
    return (await this.#identity.ask("GET", `/api/groups/discover${query}`)).groups;
  }

  async create(fields) {
    return (await this.#identity.ask("POST", "/api/groups", fields)).group;
  }

  async change(groupId, fields) {
    return (await this.#identity.ask("PUT", pathOf(groupId), fields)).group;
  }

  /** Nobody can enter or read it any more. */
  close(groupId) {
    return this.#identity.ask("DELETE", pathOf(groupId));
  }

  async join(groupId) {
    return (await this.#identity.ask("POST", pathOf(groupId, "/join"))).group;
  }

  leave(groupId) {
    return this.#identity.ask("POST", pathOf(groupId, "/leave"));
  }

  /** Members by their ids, from behind `after` on. */
  async members(groupId, after, limit) {
    const query = `?limit=${limit}${after ? `&after=${after}` : ""}`;
    return (await this.#identity.ask("GET", pathOf(groupId, `/members${query}`))).members;
  }

  add(groupId, userId) {
    return this.#identity.ask("POST", pathOf(groupId, "/members"), { userId });
  }

  setRole(groupId, userId, role) {
    return this.#identity.ask("PUT", pathOf(groupId, `/members/${userId}`), { role });
  }

  remove(groupId, userId) {
    return this.#identity.ask("DELETE", pathOf(groupId, `/members/${userId}`));
  }

  transfer(groupId, newOwnerId) {
    return this.#identity.ask("POST", pathOf(groupId, "/transfer"), { newOwnerId });
  }
}
