package dev.verbatim.chat.storage.mongo;

import static dev.verbatim.chat.storage.mongo.Values.bson;
import static dev.verbatim.chat.storage.mongo.Values.flag;
import static dev.verbatim.chat.storage.mongo.Values.idOrNull;
import static dev.verbatim.chat.storage.mongo.Values.instant;
import static dev.verbatim.chat.storage.mongo.Values.instantOrNull;
import static dev.verbatim.chat.storage.mongo.Values.number;
import static dev.verbatim.chat.storage.mongo.Values.put;
import static dev.verbatim.chat.storage.mongo.Values.text;
import static dev.verbatim.chat.storage.mongo.Values.textOrNull;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers.Reader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Messages as documents. Those of other services have no seq; a deleted one may still have its
 * content, which is never told.
 */
final class MessageDocuments {
  private MessageDocuments() {}

  /** A message that has its seq. */
  static Message message(Document document) {
    return message(document, seq(document));
  }

  /** A message whose seq may not be written yet. */
  static Message message(Document document, long seq) {
    ObjectId id = Values.ownId(document);
    boolean isDeleted = flag(document, Fields.IS_DELETED, false);
    Instant createdAt = createdAt(document);
    return new Message(
        id,
        idOr(document, Fields.GROUP_ID),
        seq,
        senderId(document),
        isDeleted ? "" : text(document, Fields.CONTENT),
        Values.enumOf(MessageType.class, document.get(Fields.TYPE), MessageType.TEXT),
        isDeleted,
        textOrNull(document, Fields.TEMP_ID),
        instantOrNull(document.get(Fields.EDITED_AT)),
        createdAt,
        instant(document, Fields.UPDATED_AT, createdAt));
  }

  /** The seq, 0 if it is not written yet. */
  static long seq(Document document) {
    return number(document, Fields.SEQ);
  }

  static ObjectId groupId(Document document) {
    return idOr(document, Fields.GROUP_ID);
  }

  static ObjectId senderId(Document document) {
    return idOr(document, Fields.SENDER_ID);
  }

  static Instant createdAt(Document document) {
    return instant(document, Fields.CREATED_AT, Values.madeAt(Values.ownId(document)));
  }

  private static ObjectId idOr(Document document, String field) {
    ObjectId id = idOrNull(document.get(field));
    return id != null ? id : Values.NOBODY;
  }

  /** Who has read the message by its own array: in its order, each once, never the sender. */
  static List<Reader> readers(Document document) {
    Set<ObjectId> seen = new HashSet<>();
    seen.add(senderId(document));
    List<Reader> readers = new ArrayList<>();
    for (Object each : Values.elements(document, Fields.READ_BY)) {
      ObjectId userId = each instanceof Document of ? idOrNull(of.get(Fields.USER_ID)) : null;
      if (each instanceof Document element && userId != null && seen.add(userId)) {
        Instant readAt = instant(element, Fields.READ_AT, createdAt(document));
        readers.add(new Reader(userId, readAt));
      }
    }
    return readers;
  }

  /** How many elements the array of readers has, whoever they are. */
  static int readByCount(Document document) {
    return Values.elements(document, Fields.READ_BY).size();
  }

  /** A reader as an element of the array. */
  static Document element(Reader reader) {
    return new Document(Fields.USER_ID, bson(reader.userId()))
        .append(Fields.READ_AT, bson(reader.readAt()));
  }

  /**
   * A new message, which nobody has read.
   *
   * @param writer who puts it there
   */
  static Document document(Message message, String writer) {
    Document document =
        new Document(Fields.ID, bson(message.id()))
            .append(Fields.GROUP_ID, bson(message.groupId()))
            .append(Fields.SENDER_ID, bson(message.senderId()))
            .append(Fields.CONTENT, message.content())
            .append(Fields.TYPE, Values.word(message.type()))
            .append(Fields.IS_DELETED, message.isDeleted())
            .append(Fields.READ_BY, List.of())
            .append(Fields.CREATED_AT, bson(message.createdAt()))
            .append(Fields.UPDATED_AT, bson(message.updatedAt()))
            .append(Fields.SEQ, message.seq())
            .append(Fields.SEQ_KEY, MessageKeys.seqKey(message.groupId(), message.seq()));
    put(document, Fields.EDITED_AT, Values.bsonOrNull(message.editedAt()));
    put(document, Fields.TEMP_ID, message.tempId());
    put(document, Fields.SEND_KEY, sendKeyOrNull(message));
    return document.append(Fields.WRITER, writer);
  }

  private static @Nullable String sendKeyOrNull(Message message) {
    String tempId = message.tempId();
    return tempId == null
        ? null
        : MessageKeys.sendKey(message.groupId(), message.senderId(), tempId);
  }
}
