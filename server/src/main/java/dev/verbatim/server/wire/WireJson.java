package dev.verbatim.server.wire;

import dev.verbatim.chat.History;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.User;
import dev.verbatim.server.Limits;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes the contract's objects. Optional fields are left out when absent, never null. */
public final class WireJson {
  private WireJson() {}

  /** A User. */
  public static void user(JsonGenerator json, User user) {
    json.writeStartObject();
    id(json, "_id", user.id());
    json.writeStringProperty("clerkId", user.clerkId());
    json.writeStringProperty("email", user.email());
    json.writeStringProperty("firstName", user.firstName());
    json.writeStringProperty("lastName", user.lastName());
    optional(json, "username", user.username());
    optional(json, "profileImageUrl", user.profileImageUrl());
    json.writeBooleanProperty("isActive", user.isActive());
    if (user.lastSeen() != null) {
      time(json, "lastSeen", user.lastSeen());
    }
    time(json, "createdAt", user.createdAt());
    time(json, "updatedAt", user.updatedAt());
    json.writeEndObject();
  }

  /** A UserSummary. */
  public static void userSummary(JsonGenerator json, User user) {
    json.writeStartObject();
    id(json, "_id", user.id());
    json.writeStringProperty("firstName", user.firstName());
    json.writeStringProperty("lastName", user.lastName());
    optional(json, "username", user.username());
    optional(json, "profileImageUrl", user.profileImageUrl());
    json.writeEndObject();
  }

  /** A Group with at most {@link Limits#MEMBERS_SHOWN_MAX} of its members. */
  public static void group(JsonGenerator json, Group group) {
    json.writeStartObject();
    groupFields(json, group);
    json.writeEndObject();
  }

  /** The fields of a Group with at most {@link Limits#MEMBERS_SHOWN_MAX} of its members. */
  public static void groupFields(JsonGenerator json, Group group) {
    id(json, "_id", group.id());
    json.writeStringProperty("name", group.name());
    optional(json, "description", group.description());
    id(json, "ownerId", group.ownerId());
    json.writeArrayPropertyStart("members");
    List<Member> members = group.members();
    int count = Math.min(members.size(), Limits.MEMBERS_SHOWN_MAX);
    for (int i = 0; i < count; i++) {
      json.writeStartObject();
      memberFields(json, members.get(i));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanProperty("isPrivate", group.isPrivate());
    json.writeBooleanProperty("isActive", group.isActive());
    time(json, "createdAt", group.createdAt());
    time(json, "updatedAt", group.updatedAt());
  }

  /** The fields by which a group tells of one who is in it. */
  public static void memberFields(JsonGenerator json, Member member) {
    id(json, "userId", member.userId());
    json.writeStringProperty("role", name(member.role()));
    time(json, "joinedAt", member.joinedAt());
  }

  /**
   * A member as lists of members show one.
   *
   * @param user left out if the member is not known as a user
   */
  public static void member(
      JsonGenerator json, Member member, @Nullable User user, boolean isOnline) {
    json.writeStartObject();
    memberFields(json, member);
    if (user != null) {
      json.writeName("user");
      userSummary(json, user);
    }
    json.writeBooleanProperty("isOnline", isOnline);
    json.writeEndObject();
  }

  /**
   * A Message.
   *
   * @param showTempId only in what its sender asked for, never in a broadcast
   */
  public static void message(
      JsonGenerator json, Message message, List<Readers.Reader> readers, boolean showTempId) {
    json.writeStartObject();
    id(json, "_id", message.id());
    id(json, "groupId", message.groupId());
    json.writeNumberProperty("seq", message.seq());
    id(json, "senderId", message.senderId());
    json.writeStringProperty("content", message.content());
    json.writeStringProperty("type", name(message.type()));
    json.writeBooleanProperty("isDeleted", message.isDeleted());
    json.writeArrayPropertyStart("readBy");
    for (Readers.Reader reader : readers) {
      json.writeStartObject();
      id(json, "userId", reader.userId());
      time(json, "readAt", reader.readAt());
      json.writeEndObject();
    }
    json.writeEndArray();
    if (message.editedAt() != null) {
      time(json, "editedAt", message.editedAt());
    }
    if (showTempId) {
      optional(json, "tempId", message.tempId());
    }
    String created = WireTime.format(message.createdAt());
    json.writeStringProperty("createdAt", created);
    if (message.updatedAt().equals(message.createdAt())) {
      json.writeStringProperty("updatedAt", created);
    } else {
      time(json, "updatedAt", message.updatedAt());
    }
    json.writeEndObject();
  }

  /** The properties {@code messages} and {@code hasMore}, as this reader sees them. */
  public static void history(JsonGenerator json, History.Page page, ObjectId readerId) {
    json.writeArrayPropertyStart("messages");
    for (Message message : page.messages()) {
      boolean isOwn = message.senderId().equals(readerId);
      message(json, message, page.readers().of(message), isOwn);
    }
    json.writeEndArray();
    json.writeBooleanProperty("hasMore", page.hasMore());
  }

  /** An Error. */
  public static void error(JsonGenerator json, Refusal refusal, Instant timestamp) {
    json.writeStartObject();
    json.writeStringProperty("code", refusal.code().name());
    json.writeStringProperty("message", refusal.words());
    details(json, refusal.details());
    time(json, "timestamp", timestamp);
    json.writeEndObject();
  }

  /** The property {@code details}, unless there are none. */
  public static void details(JsonGenerator json, ErrorDetails details) {
    if (details.isEmpty()) {
      return;
    }
    json.writeObjectPropertyStart("details");
    optional(json, "groupId", details.groupId());
    optional(json, "messageId", details.messageId());
    optional(json, "tempId", details.tempId());
    optional(json, "field", details.field());
    if (details.newestSeq() != null) {
      json.writeNumberProperty("newestSeq", details.newestSeq());
    }
    if (details.retryAfter() != null) {
      json.writeNumberProperty("retryAfter", details.retryAfter());
    }
    optional(json, "errorId", details.errorId());
    optional(json, "socketId", details.socketId());
    json.writeEndObject();
  }

  /** A property that holds an id. */
  public static void id(JsonGenerator json, String name, ObjectId id) {
    json.writeStringProperty(name, id.toString());
  }

  /** A property that holds an instant. */
  public static void time(JsonGenerator json, String name, Instant instant) {
    json.writeStringProperty(name, WireTime.format(instant));
  }

  /** A property that is left out when it is absent. */
  public static void optional(JsonGenerator json, String name, @Nullable String value) {
    if (value != null) {
      json.writeStringProperty(name, value);
    }
  }

  /** The wire's name of a role, type, status or device. */
  public static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
