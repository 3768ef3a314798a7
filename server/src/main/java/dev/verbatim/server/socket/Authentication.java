package dev.verbatim.server.socket;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.Sessions.Login;
import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.User;
import dev.verbatim.server.Limits;
import dev.verbatim.server.http.ClientAddress;
import dev.verbatim.server.identity.Admission;
import dev.verbatim.server.identity.Claims;
import dev.verbatim.server.metrics.EventMeter;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Handshake;
import dev.verbatim.socketio.Middleware;
import dev.verbatim.socketio.Namespace;
import dev.verbatim.socketio.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets sockets into the chat: by the token of their handshake, or by {@code authenticate} later.
 * Tokens are verified and sessions begun as questions of the chat; what a socket then is changes on
 * its event loop.
 */
final class Authentication {
  private static final Logger log = LoggerFactory.getLogger(Authentication.class);

  private final Chat chat;
  private final Admission admission;
  private final LiveSessions liveSessions;
  private final Deadlines deadlines;
  private final EventRate.Limit eventRate;
  private final InstantSource clock;
  private final EventMeter handshakes;

  /**
   * @param handshakes learns what becomes of those with a token
   */
  Authentication(
      Chat chat,
      Admission admission,
      LiveSessions liveSessions,
      Deadlines deadlines,
      EventRate.Limit eventRate,
      InstantSource clock,
      EventMeter handshakes) {
    this.chat = chat;
    this.admission = admission;
    this.liveSessions = liveSessions;
    this.deadlines = deadlines;
    this.eventRate = eventRate;
    this.clock = clock;
    this.handshakes = handshakes;
  }

  void bind(Namespace namespace) {
    namespace.use(this::onHandshake);
    namespace.onConnection(this::onConnected);
    namespace.onDisconnect(
        (socket, reason) -> {
          log.atDebug()
              .addKeyValue("socketId", socket.publicId())
              .log("A socket is gone: {}", reason);
          onDisconnected(socket);
        });
  }

  /** A token in the handshake lets in a user or refuses; without one a guest comes in. */
  private void onHandshake(Socket socket, Middleware.Next next) {
    Client client =
        Client.guest(socket, deadlines, new EventRate(eventRate, clock.millis()), clock.instant());
    socket.set(Client.KEY, client);
    HandshakeAuth auth = HandshakeAuth.of(socket.handshake());
    // Whoever looks at the socket, or has its URL in a log, shall not see it.
    socket.forgetQuery(HandshakeAuth.TOKEN);
    if (!(auth.token() instanceof HandshakeAuth.NoToken)) {
      handshakes.onReceived();
    }
    long arrivedNanos = System.nanoTime();
    switch (auth.token()) {
      case HandshakeAuth.NoToken _ -> next.proceed();
      case HandshakeAuth.Misshapen _ -> refuse(socket, next, Refusal.of(new Admission.Invalid()));
      case HandshakeAuth.Given(String token) -> {
        // A token takes up a good part of a socket's memory, and nobody asks for it again.
        socket.forgetAuth();
        begin(
            client,
            token,
            auth.device(),
            begun -> {
              handshakes.onAnswered(System.nanoTime() - arrivedNanos);
              onBegun(client, begun, next);
            },
            refusal -> refuse(socket, next, refusal),
            refusal -> closeUntold(socket, refusal));
      }
    }
  }

  /** What a token led to. */
  private sealed interface Entry {}

  private record Turned(Refusal refusal) implements Entry {}

  /** Whether the token is good cannot be told now. */
  private record Untold(Refusal refusal) implements Entry {}

  private record Begun(Login login, Claims claims) implements Entry {}

  /**
   * Verifies a token and begins a session.
   *
   * @param onBegun gets the session on the socket's event loop, and ends it when it is of no use
   * @param onRefused on any thread
   * @param onUntold closes the transport, on any thread: that makes a stock client come back, and a
   *     refusal would not
   */
  private void begin(
      Client client,
      @Nullable String token,
      DeviceType device,
      Consumer<Begun> onBegun,
      Consumer<Refusal> onRefused,
      Consumer<Refusal> onUntold) {
    Socket socket = client.socket();
    chat.questions()
        .<Entry>ask(
            () ->
                switch (admission.admit(token, source(socket))) {
                  case Admission.Unavailable untold -> new Untold(Refusal.of(untold));
                  case Admission.OverRate untold -> new Untold(Refusal.of(untold));
                  case Admission.Refused refused -> new Turned(Refusal.of(refused));
                  case Admission.Admitted(var user, var claims) ->
                      new Begun(chat.sessions().begin(user, socket.id(), device), claims);
                },
            entry -> {
              switch (entry) {
                case Turned(Refusal refusal) -> onRefused.accept(refusal);
                case Untold(Refusal refusal) -> onUntold.accept(refusal);
                case Begun begun -> handOver(client, begun, onBegun);
              }
            },
            cause ->
                onRefused.accept(
                    FailedEvent.refusal("a sign-in", cause, socket, ErrorDetails.NONE)));
  }

