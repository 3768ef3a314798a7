import { copy } from "./clipboard.js";

/** What one may do with a message: the author changes it; the author, an admin and the owner delete it. */
export class MessageMenu {
  #menu;
  #socket;
  #question;
  #notice;

  /** Called with the message that its author wants to change. */
  onEdit = () => {};
  /** Called with a message as it is after a change. */
  onChanged = () => {};
  onDeleted = () => {};

  constructor({ menu, socket, question, notice }) {
    this.#menu = menu;
    this.#socket = socket;
    this.#question = question;
    this.#notice = notice;
  }

  /** Opens at `button`; `mayDelete` is whether this user has a say over what others write. */
  open(message, button, { me, mayDelete }) {
    const isOwn = message.senderId === me;
    const items = [{ label: "Copy text", act: () => this.#copy(message) }];
    if (isOwn) {
      items.push({ label: "Edit", act: () => this.onEdit(message) });
    }
    if (isOwn || mayDelete) {
      items.push({ label: "Delete…", danger: true, act: () => this.#askToDelete(message) });
    }
    this.#menu.open(button, items);
  }

  #copy({ content }) {
    return this.#notice.run(async () => {
      await copy(content);
      this.#notice.show("The text is copied.");
    });
  }

  /** Gives a promise that is kept when the server has the new words. */
  async save({ _id: messageId, groupId }, content) {
    const { message } = await this.#socket.request("edit_message", { messageId, groupId, content });
    this.onChanged(message);
  }

  #askToDelete({ _id: messageId, groupId }) {
    this.#question.ask({
      title: "Delete this message?",
      words: "Its words are gone for everybody; that it was there stays to be seen.",
      yes: "Delete",
      act: async () => {
        await this.#socket.request("delete_message", { messageId, groupId });
        this.onDeleted();
      },
    });
  }
}
