package dev.verbatim.server.socket;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.Sessions.Login;
import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.GroupStore.Membership;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.identity.Admission;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.WireError;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Middleware;
import dev.verbatim.socketio.Namespace;
import dev.verbatim.socketio.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets sockets into the chat: by the token of their handshake, or by {@code authenticate} later.
 * Tokens are verified and sessions begun by {@code blocking}; what a socket then is changes on its
 * event loop.
 */
final class Authentication {
  private final Chat chat;
  private final Admission admission;
  private final Deliveries deliveries;
  private final Deadlines deadlines;
  private final EventRate.Limit eventRate;
  private final InstantSource clock;
  private final BlockingWork blocking;

  Authentication(
      Chat chat,
      Admission admission,
      Deliveries deliveries,
      Deadlines deadlines,
      EventRate.Limit eventRate,
      InstantSource clock,
      BlockingWork blocking) {
    this.chat = chat;
    this.admission = admission;
    this.deliveries = deliveries;
    this.deadlines = deadlines;
    this.eventRate = eventRate;
    this.clock = clock;
    this.blocking = blocking;
  }

  void bind(Namespace namespace) {
    namespace.use(this::onHandshake);
    namespace.onConnection(this::onConnected);
    namespace.onDisconnect((socket, _) -> onDisconnected(socket));
  }

  /** A token in the handshake lets in a user or refuses; without one a guest comes in. */
  private void onHandshake(Socket socket, Middleware.Next next) {
    Client client =
        Client.guest(socket, deadlines, new EventRate(eventRate, clock.millis()), clock.instant());
    socket.set(Client.KEY, client);
    HandshakeAuth auth = HandshakeAuth.of(socket.handshake());
    switch (auth.token()) {
      case HandshakeAuth.NoToken _ -> next.proceed();
      case HandshakeAuth.Misshapen _ -> refuse(next, Admission.invalid());
      case HandshakeAuth.Given(String token) ->
          blocking.run(
              () -> admit(client, token, auth.device(), next),
              (code, message) -> refuse(next, new Admission.Refused(code, message)));
    }
  }

  private void admit(Client client, String token, DeviceType device, Middleware.Next next)
      throws StoreException {
    switch (admission.admit(token)) {
      case Admission.Refused refused -> refuse(next, refused);
      case Admission.Admitted(var user, var claims) -> {
        Socket socket = client.socket();
        Login login = chat.sessions().begin(user, socket.id(), device);
        socket
            .executor()
            .execute(
                () -> {
                  client.onSignedIn(user, login.session(), claims.expiresAt());
                  next.proceed();
                  if (!socket.connected()) {
                    // It went while its token was verified.
                    onDisconnected(socket);
                  }
                });
      }
    }
  }

  private void refuse(Middleware.Next next, Admission.Refused refused) {
    byte[] error =
        JsonBytes.of(
            json ->
                WireJson.error(
                    json,
                    new WireError(
                        refused.code(), refused.message(), ErrorDetails.NONE, clock.instant())));
    next.refuse(new String(error, StandardCharsets.UTF_8), error);
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
  }

  private void onDisconnected(Socket socket) {
    Client client = Client.of(socket);
    client.onGone();
    if (client.state() instanceof Client.State.SignedIn signedIn) {
      for (ObjectId groupId : chat.typing().stopAll(socket.id())) {
        deliveries.onTypingStopped(groupId, signedIn.user().id(), socket.id());
      }
      chat.sessions().end(signedIn.session().id());
    }
  }

  /** The event {@code authenticate}. */
  void onAuthenticate(Client client, Payload payload, Reply reply) {
    String token = payload.string(Field.TOKEN);
    boolean hasToken = token != null && !token.isEmpty();
    switch (client.state()) {
      case Client.State.Guest _ -> signIn(client, token, reply);
      case Client.State.SignedIn signedIn -> {
        if (hasToken) {
          extend(client, signedIn, token, reply);
        } else {
          answerAgain(signedIn, reply);
        }
      }
    }
  }

  private void signIn(Client client, @Nullable String token, Reply reply) {
    attempt(
        reply,
        () -> {
          switch (admission.admit(token)) {
            case Admission.Refused refused -> fail(reply, refused);
            case Admission.Admitted(var user, var claims) -> {
              Socket socket = client.socket();
              Login login =
                  chat.sessions()
                      .begin(user, socket.id(), HandshakeAuth.of(socket.handshake()).device());
              List<Membership> groups = chat.groups().of(user.id());
              socket
                  .executor()
                  .execute(() -> onSignedIn(client, login, claims.expiresAt(), groups, reply));
            }
          }
        });
  }

  /** Back on the event loop, where the socket may be gone or, by another event, signed in. */
  private void onSignedIn(
      Client client, Login login, Instant expiresAt, List<Membership> groups, Reply reply) {
    if (!client.socket().connected() || client.state() instanceof Client.State.SignedIn) {
      chat.sessions().end(login.session().id());
      if (client.state() instanceof Client.State.SignedIn signedIn) {
        answer(signedIn.user(), signedIn.session(), groups, reply);
      }
      return;
    }
    client.onSignedIn(login.user(), login.session(), expiresAt);
    enterRooms(client);
    answer(login.user(), login.session(), groups, reply);
  }

  private void extend(
      Client client, Client.State.SignedIn signedIn, @Nullable String token, Reply reply) {
    attempt(
        reply,
        () -> {
          switch (admission.admit(token)) {
            case Admission.Refused refused -> fail(reply, refused);
            case Admission.Admitted(var user, _) when !user.id().equals(signedIn.user().id()) ->
                fail(reply, Admission.invalid());
            case Admission.Admitted(var user, var claims) -> {
              List<Membership> groups = chat.groups().of(user.id());
              client
                  .socket()
                  .executor()
                  .execute(
                      () -> {
                        client.onExtended(claims.expiresAt());
                        answer(user, signedIn.session(), groups, reply);
                      });
            }
          }
        });
  }

  private void answerAgain(Client.State.SignedIn signedIn, Reply reply) {
    attempt(
        reply,
        () ->
            answer(
                signedIn.user(),
                signedIn.session(),
                chat.groups().of(signedIn.user().id()),
                reply));
  }

  private static void answer(User user, Session session, List<Membership> groups, Reply reply) {
    reply.succeed(
        "authentication_success",
        json -> {
          json.writeName("user");
          WireJson.user(json, user);
          WireJson.id(json, "sessionId", session.id());
        });
    reply.emit("user_groups", json -> GroupJson.overviews(json, groups, user.id()));
  }

  private static void fail(Reply reply, Admission.Refused refused) {
    reply.fail(refused.code(), refused.message(), ErrorDetails.NONE);
  }

  private void attempt(Reply reply, BlockingWork.Work work) {
    blocking.run(work, (code, message) -> reply.fail(code, message, ErrorDetails.NONE));
  }
}