  private static Admission.Source source(Socket socket) {
    Handshake handshake = socket.handshake();
    return new Admission.Source(
        ClientAddress.key(handshake.client()),
        ClientAddress.FORWARDING_HEADERS.stream().anyMatch(name -> handshake.header(name) != null));
  }

  /** Whether the token is good cannot be told now: the client is to come back. */
  private void closeUntold(Socket socket, Refusal refusal) {
    handshakes.onRefused(refusal.code());
    log.atDebug()
        .addKeyValue("socketId", socket.publicId())
        .addKeyValue("code", refusal.code().name())
        .log("A socket is closed before it is let in: {}", refusal.words());
    socket.closeTransport();
  }

  private void handOver(Client client, Begun begun, Consumer<Begun> onBegun) {
    try {
      client.onLoop("a sign-in", () -> onBegun.accept(begun));
    } catch (RejectedExecutionException _) {
      // The event loop has ended, and the socket with it.
      end(begun.login());
    }
  }

  private static void tellSignedIn(Socket socket, Login login) {
    log.atDebug()
        .addKeyValue("socketId", socket.publicId())
        .addKeyValue("userId", login.user().id())
        .addKeyValue("sessionId", login.session().id())
        .log("A socket is signed in");
  }

  private void end(Login login) {
    chat.sessions().end(login.session().id());
  }

  private void onBegun(Client client, Begun begun, Middleware.Next next) {
    Socket socket = client.socket();
    Login login = begun.login();
    client.onSignedIn(login.user(), login.session(), begun.claims());
    tellSignedIn(socket, login);
    next.proceed();
    if (!socket.connected()) {
      // It went while its token was verified.
      onDisconnected(socket);
    }
  }

  /** The client does not know the socket's id otherwise: it never had one. */
  private void refuse(Socket socket, Middleware.Next next, Refusal refusal) {
    handshakes.onRefused(refusal.code());
    log.atDebug()
        .addKeyValue("socketId", socket.publicId())
        .addKeyValue("code", refusal.code().name())
        .log("A socket is not let in: {}", refusal.words());
    Refusal told = refusal.onSocket(socket.publicId());
    byte[] error = JsonBytes.of(json -> WireJson.error(json, told, clock.instant()));
    next.refuseJson(new String(error, StandardCharsets.UTF_8), error);
  }

  private void onConnected(Socket socket) {
    Client client = Client.of(socket);
    client.onConnected();
    if (client.state() instanceof Client.State.SignedIn) {
      enterRooms(client);
    }
  }

  /**
   * The user's own room comes first: whoever is made a member from then on is found in it, and the
   * groups are asked for after that.
   */
  private void enterRooms(Client client) {
    Socket socket = client.socket();
    socket.join(Rooms.user(client.userId()));
    for (ObjectId groupId : chat.directory().groupIds(client.userId())) {
      socket.join(Rooms.group(groupId));
    }
    liveSessions.add(client.issuerSessionId(), client);
    disconnectIfOver(client);
  }

  /**
   * Whose session was revoked, or who was barred, when the token had been looked at already was not
   * found among those who are here.
   */
  private void disconnectIfOver(Client client) {
    if (liveSessions.isRevoked(client.issuerSessionId()) || !current(client.user()).isActive()) {
      client.socket().disconnect();
    }
  }

  private void onDisconnected(Socket socket) {
    Client client = Client.of(socket);
    if (client.onGone() instanceof Client.State.SignedIn signedIn) {
      liveSessions.remove(signedIn.issuerSessionId(), client);
      chat.typing().stopAll(socket.id());
      chat.sessions().end(signedIn.session().id());
    }
  }

