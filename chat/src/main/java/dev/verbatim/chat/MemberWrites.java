package dev.verbatim.chat;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.Write;
import java.util.function.Consumer;

/**
 * Commits what members of a group alone may. Of those who are here the directory says at once
 * whether they are, of others the commit itself. Stateless; for any thread; never blocks.
 */
final class MemberWrites {
  private final Writer writer;
  private final Directory directory;
  private final Groups groups;
  private final Questions questions;

  MemberWrites(Writer writer, Directory directory, Groups groups, Questions questions) {
    this.writer = writer;
    this.directory = directory;
    this.groups = groups;
    this.questions = questions;
  }

  /**
   * Commits a write of a member's. One of the two is called exactly once, on a thread as {@link
   * Messages} says.
   *
   * @param committed gets the outcome, on the writer's thread and in commit order
   */
  <R> void commit(
      ObjectId userId,
      ObjectId groupId,
      Write<R> write,
      Consumer<? super R> committed,
      Consumer<? super Refused.NotTaken> refused) {
    if (directory.role(userId, groupId) != null) {
      submit(write, committed, refused);
    } else {
      submitIfMember(userId, groupId, write, committed, refused);
    }
  }

  private <R> void submitIfMember(
      ObjectId userId,
      ObjectId groupId,
      Write<R> write,
      Consumer<? super R> committed,
      Consumer<? super Refused.NotTaken> refused) {
    submit(
        new Write.IfMember<>(userId, groupId, write),
        outcome -> outcome.ifPresentOrElse(committed, () -> tellWhyNot(userId, groupId, refused)),
        refused);
  }

  private void tellWhyNot(
      ObjectId userId, ObjectId groupId, Consumer<? super Refused.NotTaken> refused) {
    questions.ask(
        () -> groups.whyNot(userId, groupId),
        refused,
        _ -> refused.accept(new Refused.Unavailable()));
  }

  private <R> void submit(
      Write<R> write, Consumer<? super R> committed, Consumer<? super Refused.NotTaken> refused) {
    Outcome<R> outcome = Outcome.of(committed, _ -> refused.accept(new Refused.Unavailable()));
    if (!writer.submit(write, outcome)) {
      refused.accept(new Refused.Unavailable());
    }
  }
}
