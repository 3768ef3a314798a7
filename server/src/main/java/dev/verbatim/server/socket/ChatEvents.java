package dev.verbatim.server.socket;

import static dev.verbatim.server.socket.Rule.optional;
import static dev.verbatim.server.socket.Rule.required;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.MarkedRead;
import dev.verbatim.chat.Refused;
import dev.verbatim.chat.SendMessage;
import dev.verbatim.chat.Sent;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.socket.Rule.Kind;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Event;
import dev.verbatim.socketio.Namespace;
import dev.verbatim.socketio.Socket;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/**
 * The contract's events from clients: checks who asks and what, hands it to the chat, and answers.
 * Everything here runs on the event loop of the socket concerned and never blocks; what asks the
 * store is a question of the chat.
 */
final class ChatEvents {
  private static final Logger log = LoggerFactory.getLogger(ChatEvents.class);

  private final Chat chat;
  private final GroupEvents groups;
  private final Deliveries deliveries;
  private final InstantSource clock;
  private final List<Row> rows;

  ChatEvents(
      Chat chat,
      Authentication authentication,
      GroupEvents groups,
      Deliveries deliveries,
      InstantSource clock) {
    this.chat = chat;
    this.groups = groups;
    this.deliveries = deliveries;
    this.clock = clock;
    Rule groupId = required(Field.GROUP_ID, Kind.ID);
    Failure silent = new Failure.Silent();
    Failure groupError = new Failure.AsError("group_error");
    this.rows =
        List.of(
            new Row(
                "authenticate",
                /* forGuests= */ true,
                new Failure.AsAuthentication(),
                _ -> ErrorDetails.NONE,
                List.of(optional(Field.TOKEN, Kind.STRING)),
                authentication::onAuthenticate),
            row(
                "join_group",
                groupError,
                Subjects::group,
                List.of(groupId, optional(Field.LAST_SEQ, Kind.SEQ)),
                groups::onJoin),
            row("leave_group", groupError, Subjects::group, List.of(groupId), groups::onLeave),
            row(
                "get_group_members",
                groupError,
                Subjects::group,
                List.of(groupId),
                groups::onGetMembers),
            row(
                "send_message",
                new Failure.AsError("message_error"),
                Subjects::sent,
                List.of(
                    groupId,
                    optional(Field.TYPE, Kind.CLIENT_TYPE),
                    optional(Field.TEMP_ID, Kind.TEMP_ID)),
                this::onSend),
            row(
                "mark_message_read",
                silent,
                Subjects::message,
                List.of(required(Field.MESSAGE_ID, Kind.ID), groupId),
                this::onMarkRead),
            row("typing_start", silent, Subjects::group, List.of(groupId), groups::onTypingStart),
            row("typing_stop", silent, Subjects::group, List.of(groupId), groups::onTypingStop),
            row(
                "get_online_users",
                silent,
                Subjects::group,
                List.of(optional(Field.GROUP_ID, Kind.ID)),
                groups::onGetOnlineUsers));
  }

  /** A row for those who have signed in. */
  private static Row row(
      String event, Failure failure, Row.Subject subject, List<Rule> rules, Row.Action action) {
    return new Row(event, /* forGuests= */ false, failure, subject, rules, action);
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
    Reply reply = new Reply(socket, row.failure(), event.ack(), clock);
    if (!admits(client, reply)) {
      return;
    }
    switch (client.state()) {
      case Client.State.Guest _ -> {
        if (!row.forGuests()) {
          failUnauthenticated(socket, event);
          return;
        }
      }
      case Client.State.SignedIn signedIn -> chat.sessions().touch(signedIn.session().id());
      case Client.State.Gone _ -> {
        return;
      }
    }
    Payload payload = event.argumentCount() == 0 ? Payload.EMPTY : Payload.read(event.parser(0));
    if (payload == null
        || (event.args().hasAttachments() && Payload.holdsBinary(event.parser(0)))) {
      reply.fail(
          Refusal.ofField(
              "payload", "The payload must be one object without binary data", ErrorDetails.NONE));
      return;
    }
    for (Rule rule : row.rules()) {
      String violation = rule.violation(payload);
      if (violation != null) {
        reply.fail(Refusal.ofField(rule.field().wireName(), violation, row.subject().of(payload)));
        return;
      }
    }
    try {
      row.action().run(client, payload, reply);
    } catch (RuntimeException e) {
      log.error("The event {} failed by a fault of the server", row.event(), e);
      reply.fail(Refusal.ofFailure(e, row.subject().of(payload)));
    }
  }

  private void onUnknown(Socket socket, Event event) {
    Client client = Client.of(socket);
    Reply reply = new Reply(socket, new Failure.Silent(), event.ack(), clock);
    if (!admits(client, reply)) {
      return;
    }
    switch (client.state()) {
      case Client.State.Guest _ -> failUnauthenticated(socket, event);
      case Client.State.SignedIn _ -> reply.fail(Refusal.malformed("There is no such event"));
      case Client.State.Gone _ -> {}
    }
  }

  /** Whatever the row, this is told by {@code error}. */
  private void failUnauthenticated(Socket socket, Event event) {
    new Reply(socket, new Failure.AsError("error"), event.ack(), clock)
        .fail(Refusal.unauthenticated());
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
    reply.refuse(Refusal.ofRate("Too many events", retryAfter, ErrorDetails.NONE));
    return false;
  }

  private void onSend(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    String tempId = payload.string(Field.TEMP_ID);
    ErrorDetails subject = ErrorDetails.ofSend(groupId.toString(), tempId);
    String content = payload.string(Field.CONTENT);
    if (content == null) {
      reply.fail(Refusal.of(new Refused.InvalidContent("content must be a string"), subject));
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
      case Refused refused -> {
        reply.fail(Refusal.of(refused, subject));
        if (refused instanceof Refused.RateLimited(long retryAfterSeconds)) {
          reply.emitRateLimit(retryAfterSeconds);
        }
      }
    }
  }

  /** The first answer again, with the message as it now is. */
  private void answerAgain(Message message, Reply reply, ErrorDetails subject) {
    chat.questions()
        .ask(
            () -> chat.messages().readers(message),
            readers -> reply.succeed("message_sent", new MessageJson(message, readers).forSender()),
            cause -> reply.fail(Refusal.ofFailure(cause, subject)));
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
                case Refused refused -> reply.fail(Refusal.of(refused, subject));
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
