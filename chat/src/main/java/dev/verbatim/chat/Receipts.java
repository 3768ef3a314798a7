package dev.verbatim.chat;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Marking messages as read. Stateless; for any thread; never blocks. Replies come as those of
 * {@link Messages} do.
 */
public final class Receipts {
  private final ChatStore store;
  private final MemberWrites writes;
  private final Questions questions;
  private final InstantSource clock;

  Receipts(ChatStore store, MemberWrites writes, Questions questions, InstantSource clock) {
    this.store = store;
    this.writes = writes;
    this.questions = questions;
    this.clock = clock;
  }

  /** Marks one message as read; refused if the group does not have it. */
  public void markOne(
      ObjectId userId, ObjectId groupId, ObjectId messageId, Consumer<? super MarkedRead> reply) {
    mark(
        userId,
        groupId,
        List.of(messageId),
        marked -> {
          if (marked instanceof MarkedRead.Read(List<ObjectId> newlyRead, _)
              && newlyRead.isEmpty()) {
            questions.ask(
                () -> isInGroup(messageId, groupId) ? marked : new Refused.NoMessage(),
                reply,
                _ -> reply.accept(new Refused.Unavailable()));
          } else {
            reply.accept(marked);
          }
        });
  }

  private boolean isInGroup(ObjectId messageId, ObjectId groupId) throws StoreException {
    Optional<Message> message = store.message(messageId);
    return message.isPresent() && message.get().groupId().equals(groupId);
  }

  /** Marks messages as read in one write. Those that the group does not have are passed over. */
  public void mark(
      ObjectId userId,
      ObjectId groupId,
      List<ObjectId> messageIds,
      Consumer<? super MarkedRead> reply) {
    Instant readAt = clock.instant();
    writes.commit(
        userId,
        groupId,
        new Write.MarkRead(groupId, userId, messageIds, readAt),
        marked -> reply.accept(new MarkedRead.Read(marked.newlyRead(), readAt)),
        reply);
  }
}
