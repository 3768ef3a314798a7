package dev.verbatim.server.socket;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.Corrected;
import dev.verbatim.chat.Cursor;
import dev.verbatim.chat.History;
import dev.verbatim.chat.MarkedRead;
import dev.verbatim.chat.Refused;
import dev.verbatim.chat.SendMessage;
import dev.verbatim.chat.Sent;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.Limits;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.server.wire.WireJson;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/**
 * The events about messages: sending, correcting, reading. Runs on the event loop of the socket
 * concerned; outcomes of commits come on the writer's thread, those of questions on any.
 */
final class MessageEvents {
  private final Chat chat;
  private final Deliveries deliveries;

  MessageEvents(Chat chat, Deliveries deliveries) {
    this.chat = chat;
    this.deliveries = deliveries;
  }

  void onSend(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    String tempId = payload.string(Field.TEMP_ID);
    ErrorDetails subject = ErrorDetails.ofSend(groupId.toString(), tempId);
    String type = payload.string(Field.TYPE);
    MessageType messageType =
        type == null ? MessageType.TEXT : MessageType.valueOf(type.toUpperCase(Locale.ROOT));
    ObjectId userId = client.userId();
    chat.typing().stop(userId, groupId, client.socket().id());
    chat.messages()
        .send(
            new SendMessage(userId, groupId, payload.string(Field.CONTENT), messageType, tempId),
            sent -> onSent(sent, reply, subject));
  }

  private void onSent(Sent sent, Reply reply, ErrorDetails subject) {
    switch (sent) {
      case Sent.Accepted(var message, var sender) -> deliveries.onPosted(message, sender, reply);
      case Sent.Repeated(var message, var readers) ->
          deliveries.onSentAgain(message, readers, reply);
      case Refused refused -> {
        reply.fail(Refusal.of(refused, subject));
        if (refused instanceof Refused.RateLimited(long retryAfterSeconds)) {
          reply.emitRateLimit(retryAfterSeconds);
        }
      }
    }
  }

  void onEdit(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    ObjectId messageId = payload.id(Field.MESSAGE_ID);
    ErrorDetails subject = ErrorDetails.ofMessage(groupId.toString(), messageId.toString());
    String content = payload.string(Field.CONTENT);
    chat.corrections()
        .edit(
            client.userId(),
            groupId,
            messageId,
            content,
            edited -> {
              switch (edited) {
                case Corrected.Done(var message, var readers) ->
                    deliveries.onEdited(message, readers, reply);
                case Corrected.Unchanged _ ->
                    throw new IllegalStateException("An edit is always news");
                case Refused refused -> reply.fail(Refusal.of(refused, subject));
              }
            });
  }

  void onDelete(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    ObjectId messageId = payload.id(Field.MESSAGE_ID);
    ObjectId userId = client.userId();
    chat.corrections()
        .delete(
            userId,
            groupId,
            messageId,
            deleted -> {
              switch (deleted) {
                case Corrected.Done(var message, _) -> deliveries.onDeleted(message, userId, reply);
                case Corrected.Unchanged _ ->
                    // Deleted before: nobody is told again, but who asked is answered.
                    deliveries.onUnchanged(
                        groupId, Frames.deleted(groupId, messageId, userId), reply);
                case Refused refused ->
                    reply.fail(
                        Refusal.of(
                            refused,
                            ErrorDetails.ofMessage(groupId.toString(), messageId.toString())));
              }
            });
  }

  void onGetMessages(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    ObjectId userId = client.userId();
    ErrorDetails subject = ErrorDetails.ofGroup(groupId.toString());
    if (payload.has(Field.BEFORE) && payload.has(Field.AFTER)) {
      reply.fail(
          Refusal.ofField(Field.AFTER.wireName(), "before and after exclude each other", subject));
      return;
    }
    Cursor cursor = cursor(payload);
    Long limit = payload.integer(Field.LIMIT);
    int count = limit == null ? Limits.PAGE : (int) Math.min(Limits.LIMIT_MAX, limit);
    chat.questions()
        .ask(
            () -> chat.messages().history(userId, groupId, cursor, count),
            history -> {
              switch (history) {
                case History.Page page ->
                    reply.succeed("messages", Frames.history(groupId, page, userId));
                case Refused refused -> reply.fail(Refusal.of(refused, subject));
              }
            },
            cause -> reply.fail(cause, subject));
  }

  private static Cursor cursor(Payload payload) {
    if (payload.has(Field.BEFORE)) {
      return new Cursor.Before(payload.place(Field.BEFORE));
    }
    return payload.has(Field.AFTER)
        ? new Cursor.After(payload.place(Field.AFTER))
        : new Cursor.Newest();
  }

  void onMarkRead(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    ObjectId messageId = payload.id(Field.MESSAGE_ID);
    ObjectId userId = client.userId();
    ErrorDetails subject = ErrorDetails.ofMessage(groupId.toString(), messageId.toString());
    chat.receipts()
        .markOne(
            userId,
            groupId,
            messageId,
            marked -> {
              switch (marked) {
                case MarkedRead.Read(var newlyRead, var readAt) -> {
                  Consumer<JsonGenerator> fields = readOne(groupId, messageId, userId, readAt);
                  if (newlyRead.isEmpty()) {
                    // Nothing new is no event, and no failure. The store had to be asked why, so
                    // this is not the writer's thread.
                    reply.acknowledge(fields);
                  } else {
                    deliveries.onRead(groupId, fields, reply);
                  }
                }
                case Refused refused -> reply.fail(Refusal.of(refused, subject));
              }
            });
  }

  private static Consumer<JsonGenerator> readOne(
      ObjectId groupId, ObjectId messageId, ObjectId readBy, Instant readAt) {
    return json -> {
      WireJson.id(json, "messageId", messageId);
      WireJson.id(json, "groupId", groupId);
      WireJson.id(json, "readBy", readBy);
      WireJson.time(json, "readAt", readAt);
    };
  }

  void onMarkManyRead(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    List<ObjectId> messageIds = payload.ids(Field.MESSAGE_IDS);
    ObjectId userId = client.userId();
    chat.receipts()
        .mark(
            userId,
            groupId,
            messageIds,
            marked -> {
              switch (marked) {
                case MarkedRead.Read(var newlyRead, var readAt) -> {
                  Consumer<JsonGenerator> fields =
                      Frames.readMany(groupId, newlyRead, userId, readAt);
                  if (newlyRead.isEmpty()) {
                    deliveries.onUnchanged(groupId, fields, reply);
                  } else {
                    deliveries.onReadMany(groupId, fields, reply);
                  }
                }
                case Refused refused ->
                    reply.fail(Refusal.of(refused, ErrorDetails.ofGroup(groupId.toString())));
              }
            });
  }
}
