package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.or;
import static dev.verbatim.chat.storage.mongo.Values.bson;
import static dev.verbatim.chat.storage.mongo.Values.flag;
import static dev.verbatim.chat.storage.mongo.Values.instant;
import static dev.verbatim.chat.storage.mongo.Values.instantOrNull;
import static dev.verbatim.chat.storage.mongo.Values.put;
import static dev.verbatim.chat.storage.mongo.Values.text;
import static dev.verbatim.chat.storage.mongo.Values.textOrNull;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.Copied;
import dev.verbatim.chat.store.UserChange;
import java.time.Instant;
import org.bson.Document;
import org.bson.conversions.Bson;

/** Users as documents. Old ones may lack any field but the id. */
final class UserDocuments {
  private UserDocuments() {}

  static User user(Document document) {
    ObjectId id = Values.ownId(document);
    Instant createdAt = instant(document, Fields.CREATED_AT, Values.madeAt(id));
    return new User(
        id,
        text(document, Fields.CLERK_ID),
        text(document, Fields.EMAIL),
        text(document, Fields.FIRST_NAME),
        text(document, Fields.LAST_NAME),
        textOrNull(document, Fields.USERNAME),
        textOrNull(document, Fields.PROFILE_IMAGE_URL),
        isActive(document),
        instantOrNull(document.get(Fields.LAST_SEEN)),
        createdAt,
        instant(document, Fields.UPDATED_AT, createdAt));
  }

  /** Whether nothing bars the user. */
  static boolean isActive(Document document) {
    return flag(document, Fields.IS_ACTIVE, true)
        && !flag(document, Fields.IS_BANNED, false)
        && !flag(document, Fields.IS_DELETED, false);
  }

  /** A user and what stands beside it. */
  static Copied.Account account(Document document) {
    return new Copied.Account(
        user(document).withActive(flag(document, Fields.IS_ACTIVE, true)),
        flag(document, Fields.IS_BANNED, false),
        flag(document, Fields.IS_DELETED, false),
        instantOrNull(document.get(Fields.IDENTITY_AT)));
  }

  static Document document(Copied.Account account) {
    Document document = document(account.user());
    if (account.isBanned()) {
      document.append(Fields.IS_BANNED, true);
    }
    if (account.isDeleted()) {
      document.append(Fields.IS_DELETED, true);
    }
    put(document, Fields.IDENTITY_AT, Values.bsonOrNull(account.toldAt()));
    return document;
  }

  /** What the identity provider has told of the user. */
  static UserChange.Known known(Document document) {
    return new UserChange.Known(
        instantOrNull(document.get(Fields.IDENTITY_AT)), flag(document, Fields.IS_DELETED, false));
  }

  /** A user of whom there is no document: its sender's or member's id is all that is known. */
  static User unknown(ObjectId id) {
    Instant madeAt = Values.madeAt(id);
    return new User(id, "", "", "", "", null, null, false, null, madeAt, madeAt);
  }

  /** What finds the user of this id, and whoever has this clerkId. */
  static Bson like(ObjectId id, String clerkId) {
    return or(eq(Fields.ID, bson(id)), eq(Fields.CLERK_ID, clerkId));
  }

  static Document document(User user) {
    Document document =
        new Document(Fields.ID, bson(user.id()))
            .append(Fields.CLERK_ID, user.clerkId())
            .append(Fields.EMAIL, user.email())
            .append(Fields.FIRST_NAME, user.firstName())
            .append(Fields.LAST_NAME, user.lastName());
    put(document, Fields.USERNAME, user.username());
    put(document, Fields.PROFILE_IMAGE_URL, user.profileImageUrl());
    document.append(Fields.IS_ACTIVE, user.isActive());
    put(document, Fields.LAST_SEEN, Values.bsonOrNull(user.lastSeen()));
    return document
        .append(Fields.CREATED_AT, bson(user.createdAt()))
        .append(Fields.UPDATED_AT, bson(user.updatedAt()));
  }
}
