package dev.verbatim.server.socket;

import static dev.verbatim.server.socket.Rule.optional;
import static dev.verbatim.server.socket.Rule.required;

import dev.verbatim.chat.Chat;
import dev.verbatim.server.metrics.EventMeter;
import dev.verbatim.server.metrics.Metrics;
import dev.verbatim.server.socket.Rule.Kind;
import dev.verbatim.server.telemetry.Trace;
import dev.verbatim.server.telemetry.Traces;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.socketio.Event;
import dev.verbatim.socketio.Namespace;
import dev.verbatim.socketio.Socket;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The contract's events from clients: checks who asks and what, hands it to the chat, and answers.
 * Everything here runs on the event loop of the socket concerned and never blocks; what asks the
 * store is a question of the chat.
 */
final class ChatEvents {
  /** What the contract does not know; its name is the client's, and not told. */
  private static final String UNKNOWN = "unknown";

  /** Whatever the row, this is how a guest is told. */
  private static final Failure GUESTS_FAILURE = new Failure.AsError("error");

  private final Chat chat;
  private final InstantSource clock;
  private final Metrics metrics;
  private final Traces traces;
  private final EventMeter unknown;
  private final Map<String, EventMeter> meters = new HashMap<>();
  private final List<Row> rows;

  ChatEvents(
      Chat chat,
      Authentication authentication,
      MessageEvents messages,
      GroupEvents groups,
      PresenceEvents people,
      InstantSource clock,
      Metrics metrics,
      Traces traces) {
    this.chat = chat;
    this.clock = clock;
    this.metrics = metrics;
    this.traces = traces;
    this.unknown = metrics.event(UNKNOWN);
    Rule groupId = required(Field.GROUP_ID, Kind.ID);
    Rule messageId = required(Field.MESSAGE_ID, Kind.ID);
    Failure silent = new Failure.Silent();
    Failure groupError = new Failure.AsError("group_error");
    Failure messageError = new Failure.AsError("message_error");
    this.rows =
        List.of(
            new Row(
                "authenticate",
                /* forGuests= */ true,
                /* failsOverRate= */ false,
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
            new Row(
                "send_message",
                /* forGuests= */ false,
                /* failsOverRate= */ true,
                messageError,
                Subjects::sent,
                List.of(
                    groupId,
                    optional(Field.TYPE, Kind.CLIENT_TYPE),
                    optional(Field.TEMP_ID, Kind.TEMP_ID)),
                messages::onSend),
            row(
                "mark_message_read",
                silent,
                Subjects::message,
                List.of(messageId, groupId),
                messages::onMarkRead),
            row(
                "mark_messages_read",
                silent,
                Subjects::group,
                List.of(groupId, required(Field.MESSAGE_IDS, Kind.IDS)),
                messages::onMarkManyRead),
            row(
                "edit_message",
                messageError,
                Subjects::message,
                List.of(messageId, groupId),
                messages::onEdit),
            row(
                "delete_message",
                messageError,
                Subjects::message,
                List.of(messageId, groupId),
                messages::onDelete),
            row(
                "get_messages",
                groupError,
                Subjects::group,
                List.of(
                    groupId,
                    optional(Field.BEFORE, Kind.CURSOR),
                    optional(Field.AFTER, Kind.CURSOR),
                    optional(Field.LIMIT, Kind.COUNT)),
                messages::onGetMessages),
            row("typing_start", silent, Subjects::group, List.of(groupId), people::onTypingStart),
            row("typing_stop", silent, Subjects::group, List.of(groupId), people::onTypingStop),
            row(
                "get_online_users",
                silent,
                Subjects::group,
                List.of(optional(Field.GROUP_ID, Kind.ID)),
                people::onGetOnlineUsers),
            row(
                "change_status",
                silent,
                _ -> ErrorDetails.NONE,
                List.of(required(Field.STATUS, Kind.CLIENT_STATUS)),
                people::onChangeStatus));
  }

  /** A row for those who have signed in; over the rate no failure event is told. */
  private static Row row(
      String event, Failure failure, Row.Subject subject, List<Rule> rules, Row.Action action) {
    return new Row(
        event, /* forGuests= */ false, /* failsOverRate= */ false, failure, subject, rules, action);
  }

  /** The events that clients may send. */
  List<Row> rows() {
    return rows;
  }

  /** Takes the events of this namespace; what the contract does not know is left unanswered. */
  void bind(Namespace namespace) {
    for (Row row : rows) {
      EventMeter meter = metrics.event(row.event());
      meters.put(row.event(), meter);
      namespace.on(row.event(), (socket, event) -> onEvent(row, meter, socket, event));
    }
    namespace.onUnknown(this::onUnknown);
    namespace.onError(this::onFault);
  }

  /** What nobody caught before: the callback is answered, unless it was. */
  private void onFault(Socket socket, Event event, Exception fault) {
    EventMeter known = meters.get(event.name());
    new Reply(
            socket,
            known == null ? UNKNOWN : event.name(),
            new Failure.AsError("error"),
            event.ack(),
            clock,
            known == null ? unknown : known,
            Trace.NONE)
        .fail(fault, ErrorDetails.NONE);
  }

  private void onEvent(Row row, EventMeter meter, Socket socket, Event event) {
    meter.onReceived();
    Client client = Client.of(socket);
    Reply reply =
        new Reply(
            socket,
            row.event(),
            row.failure(),
            event.ack(),
            clock,
            meter,
            traces.event(row.event(), socket.publicId()));
    try {
      onEvent(row, client, event, reply);
    } catch (RuntimeException | Error e) {
      reply.fail(e, ErrorDetails.NONE);
    }
  }

  private void onEvent(Row row, Client client, Event event, Reply reply) {
    long retryAfter = takeRate(client, reply);
    if (retryAfter > 0) {
      drop(row, client, event, reply, retryAfter);
      return;
    }
    switch (client.state()) {
      case Client.State.Guest _ -> {
        if (!row.forGuests()) {
          reply.withFailure(GUESTS_FAILURE).fail(Refusal.unauthenticated());
          return;
        }
      }
      case Client.State.SignedIn signedIn -> chat.sessions().touch(signedIn.session().id());
      case Client.State.Gone _ -> {
        reply.abandon();
        return;
      }
    }
    Payload payload = payloadOf(event);
    if (payload == null
        || (event.args().hasAttachments() && Payload.holdsBinary(event.parser(0)))) {
      reply.fail(
          Refusal.ofField(
              "payload",
              "The payload must be one object without binary data",
              payload == null ? ErrorDetails.NONE : row.subject().of(payload)));
      return;
    }
    for (Rule rule : row.rules()) {
      String violation = rule.violation(payload);
      if (violation != null) {
        reply.fail(Refusal.ofField(rule.field().wireName(), violation, row.subject().of(payload)));
        return;
      }
    }
    reply.onOwed(client.unanswered());
    try {
      row.action().run(client, payload, reply);
    } catch (RuntimeException | Error e) {
      reply.fail(e, row.subject().of(payload));
    }
  }

  private static @Nullable Payload payloadOf(Event event) {
    return event.argumentCount() == 0 ? Payload.EMPTY : Payload.read(event.parser(0));
  }

  private void onUnknown(Socket socket, Event event) {
    Client client = Client.of(socket);
    unknown.onReceived();
    Reply reply =
        new Reply(socket, UNKNOWN, new Failure.Silent(), event.ack(), clock, unknown, Trace.NONE);
    long retryAfter = takeRate(client, reply);
    if (retryAfter > 0) {
      reply.refuse(overRate(retryAfter, ErrorDetails.NONE));
      return;
    }
    switch (client.state()) {
      case Client.State.Guest _ ->
          reply.withFailure(GUESTS_FAILURE).fail(Refusal.unauthenticated());
      case Client.State.SignedIn _ -> reply.fail(Refusal.malformed("There is no such event"));
      case Client.State.Gone _ -> {}
    }
  }

  /** Takes one more event from the rate: whole seconds until there is one again, 0 if there is. */
  private long takeRate(Client client, Reply reply) {
    EventRate rate = client.eventRate();
    long now = clock.millis();
    if (rate.take(now)) {
      return 0;
    }
    long retryAfter = rate.retryAfter();
    if (rate.mayTell(now)) {
      reply.emitRateLimit(retryAfter);
    }
    return retryAfter;
  }

  /** What is over the rate only a callback hears of, unless the row says otherwise. */
  private static void drop(Row row, Client client, Event event, Reply reply, long retryAfter) {
    if (row.failsOverRate() && client.state() instanceof Client.State.SignedIn) {
      Payload payload = payloadOf(event);
      reply.fail(
          overRate(retryAfter, payload == null ? ErrorDetails.NONE : row.subject().of(payload)));
    } else {
      reply.refuse(overRate(retryAfter, ErrorDetails.NONE));
    }
  }

  private static Refusal overRate(long retryAfter, ErrorDetails subject) {
    return Refusal.ofRate("Too many events", retryAfter, subject);
  }
}
