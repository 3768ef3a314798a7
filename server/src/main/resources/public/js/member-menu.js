/** What an owner or admin may do with a member. */
export class MemberMenu {
  #menu;
  #requests;
  #question;
  #notice;

  /** Called with the ids of a group and a member, and the role that they have now; null for who was removed. */
  onChanged = () => {};

  constructor({ menu, requests, question, notice }) {
    this.#menu = menu;
    this.#requests = requests;
    this.#question = question;
    this.#notice = notice;
  }

  open({ userId, name, role }, button, { group, myRole }) {
    const { _id: groupId } = group;
    const setRole = (to) => () =>
      this.#notice.run(async () => {
        await this.#requests.setRole(groupId, userId, to);
        this.onChanged(groupId, userId, to);
      });
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
          act: async () => {
            await this.#requests.remove(groupId, userId);
            this.onChanged(groupId, userId, null);
          },
        }),
    });
    this.#menu.open(button, items);
  }
}
