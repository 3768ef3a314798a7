package dev.verbatim.server.socket;

import static dev.verbatim.server.socket.Rule.optional;
import static dev.verbatim.server.socket.Rule.required;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.MarkedRead;
import dev.verbatim.chat.SendMessage;
import dev.verbatim.chat.Sent;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.socket.Rule.Kind;
import dev.verbatim.server.wire.ErrorCode;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Event;
import dev.verbatim.socketio.Namespace;
import dev.verbatim.socketio.Socket;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/**
 * The contract's events from clients: checks who asks and what, hands it to the chat, and answers.
 * Everything here runs on the event loop of the socket concerned and never blocks; what asks the
 * store goes through {@code blocking}.
 */
final class ChatEvents {
  private static final Logger log = LoggerFactory.getLogger(ChatEvents.class);

  private final Chat chat;
  private final GroupEvents groups;
  private final Deliveries deliveries;
  private final BlockingWork blocking;
  private final InstantSource clock;
  private final List<Row> rows;

  ChatEvents(
      Chat chat,
      Authentication authentication,
      GroupEvents groups,
      Deliveries deliveries,
      BlockingWork blocking,
      InstantSource clock) {
    this.chat = chat;
    this.groups = groups;
    this.deliveries = deliveries;
    this.blocking = blocking;
    this.clock = clock;
    Rule groupId = required(Field.GROUP_ID, Kind.ID);
    this.rows =
        List.of(
            new Row(
                "authenticate",
                "authentication_error",
                List.of(optional(Field.TOKEN, Kind.STRING)),
                authentication::onAuthenticate),
            new Row(
                "join_group",
                "group_error",
                List.of(groupId, optional(Field.LAST_SEQ, Kind.SEQ)),
                groups::onJoin),
            new Row("leave_group", "group_error", List.of(groupId), groups::onLeave),
            new Row(
                "send_message",
                "message_error",
                List.of(
                    groupId,
                    optional(Field.TYPE, Kind.CLIENT_TYPE),
                    optional(Field.TEMP_ID, Kind.TEMP_ID)),
                this::onSend),
            new Row(
                "mark_message_read",
                null,
                List.of(required(Field.MESSAGE_ID, Kind.ID), groupId),
                this::onMarkRead),
            new Row("typing_start", null, List.of(groupId), groups::onTypingStart),
            new Row("typing_stop", null, List.of(groupId), groups::onTypingStop),
            new Row(
                "get_online_users",
                null,
                List.of(optional(Field.GROUP_ID, Kind.ID)),
                groups::onGetOnlineUsers));
  }

  /** Takes the events of this namespace; what the contract does not know is left unanswered. */
  void bind(Namespace namespace) {
    for (Row row : rows) {
      namespace.on(row.event(), (socket, event) -> onEvent(row, socket, event));
    }
    namespace.onUnknown(this::onUnknown);
  }

  private void onEvent(Row row, Socket socket, Event event) {
    Client client = Client.of(socket);
    Reply reply = new Reply(socket, row.failureEvent(), event.ack(), clock);
    if (!admits(client, reply)) {
      return;
    }
    switch (client.state()) {
      case Client.State.Guest _ -> {
        if (!row.event().equals("authenticate")) {
          reply.failUnauthenticated();
          return;
        }
      }
      case Client.State.SignedIn signedIn -> chat.sessions().touch(signedIn.session().id());
    }
    Payload payload = event.argumentCount() == 0 ? Payload.EMPTY : Payload.read(event.parser(0));
    if (payload == null || event.args().hasAttachments()) {
      reply.failValidation(
          "payload", "The payload must be one object without binary data", ErrorDetails.NONE);
      return;
    }
    for (Rule rule : row.rules()) {
      String violation = rule.violation(payload);
      if (violation != null) {
        reply.failValidation(rule.field().wireName(), violation, subject(row, payload));
        return;
      }
    }
    try {
      row.action().run(client, payload, reply);
    } catch (RuntimeException e) {
      log.error("The event {} failed by a fault of the server", row.event(), e);
      reply.fail(ErrorCode.INTERNAL_ERROR, "Internal error", subject(row, payload));
    }
  }

  private void onUnknown(Socket socket, Event event) {
    Client client = Client.of(socket);
    Reply reply = new Reply(socket, null, event.ack(), clock);
    if (!admits(client, reply)) {
      return;
    }
    if (client.state() instanceof Client.State.Guest) {
      reply.failUnauthenticated();
    } else {
      reply.fail(ErrorCode.VALIDATION_ERROR, "There is no such event", ErrorDetails.NONE);
    }
  }

  /** Whether the socket may have one more event now; if not, only a callback hears of it. */
  private boolean admits(Client client, Reply reply) {
    EventRate rate = client.eventRate();
    long now = clock.millis();
    if (rate.take(now)) {
      return true;
    }
    long retryAfter = rate.retryAfter();
    if (rate.mayTell(now)) {
      reply.emitRateLimit(retryAfter);
    }
    reply.refuse(
        ErrorCode.RATE_LIMIT_EXCEEDED,
        "Too many events",
        ErrorDetails.NONE.withRetryAfter(retryAfter));
    return false;
  }

