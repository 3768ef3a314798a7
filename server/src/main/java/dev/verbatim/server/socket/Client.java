package dev.verbatim.server.socket;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.User;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Attribute;
import dev.verbatim.socketio.Frame;
import dev.verbatim.socketio.Socket;
import java.time.Duration;
import java.time.Instant;

/** What the chat knows of one socket. Confined to the socket's event loop. */
final class Client {
  static final Attribute<Client> KEY = Attribute.of("client");

  /** How long a socket may stay without having authenticated. */
  private static final Duration GUEST_TIME = Duration.ofSeconds(10);

  /** How long before its expiry a token is said to expire. */
  private static final Duration EXPIRY_NOTICE = Duration.ofSeconds(15);

  /** Clocks of issuers and ours may differ by this much. */
  private static final Duration EXPIRY_SKEW = Duration.ofSeconds(5);

  /** Who is behind the socket. */
  sealed interface State {
    /** Nobody yet: may only authenticate, and goes after {@link #GUEST_TIME}. */
    record Guest(Instant until) implements State {}

    /**
     * A user.
     *
     * @param expiresAt when the token does
     * @param noticeGiven whether the client was told that it soon does
     */
    record SignedIn(User user, Session session, Instant expiresAt, boolean noticeGiven)
        implements State {}
  }

  private final Socket socket;
  private final Deadlines deadlines;
  private final EventRate eventRate;
  private State state;
  private long deadline;
  private boolean gone;

  private Client(Socket socket, Deadlines deadlines, EventRate eventRate, State state) {
    this.socket = socket;
    this.deadlines = deadlines;
    this.eventRate = eventRate;
    this.state = state;
  }

  static Client guest(Socket socket, Deadlines deadlines, EventRate eventRate, Instant now) {
    return new Client(socket, deadlines, eventRate, new State.Guest(now.plus(GUEST_TIME)));
  }

  /** The client of a connected socket. */
  static Client of(Socket socket) {
    Client client = socket.get(KEY);
    if (client == null) {
      throw new IllegalStateException("A connected socket has no client");
    }
    return client;
  }

  Socket socket() {
    return socket;
  }

  State state() {
    return state;
  }

  EventRate eventRate() {
    return eventRate;
  }

  /** The user, where the event's row is for those who signed in. */
  User user() {
    return signedIn().user();
  }

  ObjectId userId() {
    return user().id();
  }

  State.SignedIn signedIn() {
    if (state instanceof State.SignedIn signedIn) {
      return signedIn;
    }
    throw new IllegalStateException("The client has not signed in");
  }

  void onSignedIn(User user, Session session, Instant expiresAt) {
    state = new State.SignedIn(user, session, expiresAt, false);
    schedule();
  }

  /** A fresh token of the same user moves the expiry. */
  void onExtended(Instant expiresAt) {
    State.SignedIn before = signedIn();
    state = new State.SignedIn(before.user(), before.session(), expiresAt, false);
    schedule();
  }

  void onConnected() {
    schedule();
  }

  void onGone() {
    gone = true;
    deadlines.remove(deadline, this);
  }

  /** The time that {@link #schedule} set has come. */
  void onDeadline() {
    if (gone) {
      return;
    }
    Instant now = deadlines.now();
    switch (state) {
      case State.Guest guest -> {
        if (!now.isBefore(guest.until())) {
          socket.disconnect();
          return;
        }
      }
      case State.SignedIn signedIn -> {
        if (!now.isBefore(signedIn.expiresAt().plus(EXPIRY_SKEW))) {
          // A closed transport makes a stock client come back with a fresh token; a DISCONNECT
          // would not.
          socket.closeTransport();
          return;
        }
        if (!signedIn.noticeGiven() && !now.isBefore(noticeAt(signedIn))) {
          state =
              new State.SignedIn(signedIn.user(), signedIn.session(), signedIn.expiresAt(), true);
          socket.send(
              Frame.event(
                  socket.namespace(),
                  "token_expiring",
                  JsonBytes.of(
                      json -> {
                        json.writeStartObject();
                        WireJson.time(json, "expiresAt", signedIn.expiresAt());
                        json.writeEndObject();
                      })));
        }
      }
    }
    schedule();
  }

  private void schedule() {
    if (gone) {
      return;
    }
    deadlines.remove(deadline, this);
    deadline =
        deadlines.add(
            switch (state) {
              case State.Guest guest -> guest.until();
              case State.SignedIn signedIn ->
                  signedIn.noticeGiven()
                      ? signedIn.expiresAt().plus(EXPIRY_SKEW)
                      : noticeAt(signedIn);
            },
            this);
  }

  private static Instant noticeAt(State.SignedIn signedIn) {
    return signedIn.expiresAt().minus(EXPIRY_NOTICE);
  }
}
