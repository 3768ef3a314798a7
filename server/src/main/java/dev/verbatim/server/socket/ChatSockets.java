package dev.verbatim.server.socket;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.ChatListener;
import dev.verbatim.chat.Outcome;
import dev.verbatim.chat.Timers;
import dev.verbatim.chat.store.Write;
import dev.verbatim.server.identity.Admission;
import dev.verbatim.server.identity.clerk.RevokedSessions;
import dev.verbatim.server.metrics.Metrics;
import dev.verbatim.server.telemetry.Traces;
import dev.verbatim.socketio.Dispatch;
import dev.verbatim.socketio.Namespace;
import dev.verbatim.socketio.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The chat on Socket.IO, wired by hand. It is made first, since the chat needs a listener, and
 * opened once there is a chat, before the first socket comes.
 */
public final class ChatSockets {
  private static final Duration TICK = Duration.ofSeconds(1);

  /** Stands among the events for a handshake with a token. */
  private static final String CONNECT = "connect";

  /** After which a place in the writer's queue is tried again: a few commits' time. */
  private static final Duration PROBE_RETRY_INTERVAL = Duration.ofMillis(10);

  private final Namespace namespace;
  private final InstantSource clock;
  private final Timers timers;
  private final Metrics metrics;
  private final Traces traces;
  private final Deliveries deliveries;
  private volatile LiveSessions liveSessions = new LiveSessions(RevokedSessions.NONE);
  private List<Row> rows = List.of();

  /**
   * For the sockets of a namespace.
   *
   * @param presenceGroupMax as the chat has it
   */
  public ChatSockets(
      Namespace namespace,
      InstantSource clock,
      Timers timers,
      int presenceGroupMax,
      Metrics metrics,
      Traces traces) {
    this.namespace = namespace;
    this.clock = clock;
    this.timers = timers;
    this.metrics = metrics;
    this.traces = traces;
    this.deliveries =
        new Deliveries(
            namespace,
            new GroupNews(namespace, timers, presenceGroupMax),
            new PresenceNews(namespace),
            metrics.commits(),
            traces);
  }

  /** Sends out what the chat tells. */
  public ChatListener listener() {
    return deliveries;
  }

  /**
   * Takes the contract's events.
   *
   * @param eventsPerSecond of one socket; 0 for no limit
   * @param eventBurst of one socket at once
   */
  public void open(Chat chat, Admission admission, int eventsPerSecond, int eventBurst) {
    open(chat, admission, RevokedSessions.NONE, eventsPerSecond, eventBurst);
  }

  /**
   * The same with an issuer that revokes sessions.
   *
   * @param revoked says which; {@link #onRevoked} is told of those that come to it
   */
  public void open(
      Chat chat,
      Admission admission,
      RevokedSessions revoked,
      int eventsPerSecond,
      int eventBurst) {
    liveSessions = new LiveSessions(revoked);
    Deadlines deadlines = new Deadlines(clock);
    Authentication authentication =
        new Authentication(
            chat,
            admission,
            liveSessions,
            deadlines,
            new EventRate.Limit(eventsPerSecond, eventBurst),
            clock,
            metrics.event(CONNECT));
    MemberCheck members = new MemberCheck(chat);
    namespace.dispatch(Dispatch.EVENT_LOOP);
    authentication.bind(namespace);
    ChatEvents events =
        new ChatEvents(
            chat,
            authentication,
            new MessageEvents(chat, deliveries),
            new GroupEvents(
                chat, members, new Recovery(chat, members, deliveries, metrics.replays())),
            new PresenceEvents(chat, members),
            clock,
            metrics,
            traces);
    events.bind(namespace);
    rows = events.rows();
    everySecond(deadlines);
  }

  /**
   * Completed, on any thread, when what these sockets have asked for is answered, what the chat was
   * given to write by then is decided, and what came of it handed to the loops.
   */
  public CompletableFuture<Void> settled(Chat chat, List<Socket> asking) {
    List<CompletableFuture<Void>> answered = new ArrayList<>(asking.size());
    for (Socket socket : asking) {
      Client client = socket.get(Client.KEY);
      if (client != null) {
        answered.add(client.unanswered().whenNone());
      }
    }
    return CompletableFuture.allOf(answered.toArray(CompletableFuture[]::new))
        .thenCompose(_ -> written(chat));
  }

  private CompletableFuture<Void> written(Chat chat) {
    CompletableFuture<Void> written = new CompletableFuture<>();
    submitProbe(chat, written);
    return written;
  }

  private void submitProbe(Chat chat, CompletableFuture<Void> written) {
    Outcome<Object> told =
        Outcome.of(
            _ -> {
              // What the same commit brought before this is gathered, and goes first.
              deliveries.flush();
              written.complete(null);
            },
            // Then what was to be written before has failed as well, and was told so.
            _ -> written.complete(null));
    if (!chat.writer().submit(new Write.Probe(), told)) {
      // There is most to wait for then.
      var _ = timers.after(PROBE_RETRY_INTERVAL, () -> submitProbe(chat, written));
    }
  }

  /** One of the issuer's sessions is revoked: its sockets get a DISCONNECT. On any thread. */
  public void onRevoked(String issuerSessionId) {
    liveSessions.onRevoked(issuerSessionId);
  }

  /** The issuer's sessions that the sockets are of, if it revokes any. On any thread. */
  public Set<String> issuerSessionIds() {
    return liveSessions.ids();
  }

  /** The events that clients may send; none before it is opened. */
  List<Row> rows() {
    return rows;
  }

  private void everySecond(Deadlines deadlines) {
    timers.after(
        TICK,
        () -> {
          everySecond(deadlines);
          deadlines.tick();
        });
  }
}
