package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.MongoException;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.MessageChange;
import dev.verbatim.chat.store.MessageChanged;
import dev.verbatim.chat.store.RejectedException;
import dev.verbatim.chat.store.StoreException;
import java.util.Optional;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/** Changes of messages that are there. Confined to the writer. */
final class MessageWrites {
  private final Collections collections;
  private final GroupWrites groups;
  private final ReadQueries reads;
  private final Numbering numbering;
  private final Limits limits;

  MessageWrites(
      Collections collections,
      GroupWrites groups,
      ReadQueries reads,
      Numbering numbering,
      Limits limits) {
    this.collections = collections;
    this.groups = groups;
    this.reads = reads;
    this.numbering = numbering;
    this.limits = limits;
  }

  MessageChanged change(MessageChange change, Attempts attempts) throws StoreException {
    boolean hasLostAnswer = false;
    for (int i = 0; i < limits.changeAttemptsMax(); i++) {
      Optional<GroupWrites.Affiliate> by =
          groups.affiliate(change.byId(), change.groupId(), attempts);
      Document document = documentOrNull(change.messageId(), attempts);
      if (by.isEmpty()
          || document == null
          || !MessageDocuments.groupId(document).equals(change.groupId())) {
        return new MessageChanged.NoMessage();
      }
      Message message =
          MessageDocuments.message(document, attempts.repeat(() -> numbering.seq(document)));
      if (hasLostAnswer && isDone(change, message)) {
        return done(message, document, change);
      }
      MessageChanged obstacle = change.obstacle(message, by.get().role());
      if (obstacle != null) {
        return obstacle;
      }
      Bson same =
          new Document(Fields.ID, document.get(Fields.ID))
              .append(Fields.IS_DELETED, new Document("$ne", true));
      try {
        boolean isMade =
            collections.messages().updateOne(same, update(change)).getMatchedCount() == 1;
        attempts.succeeded();
        if (isMade) {
          return done(kept(change.appliedTo(message)), document, change);
        }
      } catch (MongoException e) {
        hasLostAnswer = true;
        attempts.failed(e);
      }
    }
    throw new RejectedException("Others change message " + change.messageId() + " all the time");
  }

  /** What a change has come to if the message is as it left it, whoever was told what of it. */
  Optional<MessageChanged.Done> find(MessageChange change, Attempts attempts)
      throws StoreException {
    Document document = documentOrNull(change.messageId(), attempts);
    if (document == null) {
      return Optional.empty();
    }
    Message message =
        MessageDocuments.message(document, attempts.repeat(() -> numbering.seq(document)));
    return isDone(change, message)
        ? Optional.of(done(message, document, change))
        : Optional.empty();
  }

  private @Nullable Document documentOrNull(ObjectId id, Attempts attempts) throws StoreException {
    return attempts.repeat(
        () -> collections.messages().find(eq(Fields.ID, Values.bson(id))).first());
  }

  private static Bson update(MessageChange change) {
    Bson updatedAt = set(Fields.UPDATED_AT, Values.bson(change.at()));
    return switch (change) {
      case MessageChange.EditMessage edit ->
          combine(
              set(Fields.CONTENT, edit.content()),
              set(Fields.EDITED_AT, Values.bson(edit.at())),
              updatedAt);
      case MessageChange.DeleteMessage _ ->
          combine(set(Fields.CONTENT, ""), set(Fields.IS_DELETED, true), updatedAt);
    };
  }

  /** Whether a change whose answer was lost is there. */
  private static boolean isDone(MessageChange change, Message message) {
    boolean isLast = message.updatedAt().equals(Values.kept(change.at()));
    return switch (change) {
      case MessageChange.EditMessage edit ->
          isLast && !message.isDeleted() && message.content().equals(edit.content());
      case MessageChange.DeleteMessage _ -> isLast && message.isDeleted();
    };
  }

  private MessageChanged.Done done(Message message, Document document, MessageChange change)
      throws StoreException {
    return new MessageChanged.Done(
        message,
        reads.readers(message.groupId(), new Placed(message.seq(), document), change.readersMax()));
  }

  /** A message with its times as they are read back. */
  private static Message kept(Message message) {
    var editedAt = message.editedAt();
    return new Message(
        message.id(),
        message.groupId(),
        message.seq(),
        message.senderId(),
        message.content(),
        message.type(),
        message.isDeleted(),
        message.tempId(),
        editedAt == null ? null : Values.kept(editedAt),
        message.createdAt(),
        Values.kept(message.updatedAt()));
  }
}
