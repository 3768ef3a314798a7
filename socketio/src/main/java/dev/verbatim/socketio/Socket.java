package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.Packet;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client in one namespace. Owned by the event loop of its session; all public methods may be
 * called from any thread, and what one thread does takes effect in that order.
 *
 * <p>A socket that comes back after its connection broke is another socket, with another id.
 */
public final class Socket {
  private static final Logger log = LoggerFactory.getLogger(Socket.class);

  private final String id;
  private final Namespace namespace;
  private final Connection connection;
  private final Session session;
  private final byte @Nullable [] auth;
  private final Memberships memberships;
  private final Attributes attributes = new Attributes();

  /** A mark of the fan-out that is under way; the event loop's. */
  long mark;

  private volatile State state = State.CONNECTING;

  /** This socket's own handlers, which most sockets have none of. */
  private volatile @Nullable EventHandlers handlers;

  private @Nullable AwaitedAcks acks;
  private @Nullable SerialQueue queue;

  private enum State {
    /** Before the middleware. */
    CONNECTING,
    CONNECTED,
    DISCONNECTED
  }

  Socket(Namespace namespace, Connection connection, byte @Nullable [] auth) {
    this.id = Ids.next();
    this.namespace = namespace;
    this.connection = connection;
    this.session = connection.session();
    this.auth = auth;
    this.memberships = new Memberships(this, namespace.limits().roomsPerSocketMax());
  }

  /** Its id: 20 characters of URL-safe base64. Not the id of its transport's session. */
  public String id() {
    return id;
  }

  /** What the client said when it connected. */
  public Handshake handshake() {
    return session.handshake().withAuth(auth);
  }

  /** The namespace that it is in. */
  public Namespace namespace() {
    return namespace;
  }

  /** Whether it is let into the namespace and has not left. */
  public boolean connected() {
    return state == State.CONNECTED;
  }

  /** The socket's event loop. */
  public Executor executor() {
    return session.loop().eventLoop();
  }

  Session session() {
    return session;
  }

  @Nullable Membership self() {
    return memberships.self();
  }

  // Rooms

  /** Enters a room. In one that it is in already nothing changes. */
  public void join(String room) {
    session.loop().run(() -> memberships.onJoin(room));
  }

  /**
   * Enters a room, and holds back what the room brings for this socket until the hold is released.
   * If the socket is in the room already, the membership is holding from then on.
   */
  public Hold joinHolding(String room) {
    Hold hold = new Hold(this);
    session
        .loop()
        .run(
            () -> {
              Membership membership = memberships.onJoin(room);
              if (membership != null) {
                hold.onJoined(membership);
              }
            });
    return hold;
  }

  /** Leaves a room. */
  public void leave(String room) {
    session.loop().run(() -> memberships.onLeave(room));
  }

  /**
   * The rooms that it is in, its own id among them; in a disconnect handler those that it was in. A
   * copy.
   */
  public Set<String> rooms() {
    return memberships.names();
  }

  // Attributes and handlers

  /** Keeps a value with the socket, in place of the key's earlier one. */
  public <T> void set(Attribute<T> key, T value) {
    attributes.set(key, value);
  }

  /** The value that is kept for a key, or null. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // set() pairs key and value
  public <T> @Nullable T get(Attribute<T> key) {
    return attributes.get(key);
  }

  /**
   * Adds a handler for this socket alone; it runs before the namespace's own.
   *
   * @throws IllegalArgumentException if the name is one of the protocol's own, as for {@link
   *     Namespace#on}
   */
  public void on(String event, EventHandler handler) {
    ownHandlers().on(event, handler);
  }

  /** Removes this socket's own handlers for an event. */
  public void off(String event) {
    ownHandlers().off(event);
  }

  /** Adds a handler that sees each event of this socket before the others do. */
  public void onAny(EventHandler handler) {
    ownHandlers().onAny(handler);
  }

