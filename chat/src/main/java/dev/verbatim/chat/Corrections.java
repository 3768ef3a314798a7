package dev.verbatim.chat;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.MessageChange;
import dev.verbatim.chat.store.MessageChanged;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Editing and deleting messages. Stateless; for any thread; never blocks. Replies come as those of
 * {@link Messages} do.
 */
public final class Corrections {
  private final MemberWrites writes;
  private final OpenChanges openChanges;
  private final InstantSource clock;
  private final ChatSettings settings;

  Corrections(
      MemberWrites writes, OpenChanges openChanges, InstantSource clock, ChatSettings settings) {
    this.writes = writes;
    this.openChanges = openChanges;
    this.clock = clock;
    this.settings = settings;
  }

  /**
   * Replaces the content of a message, which its author may.
   *
   * @param content as it came, null if that is no string; it is trimmed and checked as that of a
   *     new message
   */
  public void edit(
      ObjectId userId,
      ObjectId groupId,
      ObjectId messageId,
      @Nullable String content,
      Consumer<? super Corrected> reply) {
    switch (Content.parse(content)) {
      case Content.Valid(String text) ->
          commit(
              new MessageChange.EditMessage(
                  messageId, groupId, userId, text, clock.instant(), settings.readersShownMax()),
              reply);
      case Content.Invalid(String reason) -> reply.accept(new Refused.InvalidContent(reason));
      case Content.TooLong() -> reply.accept(new Refused.TooLong(Content.LENGTH_MAX));
    }
  }

  /** Takes the content of a message away for good, which its author, admins and the owner may. */
  public void delete(
      ObjectId userId, ObjectId groupId, ObjectId messageId, Consumer<? super Corrected> reply) {
    commit(
        new MessageChange.DeleteMessage(
            messageId, groupId, userId, clock.instant(), settings.readersShownMax()),
        reply);
  }

  private void commit(MessageChange change, Consumer<? super Corrected> reply) {
    writes.commit(
        change.byId(),
        change.groupId(),
        change,
        changed -> reply.accept(corrected(changed)),
        refused -> {
          if (refused instanceof Refused.Unavailable) {
            openChanges.add(change);
          }
          reply.accept(refused);
        });
  }

  private static Corrected corrected(MessageChanged changed) {
    return switch (changed) {
      case MessageChanged.Done(var message, var readers) -> new Corrected.Done(message, readers);
      case MessageChanged.Unchanged _ -> new Corrected.Unchanged();
      case MessageChanged.NoMessage _ -> new Refused.NoMessage();
      case MessageChanged.NotAllowed _ -> new Refused.NotAllowed();
    };
  }
}
