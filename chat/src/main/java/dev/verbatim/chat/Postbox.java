package dev.verbatim.chat;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What callers without a socket do with messages. What others are to be told of it the {@link
 * ChatListener} is told, in commit order and before the caller is answered, also where the caller
 * has given up. Stateless; blocks, for at most {@link ChatSettings#commitWaitMax}.
 */
public final class Postbox {
  private final ChatStore store;
  private final Messages messages;
  private final Corrections corrections;
  private final Receipts receipts;
  private final Groups groups;
  private final Typing typing;
  private final ChatListener listener;
  private final Faults faults;
  private final Duration waitMax;

  Postbox(
      ChatStore store,
      Messages messages,
      Corrections corrections,
      Receipts receipts,
      Groups groups,
      Typing typing,
      ChatListener listener,
      Faults faults,
      ChatSettings settings) {
    this.store = store;
    this.messages = messages;
    this.corrections = corrections;
    this.receipts = receipts;
    this.groups = groups;
    this.typing = typing;
    this.listener = listener;
    this.faults = faults;
    waitMax = settings.commitWaitMax();
  }

  /** Sends a message. Nobody knows on which socket it was typed: on none any more. */
  public Sent send(SendMessage command) throws StoreException {
    typing.onDone(command.userId(), command.groupId());
    return await(
        reply ->
            messages.send(
                command,
                sent -> {
                  if (sent instanceof Sent.Accepted(var message, var sender)) {
                    faults.guard(
                        "telling a message", () -> listener.onMessagePosted(message, sender));
                  }
                  reply.accept(sent);
                }));
  }

  /** Edits a message of whatever group; as {@link Corrections#edit}. */
  public Corrected edit(ObjectId userId, ObjectId messageId, @Nullable String content)
      throws StoreException {
    ObjectId groupId = visibleGroup(userId, messageId);
    if (groupId == null) {
      return new Refused.NoMessage();
    }
    return await(
        reply ->
            corrections.edit(
                userId,
                groupId,
                messageId,
                content,
                edited -> {
                  if (edited instanceof Corrected.Done(var message, var readers)) {
                    faults.guard(
                        "telling an edit", () -> listener.onMessageEdited(message, readers));
                  }
                  reply.accept(ofMessage(edited));
                }));
  }

  /** Deletes a message of whatever group. */
  public Corrected delete(ObjectId userId, ObjectId messageId) throws StoreException {
    ObjectId groupId = visibleGroup(userId, messageId);
    if (groupId == null) {
      return new Refused.NoMessage();
    }
    return await(
        reply ->
            corrections.delete(
                userId,
                groupId,
                messageId,
                deleted -> {
                  if (deleted instanceof Corrected.Done(var message, _)) {
                    faults.guard(
                        "telling a deletion", () -> listener.onMessageDeleted(message, userId));
                  }
                  reply.accept(ofMessage(deleted));
                }));
  }

  /** Who named a message alone is not told of its group that it is hidden, by now. */
  private static Corrected ofMessage(Corrected corrected) {
    return corrected instanceof Refused.NoGroup ? new Refused.NoMessage() : corrected;
  }

  /** The group of a message, null if there is none that the user may know of. */
  private @Nullable ObjectId visibleGroup(ObjectId userId, ObjectId messageId)
      throws StoreException {
    ObjectId groupId = store.groupsOf(List.of(messageId)).get(messageId);
    return groupId == null || groups.get(userId, groupId) instanceof Access.Hidden ? null : groupId;
  }

  /**
   * Marks messages of whatever groups as read, those of each group in one write. Those that do not
   * exist, or are of groups that the user is not in, are passed over.
   *
   * @return those that are newly read, in the order in which they were named
   * @throws StoreException if those of some group could not be marked; of others they may be
   */
  public List<ObjectId> markRead(ObjectId userId, List<ObjectId> messageIds) throws StoreException {
    Map<ObjectId, ObjectId> groupsOf = store.groupsOf(messageIds);
    Map<ObjectId, List<ObjectId>> byGroup = new LinkedHashMap<>();
    for (ObjectId messageId : messageIds) {
      ObjectId groupId = groupsOf.get(messageId);
      if (groupId != null) {
        byGroup.computeIfAbsent(groupId, _ -> new ArrayList<>()).add(messageId);
      }
    }
    // All are handed over before the first is waited for, so that they share commits.
    List<CompletableFuture<MarkedRead>> marks = new ArrayList<>(byGroup.size());
    byGroup.forEach((groupId, ids) -> marks.add(asked(reply -> mark(userId, groupId, ids, reply))));
    await(CompletableFuture.allOf(marks.toArray(new CompletableFuture<?>[0])));
    Set<ObjectId> read = new HashSet<>();
    for (CompletableFuture<MarkedRead> mark : marks) {
      read.addAll(newlyRead(mark.join()));
    }
    return messageIds.stream().filter(read::remove).toList();
  }

  private void mark(
      ObjectId userId,
      ObjectId groupId,
      List<ObjectId> messageIds,
      Consumer<? super MarkedRead> reply) {
    receipts.mark(
        userId,
        groupId,
        messageIds,
        outcome -> {
          if (outcome instanceof MarkedRead.Read(var newlyRead, var readAt)
              && !newlyRead.isEmpty()) {
            faults.guard(
                "telling a reading",
                () -> listener.onMessagesRead(groupId, userId, newlyRead, readAt));
          }
          reply.accept(outcome);
        });
  }

  private static List<ObjectId> newlyRead(MarkedRead marked) throws StoreException {
    return switch (marked) {
      case MarkedRead.Read(var newlyRead, _) -> newlyRead;
      case Refused.NoAccess _, Refused.NoMessage _ -> List.of();
      case Refused.Unavailable _ -> throw new StoreException("Not marked as read");
    };
  }

  /** Asks, and waits for the reply. */
  private <T> T await(Consumer<Consumer<T>> asking) throws StoreException {
    return await(asked(asking));
  }

  /** The reply to what is asked, which comes on another thread or on this one. */
  private static <T> CompletableFuture<T> asked(Consumer<Consumer<T>> asking) {
    CompletableFuture<T> reply = new CompletableFuture<>();
    asking.accept(reply::complete);
    return reply;
  }

  private <T extends @Nullable Object> T await(CompletableFuture<T> reply) throws StoreException {
    try {
      return reply.get(waitMax.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("A reply is a value", e);
    } catch (TimeoutException e) {
      throw new StoreException("The answer takes longer than " + waitMax, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("Interrupted while waiting for an answer", e);
    }
  }
}
