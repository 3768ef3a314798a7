package dev.verbatim.chat.storage.mongo;

import static dev.verbatim.chat.storage.mongo.Values.bson;
import static dev.verbatim.chat.storage.mongo.Values.enumOf;
import static dev.verbatim.chat.storage.mongo.Values.idOrNull;
import static dev.verbatim.chat.storage.mongo.Values.instant;
import static dev.verbatim.chat.storage.mongo.Values.text;

import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.store.IdentityStore.Revocation;
import java.time.Instant;
import org.bson.Document;

/** Sessions, ours and the identity provider's, as documents. */
final class SessionDocuments {
  private SessionDocuments() {}

  static Session session(Document document) {
    ObjectId id = Values.ownId(document);
    ObjectId userId = idOrNull(document.get(Fields.USER_ID));
    Instant createdAt = instant(document, Fields.CREATED_AT, Values.madeAt(id));
    return new Session(
        id,
        userId != null ? userId : Values.NOBODY,
        text(document, Fields.SOCKET_ID),
        enumOf(Status.class, document.get(Fields.STATUS), Status.OFFLINE),
        instant(document, Fields.LAST_ACTIVITY, createdAt),
        enumOf(DeviceType.class, document.get(Fields.DEVICE_TYPE), DeviceType.WEB),
        createdAt,
        instant(document, Fields.UPDATED_AT, createdAt));
  }

  /** A session that a process keeps. */
  static Document document(Session session, String writer) {
    return new Document(Fields.ID, bson(session.id()))
        .append(Fields.USER_ID, bson(session.userId()))
        .append(Fields.SOCKET_ID, session.socketId())
        .append(Fields.STATUS, Values.word(session.status()))
        .append(Fields.LAST_ACTIVITY, bson(session.lastActivity()))
        .append(Fields.DEVICE_TYPE, Values.word(session.deviceType()))
        .append(Fields.CREATED_AT, bson(session.createdAt()))
        .append(Fields.UPDATED_AT, bson(session.updatedAt()))
        .append(Fields.WRITER, writer);
  }

  /** A session of the identity provider's that counts no more; its name there is the id. */
  static Revocation revocation(Document document) {
    return new Revocation(text(document, Fields.ID), instant(document, Fields.AT, Instant.EPOCH));
  }
}