  private EventHandlers ownHandlers() {
    synchronized (attributes) {
      EventHandlers own = handlers;
      if (own == null) {
        own = new EventHandlers();
        handlers = own;
      }
      return own;
    }
  }

  // Sending

  /** Emits an event to the client. */
  public void emit(String event, @Nullable Object... args) {
    send(Frame.event(namespace, event, args));
  }

  /** Sends the client a frame. */
  public void send(Frame frame) {
    session.loop().run(() -> write(frame));
  }

  /** Sends the client a frame, unless its connection is not ready to take it. */
  public void sendVolatile(Frame frame) {
    session
        .loop()
        .run(
            () -> {
              if (isWritable()) {
                write(frame);
              } else if (connected()) {
                session.loop().counters().dropped().add(Drop.VOLATILE);
              }
            });
  }

  /**
   * Emits an event and waits for the client's answer.
   *
   * @return completed on the socket's event loop with the answer's arguments, or with an {@link
   *     AckMissingException}
   */
  public CompletionStage<Args> emitWithAck(
      Duration timeout, String event, @Nullable Object... args) {
    CompletableFuture<Args> answer = new CompletableFuture<>();
    long ackId = namespace.nextAckId();
    Frame frame = Frame.eventOf(namespace, ackId, event, args);
    boolean taken =
        session
            .loop()
            .run(
                () -> {
                  if (state != State.CONNECTED) {
                    fail(answer);
                  } else if (acks().add(ackId, timeout, answer)) {
                    write(frame);
                  }
                });
    if (!taken) {
      fail(answer);
    }
    return answer;
  }

  private static void fail(CompletableFuture<Args> answer) {
    answer.completeExceptionally(new AckMissingException(AckMissingException.Reason.DISCONNECTED));
  }

  private AwaitedAcks acks() {
    AwaitedAcks awaited = acks;
    if (awaited == null) {
      awaited = new AwaitedAcks(session.loop().deadlines(), namespace.limits().acksPerSocketMax());
      acks = awaited;
    }
    return awaited;
  }

  /** All sockets of the namespace but this one. */
  public Broadcast broadcast() {
    return new Broadcast(namespace, Audience.ALL, false).except(id);
  }

  /** All sockets in a room but this one. */
  public Broadcast to(String room) {
    return broadcast().to(room);
  }

  /** Queues a frame, if the socket is connected. On the loop. */
  void write(Frame frame) {
    if (state == State.CONNECTED) {
      session.write(frame);
    }
  }

  /** Queues frames that others get too, if the socket is connected. On the loop. */
  void writeShared(ByteBuf wire, Frame... frames) {
    if (state == State.CONNECTED) {
      session.writeShared(wire, frames);
    }
  }

  /** Whether what is written now goes out soon. On the loop. */
  boolean isWritable() {
    return state == State.CONNECTED && session.isWritable();
  }

  // Leaving

  /** Sends the client out of the namespace. Stock clients do not come back by themselves. */
  public void disconnect() {
    session.loop().run(this::onServerDisconnect);
  }

  /**
   * Sends the client out.
   *
   * @param close whether out of all namespaces, and to close the transport
   */
  public void disconnect(boolean close) {
    if (close) {
      session.loop().run(connection::onServerDisconnect);
    } else {
      disconnect();
    }
  }

  /** Closes the transport without a word of Socket.IO, so that stock clients come back. */
  public void closeTransport() {
    session.loop().run(() -> session.close(DisconnectReason.FORCED_CLOSE, CloseCause.SERVER_CLOSE));
  }