  /** What a failure of the row's event is about, as far as the payload says it legibly. */
  private static ErrorDetails subject(Row row, Payload payload) {
    String groupId = legibleId(payload, Field.GROUP_ID);
    return switch (row.event()) {
      case "send_message" -> ErrorDetails.ofSend(groupId, legibleTempId(payload));
      case "mark_message_read" ->
          ErrorDetails.ofMessage(groupId, legibleId(payload, Field.MESSAGE_ID));
      default -> ErrorDetails.ofGroup(groupId);
    };
  }

  private static @Nullable String legibleId(Payload payload, Field field) {
    String id = payload.string(field);
    return id != null && ObjectId.isValid(id) ? id : null;
  }

  private static @Nullable String legibleTempId(Payload payload) {
    return optional(Field.TEMP_ID, Kind.TEMP_ID).violation(payload) == null
        ? payload.string(Field.TEMP_ID)
        : null;
  }

  private void onSend(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    String tempId = payload.string(Field.TEMP_ID);
    ErrorDetails subject = ErrorDetails.ofSend(groupId.toString(), tempId);
    String content = payload.string(Field.CONTENT);
    if (content == null) {
      reply.fail(ErrorCode.INVALID_MESSAGE, "content must be a string", subject);
      return;
    }
    String type = payload.string(Field.TYPE);
    MessageType messageType =
        type == null ? MessageType.TEXT : MessageType.valueOf(type.toUpperCase(Locale.ROOT));
    groups.stopTyping(client, groupId);
    chat.messages()
        .send(
            new SendMessage(client.userId(), groupId, content, messageType, tempId),
            sent -> onSent(sent, reply, subject));
  }

  /** On the writer's thread for what was committed, else on any. */
  private void onSent(Sent sent, Reply reply, ErrorDetails subject) {
    switch (sent) {
      case Sent.Accepted(var message, var sender) -> deliveries.onPosted(message, sender, reply);
      case Sent.Repeated(var message) -> answerAgain(message, reply, subject);
      case Sent.NotMember _ ->
          reply.fail(ErrorCode.ACCESS_DENIED, "You are not a member of this group", subject);
      case Sent.NoGroup _ ->
          reply.fail(ErrorCode.GROUP_NOT_FOUND, "There is no such group", subject);
      case Sent.InvalidContent(var reason) ->
          reply.fail(ErrorCode.INVALID_MESSAGE, reason, subject);
      case Sent.TooLong _ ->
          reply.fail(ErrorCode.MESSAGE_TOO_LONG, "A message has at most 4000 characters", subject);
      case Sent.RateLimited(var retryAfter) -> {
        reply.fail(
            ErrorCode.RATE_LIMIT_EXCEEDED, "Too many messages", subject.withRetryAfter(retryAfter));
        reply.emitRateLimit(retryAfter);
      }
      case Sent.Unavailable _ ->
          reply.fail(ErrorCode.UNAVAILABLE, "The store is not available, try again", subject);
    }
  }

  /** The first answer again, with the message as it now is. */
  private void answerAgain(Message message, Reply reply, ErrorDetails subject) {
    blocking.run(
        () -> {
          MessageJson json = new MessageJson(message, chat.messages().readers(message));
          reply.emit("message_sent", json.forSender());
          reply.acknowledge(json.acknowledgement());
        },
        (code, text) -> reply.fail(code, text, subject));
  }

  private void onMarkRead(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    ObjectId messageId = payload.id(Field.MESSAGE_ID);
    ObjectId userId = client.userId();
    ErrorDetails subject = ErrorDetails.ofMessage(groupId.toString(), messageId.toString());
    chat.messages()
        .markRead(
            userId,
            groupId,
            messageId,
            read -> {
              switch (read) {
                case MarkedRead.Read(_, var readAt) ->
                    deliveries.onRead(
                        groupId,
                        json -> {
                          readFields(json, groupId, messageId, userId);
                          WireJson.time(json, "readAt", readAt);
                        },
                        reply);
                case MarkedRead.AlreadyRead _ ->
                    // Nothing new is no event, and no failure.
                    reply.acknowledge(json -> readFields(json, groupId, messageId, userId));
                case MarkedRead.NotMember _ ->
                    reply.fail(
                        ErrorCode.ACCESS_DENIED, "You are not a member of this group", subject);
                case MarkedRead.NoGroup _ ->
                    reply.fail(ErrorCode.GROUP_NOT_FOUND, "There is no such group", subject);
                case MarkedRead.NoMessage _ ->
                    reply.fail(ErrorCode.MESSAGE_NOT_FOUND, "There is no such message", subject);
                case MarkedRead.Unavailable _ ->
                    reply.fail(
                        ErrorCode.UNAVAILABLE, "The store is not available, try again", subject);
              }
            });
  }

  private static void readFields(
      JsonGenerator json, ObjectId groupId, ObjectId messageId, ObjectId readBy) {
    WireJson.id(json, "messageId", messageId);
    WireJson.id(json, "groupId", groupId);
    WireJson.id(json, "readBy", readBy);
  }
}