  /** The event {@code authenticate}. */
  void onAuthenticate(Client client, Payload payload, Reply reply) {
    String token = payload.string(Field.TOKEN);
    switch (client.state()) {
      case Client.State.Unknown guest -> {
        client.onSigningIn(guest);
        begin(
            client,
            token,
            HandshakeAuth.of(client.socket().handshake()).device(),
            begun -> reply.attempt(() -> onBegun(client, begun, reply)),
            refusal ->
                client.onLoop(
                    "a sign-in", () -> reply.attempt(() -> onTurnedAway(client, refusal, reply))),
            reply::leaveOpen);
      }
      case Client.State.SigningIn _ -> {
        if (!client.awaitTurn(() -> onTurn(client, payload, reply))) {
          reply.fail(Refusal.busy());
        }
      }
      case Client.State.SignedIn signedIn -> {
        if (token == null || token.isEmpty()) {
          answer(current(signedIn.user()), signedIn.session(), reply);
        } else {
          extend(client, token, reply);
        }
      }
      case Client.State.Gone _ -> reply.abandon();
    }
  }

  /** The user as it now is: names may have changed since the socket came. */
  private User current(User user) {
    return Objects.requireNonNullElse(chat.directory().user(user.id()), user);
  }

  /** The token before this one has been looked at. */
  private void onTurn(Client client, Payload payload, Reply reply) {
    try {
      onAuthenticate(client, payload, reply);
    } catch (RuntimeException | Error e) {
      reply.fail(e, ErrorDetails.NONE);
    }
  }

  /** Back on the event loop, where the socket may be gone. */
  private void onBegun(Client client, Begun begun, Reply reply) {
    Login login = begun.login();
    if (client.state() instanceof Client.State.SigningIn guest) {
      client.onSignedIn(login.user(), login.session(), begun.claims());
      tellSignedIn(client.socket(), login);
      enterRooms(client);
      answer(login.user(), login.session(), reply);
      guest.waiting().forEach(Runnable::run);
    } else {
      end(login);
      reply.abandon();
    }
  }

  /** Back on the event loop, where the socket may be gone. */
  private void onTurnedAway(Client client, Refusal refusal, Reply reply) {
    if (client.state() instanceof Client.State.SigningIn guest) {
      client.onTurnedAway(guest);
      reply.fail(refusal);
      guest.waiting().forEach(Runnable::run);
    } else {
      reply.abandon();
    }
  }

  private void extend(Client client, String token, Reply reply) {
    chat.questions()
        .ask(
            () -> admission.admit(token, source(client.socket())),
            outcome -> {
              switch (outcome) {
                case Admission.Unavailable untold -> reply.leaveOpen(Refusal.of(untold));
                case Admission.Refused refused -> reply.fail(Refusal.of(refused));
                case Admission.Admitted(var user, var claims) ->
                    client.onLoop(
                        "a sign-in",
                        () -> reply.attempt(() -> onExtended(client, user, claims, reply)));
              }
            },
            cause -> reply.fail(cause, ErrorDetails.NONE));
  }

  /** A token is good for a socket that has signed in. */
  private void onExtended(Client client, User user, Claims claims, Reply reply) {
    switch (client.state()) {
      case Client.State.SignedIn signedIn when signedIn.user().id().equals(user.id()) -> {
        liveSessions.remove(signedIn.issuerSessionId(), client);
        client.onExtended(claims);
        liveSessions.add(client.issuerSessionId(), client);
        disconnectIfOver(client);
        answer(user, signedIn.session(), reply);
      }
      case Client.State.SignedIn _ -> reply.fail(Refusal.of(new Admission.Invalid()));
      case Client.State.Guest _, Client.State.Gone _ -> reply.abandon();
    }
  }

  /**
   * Says who the user is, and in which groups. They are read when the socket is in their rooms, so
   * that what comes after is told by events.
   */
  private void answer(User user, Session session, Reply reply) {
    answer(user, session, reply, Limits.GROUPS_READ_MAX);
  }

  private void answer(User user, Session session, Reply reply, int triesLeft) {
    chat.questions()
        .ask(
            () -> UserGroups.read(chat, user.id()),
            groups -> reply.onLoop(() -> onGroups(user, session, groups, reply, triesLeft - 1)),
            cause -> reply.fail(cause, ErrorDetails.NONE));
  }

  /**
   * Back on the event loop. What the user has joined or left since the groups were read was told by
   * an event already, or is about to be: a list from before would come behind it.
   */
  private void onGroups(User user, Session session, UserGroups read, Reply reply, int triesLeft) {
    Set<ObjectId> now = chat.directory().groupIds(user.id());
    if (triesLeft > 0 && !read.ids().equals(now)) {
      answer(user, session, reply, triesLeft);
      return;
    }
    reply.succeed(
        "authentication_success",
        json -> {
          json.writeName("user");
          WireJson.user(json, user);
          WireJson.id(json, "sessionId", session.id());
        });
    reply.emit("user_groups", read.json(now));
  }
}
