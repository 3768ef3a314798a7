package dev.verbatim.server.socket;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.User;
import dev.verbatim.server.Limits;
import dev.verbatim.server.Unanswered;
import dev.verbatim.server.faults.Faults;
import dev.verbatim.server.identity.Claims;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Attribute;
import dev.verbatim.socketio.Frame;
import dev.verbatim.socketio.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the chat knows of one socket. Confined to the socket's event loop. */
final class Client {
  static final Attribute<Client> KEY = Attribute.of("client");

  /** Who is behind the socket. */
  sealed interface State {
    /** Nobody yet: may only authenticate, and goes after {@link Limits#GUEST_TIME}. */
    sealed interface Guest extends State {
      Instant until();
    }

    /** A guest whose token, if it has shown any, was no good. */
    record Unknown(Instant until) implements Guest {}

    /**
     * A guest whose token is looked at. One at a time: the user of a second one would be shown
     * online, though the socket may become the first one's.
     *
     * @param waiting what waits for the end of that, at most {@link Limits#SIGN_INS_WAITING_MAX}
     */
    record SigningIn(Instant until, List<Runnable> waiting) implements Guest {}

    /**
     * A user.
     *
     * @param issuerSessionId the issuer's session that the token is of
     * @param expiresAt when the token does
     * @param noticeGiven whether the client was told that it soon does
     */
    record SignedIn(
        User user, Session session, String issuerSessionId, Instant expiresAt, boolean noticeGiven)
        implements State {
      SignedIn withToken(Claims claims) {
        boolean isSame = noticeGiven && claims.expiresAt().equals(expiresAt);
        return new SignedIn(user, session, claims.sessionId(), claims.expiresAt(), isSame);
      }

      SignedIn withNotice() {
        return new SignedIn(user, session, issuerSessionId, expiresAt, true);
      }
    }

    /** Nobody any more: the socket has left. */
    record Gone() implements State {}
  }

  private final Socket socket;
  private final Deadlines deadlines;
  private final EventRate eventRate;
  private final Joins joins = new Joins();
  private final Unanswered unanswered = new Unanswered();
  private State state;
  private long deadline;

  private Client(Socket socket, Deadlines deadlines, EventRate eventRate, State state) {
    this.socket = socket;
    this.deadlines = deadlines;
    this.eventRate = eventRate;
    this.state = state;
  }

  static Client guest(Socket socket, Deadlines deadlines, EventRate eventRate, Instant now) {
    return new Client(socket, deadlines, eventRate, new State.Unknown(now.plus(Limits.GUEST_TIME)));
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
    assert inEventLoop();
    return state;
  }

  EventRate eventRate() {
    assert inEventLoop();
    return eventRate;
  }

  Joins joins() {
    assert inEventLoop();
    return joins;
  }

  /** The answers that it is owed. What is lost by a fault, or with the socket, stays owed. */
  Unanswered unanswered() {
    return unanswered;
  }

  private boolean inEventLoop() {
    return socket.inEventLoop();
  }

  /**
   * Does something on the socket's event loop. If that fails nobody knows what the client is from
   * then on: its transport is closed, which makes a stock client come back. From any thread.
   *
   * @throws java.util.concurrent.RejectedExecutionException if the loop has ended
   */
  void onLoop(String doing, Runnable task) {
    socket
        .executor()
        .execute(
            () -> {
              try {
                task.run();
              } catch (RuntimeException | Error fault) {
                var _ =
                    Faults.record(Faults.Owner.EVENT, doing, fault, "socketId", socket.publicId());
                socket.closeTransport();
              }
            });
  }

  /** The user, where the event's row is for those who signed in. */
  User user() {
    return signedIn().user();
  }

  ObjectId userId() {
    return user().id();
  }

  /** The session, where the event's row is for those who signed in. */
  ObjectId sessionId() {
    return signedIn().session().id();
  }

  private State.SignedIn signedIn() {
    assert inEventLoop();
    if (state instanceof State.SignedIn signedIn) {
      return signedIn;
    }
    throw new IllegalStateException("The client has not signed in");
  }

  /** A guest shows a token, which leads to {@link #onSignedIn} or {@link #onTurnedAway}. */
  void onSigningIn(State.Unknown guest) {
    assert inEventLoop();
    state = new State.SigningIn(guest.until(), new ArrayList<>(0));
  }

  /**
   * Has something wait until the token that is being looked at leads to the one or the other.
   *
   * @return whether there is room for it
   */
  boolean awaitTurn(Runnable turn) {
    assert inEventLoop();
    if (state instanceof State.SigningIn signingIn
        && signingIn.waiting().size() < Limits.SIGN_INS_WAITING_MAX) {
      return signingIn.waiting().add(turn);
    }
    return false;
  }

  /** The token is no good: the guest may show another. */
  void onTurnedAway(State.SigningIn guest) {
    assert inEventLoop();
    state = new State.Unknown(guest.until());
  }

  void onSignedIn(User user, Session session, Claims claims) {
    assert inEventLoop();
    state = new State.SignedIn(user, session, claims.sessionId(), claims.expiresAt(), false);
    schedule();
  }

  /**
   * Another token of the same user counts from now on, and the issuer's session that it is of,
   * unless it expires earlier.
   */
  void onExtended(Claims claims) {
    State.SignedIn before = signedIn();
    if (!claims.expiresAt().isBefore(before.expiresAt())) {
      state = before.withToken(claims);
      schedule();
    }
  }

  /** The issuer's session that the token is of. */
  String issuerSessionId() {
    return signedIn().issuerSessionId();
  }

  void onConnected() {
    assert inEventLoop();
    schedule();
  }

  /** The socket has left; what the client was until now. */
  State onGone() {
    assert inEventLoop();
    deadlines.remove(deadline, this);
    State before = state;
    state = new State.Gone();
    return before;
  }

  /** The time that {@link #schedule} set has come. */
  void onDeadline() {
    assert inEventLoop();
    Instant now = deadlines.now();
    switch (state) {
      case State.Guest guest -> {
        if (!now.isBefore(guest.until())) {
          socket.disconnect();
          return;
        }
      }
      case State.SignedIn signedIn -> {
        if (!now.isBefore(signedIn.expiresAt().plus(Limits.CLOCK_SKEW))) {
          // A closed transport makes a stock client come back with a fresh token; a DISCONNECT
          // would not.
          socket.closeTransport();
          return;
        }
        if (!signedIn.noticeGiven() && !now.isBefore(noticeAt(signedIn))) {
          state = signedIn.withNotice();
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
      case State.Gone _ -> {}
    }
    schedule();
  }

  private void schedule() {
    deadlines.remove(deadline, this);
    switch (state) {
      case State.Guest guest -> deadline = deadlines.add(guest.until(), this);
      case State.SignedIn signedIn -> {
        Instant end = signedIn.expiresAt().plus(Limits.CLOCK_SKEW);
        deadline = deadlines.add(signedIn.noticeGiven() ? end : noticeAt(signedIn), this);
      }
      case State.Gone _ -> {}
    }
  }

  private static Instant noticeAt(State.SignedIn signedIn) {
    return signedIn.expiresAt().minus(Limits.EXPIRY_NOTICE);
  }
}
