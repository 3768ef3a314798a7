package dev.verbatim.server.socket;

import dev.verbatim.chat.History;
import dev.verbatim.chat.Presence;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Frame;
import dev.verbatim.socketio.Namespace;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The payloads of the events that the server sends, as fields of one object. */
final class Frames {
  private Frames() {}

  /** An event whose payload is an object with these fields. */
  static Frame of(Namespace namespace, String event, Consumer<JsonGenerator> fields) {
    return Frame.event(namespace, event, JsonBytes.ofObject(fields));
  }

  /** A message that was missed, as the payload of {@code new_message}. */
  static byte[] replayed(
      Message message, List<Readers.Reader> readers, @Nullable User sender, boolean isOwn) {
    return JsonBytes.ofObject(
        json -> {
          json.writeName("message");
          WireJson.message(json, message, readers, isOwn);
          if (sender != null) {
            json.writeName("sender");
            WireJson.userSummary(json, sender);
          }
        });
  }

  static Frame gap(Namespace namespace, ObjectId groupId, long fromSeq, long toSeq) {
    return of(
        namespace,
        "gap",
        json -> {
          WireJson.id(json, "groupId", groupId);
          json.writeNumberProperty("fromSeq", fromSeq);
          json.writeNumberProperty("toSeq", toSeq);
        });
  }

  static Consumer<JsonGenerator> typing(ObjectId groupId, User user) {
    return json -> {
      WireJson.id(json, "groupId", groupId);
      WireJson.id(json, "userId", user.id());
      json.writeName("user");
      WireJson.userSummary(json, user);
    };
  }

  static Consumer<JsonGenerator> stoppedTyping(ObjectId groupId, ObjectId userId) {
    return json -> {
      WireJson.id(json, "groupId", groupId);
      WireJson.id(json, "userId", userId);
    };
  }

  static Consumer<JsonGenerator> deleted(ObjectId groupId, ObjectId messageId, ObjectId deletedBy) {
    return json -> {
      WireJson.id(json, "messageId", messageId);
      WireJson.id(json, "groupId", groupId);
      WireJson.id(json, "deletedBy", deletedBy);
    };
  }

  static Consumer<JsonGenerator> readMany(
      ObjectId groupId, List<ObjectId> messageIds, ObjectId readBy, Instant readAt) {
    return json -> {
      WireJson.id(json, "groupId", groupId);
      json.writeArrayPropertyStart("messageIds");
      messageIds.forEach(messageId -> json.writeString(messageId.toString()));
      json.writeEndArray();
      WireJson.id(json, "readBy", readBy);
      WireJson.time(json, "readAt", readAt);
    };
  }

  static Consumer<JsonGenerator> history(ObjectId groupId, History.Page page, ObjectId readerId) {
    return json -> {
      WireJson.id(json, "groupId", groupId);
      WireJson.history(json, page, readerId);
    };
  }

  static Consumer<JsonGenerator> online(User user, Status status) {
    return json -> {
      WireJson.id(json, "userId", user.id());
      json.writeName("user");
      WireJson.userSummary(json, user);
      json.writeStringProperty("status", WireJson.name(status));
    };
  }

  static Consumer<JsonGenerator> status(ObjectId userId, Status status, Instant lastSeen) {
    return json -> {
      WireJson.id(json, "userId", userId);
      json.writeStringProperty("status", WireJson.name(status));
      WireJson.time(json, "lastSeen", lastSeen);
    };
  }

  static Consumer<JsonGenerator> onlineUsers(
      List<Presence.Entry> entries, @Nullable ObjectId groupId) {
    return json -> {
      json.writeArrayPropertyStart("users");
      for (Presence.Entry entry : entries) {
        json.writeStartObject();
        WireJson.id(json, "userId", entry.user().id());
        json.writeName("user");
        WireJson.userSummary(json, entry.user());
        json.writeStringProperty("status", WireJson.name(entry.status()));
        WireJson.time(json, "lastActivity", entry.lastActivity());
        json.writeStringProperty("deviceType", WireJson.name(entry.deviceType()));
        json.writeEndObject();
      }
      json.writeEndArray();
      if (groupId != null) {
        WireJson.id(json, "groupId", groupId);
      }
    };
  }
}