  /** The server's will is done to one that is not let in yet, too; then no handler hears of it. */
  void onServerDisconnect() {
    assert session.loop().inEventLoop();
    if (state != State.DISCONNECTED) {
      session.write(Frame.of(new Packet.Disconnect(namespace.name())));
      connection.onLeft(this);
      onClose(DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
    }
  }

  // What comes in, on the loop

  /** The client asks to be let in. */
  void onConnect() {
    new Admission(this, namespace.middleware()).begin();
  }

  /** No middleware had anything against it. */
  void onAdmitted() {
    assert session.loop().inEventLoop();
    if (state != State.CONNECTING) {
      return;
    }
    state = State.CONNECTED;
    memberships.onAdmitted();
    namespace.onConnected(this);
    connection.onAdmitted();
    Bytes data = Bytes.utf8("{\"sid\":\"" + id + "\"}");
    session.write(Frame.of(new Packet.Connect(namespace.name(), data)));
    dispatch(() -> namespace.fireConnection(this));
  }

  /** A middleware has refused it. */
  void onRefused(String message, byte @Nullable [] data) {
    assert session.loop().inEventLoop();
    if (state != State.CONNECTING) {
      return;
    }
    session.loop().counters().refusals().add(Refusal.MIDDLEWARE);
    session.write(Frame.connectError(namespace.name(), message, data));
    connection.onLeft(this);
    onClose(DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
  }

  void onEvent(Packet.Event packet) {
    if (state != State.CONNECTED) {
      // Stock clients send nothing before they are let in.
      session.close(DisconnectReason.PARSE_ERROR, CloseCause.PROTOCOL_ERROR);
      return;
    }
    Event event = new Event(this, packet, namespace.args(packet.arguments(), packet.attachments()));
    if (namespace.dispatch() == Dispatch.EVENT_LOOP) {
      handle(event);
    } else {
      queue().execute(() -> handle(event));
    }
  }

  private void handle(Event event) {
    try {
      EventHandlers own = handlers;
      EventHandler seesAll = own == null ? null : own.any();
      if (seesAll != null) {
        seesAll.handle(this, event);
      }
      EventHandler handler = own == null ? null : own.of(event.name());
      if (handler != null) {
        handler.handle(this, event);
      }
      namespace.handle(this, event, handler != null);
    } catch (Exception e) {
      log.error("handler of {} in {} failed", event.name(), namespace.name(), e);
    }
  }

  void onAck(Packet.Ack packet) {
    AwaitedAcks awaited = acks;
    if (awaited != null) {
      awaited.onAck(packet.ackId(), namespace.args(packet.arguments(), packet.attachments()));
    }
  }

  /** The client leaves the namespace. */
  void onDisconnect() {
    connection.onLeft(this);
    onClose(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT);
  }

  void onOperation(Adapter.Operation operation) {
    switch (operation) {
      case Adapter.Operation.Join(List<String> rooms) -> rooms.forEach(memberships::onJoin);
      case Adapter.Operation.Leave(List<String> rooms) -> rooms.forEach(memberships::onLeave);
      case Adapter.Operation.Disconnect(boolean close) -> disconnect(close);
    }
  }

  /** Ends the socket: its one exit, called by the session or on the way out of the namespace. */
  void onClose(DisconnectReason reason) {
    State before = state;
    if (before == State.DISCONNECTED) {
      return;
    }
    state = State.DISCONNECTED;
    memberships.onGone();
    if (before == State.CONNECTED) {
      namespace.onDisconnected(this);
      if (acks != null) {
        acks.onDisconnect();
      }
      session.onDisconnectHandlers();
      dispatch(
          () -> {
            try {
              namespace.fireDisconnect(this, reason);
            } finally {
              memberships.forgetNames();
              session.loop().run(session::onFinished);
            }
          });
    } else {
      memberships.forgetNames();
    }
  }

  /** Runs a task where the namespace's handlers run, behind all earlier ones. On the loop. */
  void dispatch(Runnable task) {
    if (namespace.dispatch() == Dispatch.EVENT_LOOP) {
      session.loop().run(task);
    } else {
      queue().execute(task);
    }
  }

  private SerialQueue queue() {
    if (queue == null) {
      queue = new SerialQueue(session.loop(), session, namespace.limits().eventsWaitingMax());
    }
    return Objects.requireNonNull(queue);
  }

  @Override
  public String toString() {
    return "Socket[" + id + " in " + namespace.name() + "]";
  }
}
