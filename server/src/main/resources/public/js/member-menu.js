/** What an owner or admin may do with a member. Nobody touches the owner, nor the own role. */
export class MemberMenu {
  #menu;
  #requests;
  #question;
  #notice;

  constructor({ menu, requests, question, notice }) {
    this.#menu = menu;
    this.#requests = requests;
    this.#question = question;
    this.#notice = notice;
  }

  /** Whether `myRole` has anything to do with a member. */
  static has(myRole, { role, isMe }) {
    return (myRole === "owner" || myRole === "admin") && role !== "owner" && !isMe;
  }

  open({ userId, name, role }, button, { group, myRole }) {
    const { _id: groupId } = group;
    const setRole = (to) => () => this.#notice.run(() => this.#requests.setRole(groupId, userId, to));
    const items = [role === "admin" ? { label: "Make member", act: setRole("member") } : { label: "Make admin", act: setRole("admin") }];
    if (myRole === "owner") {
      items.push({
        label: "Make owner…",
        act: () =>
          this.#question.ask({
            title: `Make ${name} the owner?`,
            words: `${group.name} then belongs to them, and you stay as an admin. Only they can give it back.`,
            yes: "Make owner",
            act: () => this.#requests.transfer(groupId, userId),
          }),
      });
    }
    items.push({
      label: "Remove…",
      danger: true,
      act: () =>
        this.#question.ask({
          title: `Remove ${name}?`,
          words: `They no longer see ${group.name}. What they said stays.`,
          yes: "Remove",
          act: () => this.#requests.remove(groupId, userId),
        }),
    });
    this.#menu.open(button, items);
  }
}
