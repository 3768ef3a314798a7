package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.Packet;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
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
  private volatile byte @Nullable [] auth;

  /** Names of parameters of the query. */
  private volatile Set<String> forgotten = Set.of();

  private final Memberships memberships;
  private final Attributes attributes = new Attributes();

  /** A mark of the fan-out that is under way; the event loop's. */
  long mark;

  private volatile State state = State.CONNECTING;

  /** What listens to this socket alone, which nothing does to most. */
  private volatile @Nullable SocketListeners listeners;

  private @Nullable AwaitedAcks acks;
  private @Nullable SerialQueue queue;

  private enum State {
    /** Before the middleware. */
    CONNECTING,
    CONNECTED,
    DISCONNECTED
  }

  Socket(Namespace namespace, Connection connection, byte @Nullable [] auth) {
    this.id =
        switch (connection.session().revision()) {
          case V4 -> Ids.next();
          case V3 -> Ids.inRevision3(namespace.name(), connection.session().id());
        };
    this.namespace = namespace;
    this.connection = connection;
    this.session = connection.session();
    this.auth = auth;
    this.memberships = new Memberships(this, namespace.limits().roomsPerSocketMax());
  }

  /**
   * Its id: 20 characters of URL-safe base64, and not the id of its transport's session. With
   * {@link SocketIoOptions#allowEIO3} a client of Engine.IO v3 has that one, outside the main
   * namespace behind the namespace's name and a hash sign, for such clients make it themselves;
   * whoever is told it can speak in the client's name.
   */
  public String id() {
    return id;
  }

  /**
   * The id as everybody may see it, in a log too: {@link #id}, but of a client of Engine.IO v3 the
   * first eight characters alone in the place of the session's.
   */
  public String publicId() {
    return switch (session.revision()) {
      case V4 -> id;
      case V3 -> Ids.inRevision3(namespace.name(), Ids.beginning(session.id()));
    };
  }

  /** What the client said when it connected. */
  public Handshake handshake() {
    return session.handshake().withAuth(auth).without(forgotten);
  }

  /**
   * Forgets the client's {@code auth}, such as a token that nobody will ask for again: from now on
   * {@link #handshake} has none.
   */
  public void forgetAuth() {
    auth = null;
  }

  /**
   * Forgets a parameter of the query, such as a token that nobody shall see any more: from now on
   * {@link #handshake} has none of that name, and its URL does not show it. What the client says
   * when it asks to be let into a namespace again is whole.
   */
  public void forgetQuery(String name) {
    Set<String> names = new HashSet<>(forgotten);
    names.add(name);
    forgotten = Set.copyOf(names);
  }

  /** The namespace that it is in. */
  public Namespace namespace() {
    return namespace;
  }

  /** Whether it is let into the namespace and has not left. */
  public boolean connected() {
    return state == State.CONNECTED;
  }

  /** The socket's event loop. What a task throws that it is given is logged. */
  public Executor executor() {
    return session.loop().executor();
  }

  /** Whether the calling thread is the socket's event loop. */
  public boolean inEventLoop() {
    return session.loop().inEventLoop();
  }

  Session session() {
    return session;
  }

  @Nullable Membership self() {
    return memberships.self();
  }

  @Nullable Membership membership(Room room) {
    return memberships.in(room);
  }

  // Rooms

  /** Enters rooms. In one that it is in already nothing changes. */
  public void join(String... rooms) {
    session
        .loop()
        .run(
            () -> {
              for (String room : rooms) {
                memberships.onJoin(room);
              }
            });
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
   * Adds a handler for this socket alone; it runs before the namespace's own. Handlers that are the
   * same for all sockets take less memory there.
   *
   * @throws IllegalArgumentException if the name is one of the protocol's own, as for {@link
   *     Namespace#on}
   */
  public void on(String event, EventHandler handler) {
    ownListeners().events().on(event, handler);
  }

  /** Adds a handler by the event's first argument, as {@link NamespaceHandlers#on} does. */
  public <T> void on(String event, Class<T> argument, ArgumentHandler<T> handler) {
    on(event, ArgumentHandler.of(argument, handler));
  }

  /** Adds a handler for the next event of this name only. */
  public void once(String event, EventHandler handler) {
    ownListeners().events().once(event, handler);
  }

  /** Removes this socket's own handlers for an event. */
  public void off(String event) {
    SocketListeners own = listeners;
    if (own != null) {
      own.events().off(event);
    }
  }

  /** Removes one of this socket's own handlers for an event. */
  public void off(String event, EventHandler handler) {
    SocketListeners own = listeners;
    if (own != null) {
      own.events().off(event, handler);
    }
  }

  /** Adds a handler that sees each event of this socket before the others do. */
  public void onAny(EventHandler handler) {
    ownListeners().events().onAny(handler);
  }

  /** Removes this socket's own handlers of all events. */
  public void offAny() {
    SocketListeners own = listeners;
    if (own != null) {
      own.events().offAny();
    }
  }

  /** Removes one of this socket's own handlers of all events. */
  public void offAny(EventHandler handler) {
    SocketListeners own = listeners;
    if (own != null) {
      own.events().offAny(handler);
    }
  }

  /** Adds a listener that sees each event which goes out to the client. */
  public void onAnyOutgoing(OutgoingListener listener) {
    ownListeners().addOutgoing(listener);
  }

  /** Removes a listener of what goes out. */
  public void offAnyOutgoing(OutgoingListener listener) {
    SocketListeners own = listeners;
    if (own != null) {
      own.removeOutgoing(listener);
    }
  }

  /** Adds a middleware for this socket's events, behind those there are. */
  public void use(PacketMiddleware middleware) {
    ownListeners().addMiddleware(middleware);
  }

  /** Sets what hears of this socket's events that failed, in the namespace's place. */
  public void onError(ErrorHandler handler) {
    ownListeners().onError(handler);
  }

  /** Adds a handler for when this socket goes; its rooms can still be asked for. */
  public void onDisconnecting(BiConsumer<Socket, DisconnectReason> handler) {
    ownListeners().addDisconnecting(handler);
  }

  /** Adds a handler for when this socket is gone, after all of its events. */
  public void onDisconnect(BiConsumer<Socket, DisconnectReason> handler) {
    ownListeners().addDisconnect(handler);
  }

  @Nullable SocketListeners listeners() {
    return listeners;
  }

  private SocketListeners ownListeners() {
    synchronized (attributes) {
      SocketListeners own = listeners;
      if (own == null) {
        own = new SocketListeners();
        listeners = own;
      }
      return own;
    }
  }

  // Sending

  /**
   * Emits an event to the client.
   *
   * @throws IllegalArgumentException if the name is one of the protocol's own, such as {@code
   *     connect}
   */
  public void emit(String event, @Nullable Object... args) {
    send(Frame.event(namespace, event, args));
  }

  /**
   * Sends the client a frame.
   *
   * @throws IllegalArgumentException if the frame is of another namespace
   */
  public void send(Frame frame) {
    frame.mustBeOf(namespace);
    session.loop().run(() -> write(frame));
  }

  /** See {@link Emission#emitWithAck}. */
  public CompletionStage<Args> emitWithAck(String event, @Nullable Object... args) {
    return emission().emitWithAck(event, args);
  }

  /** See {@link Emission#droppable}. */
  public Emission droppable() {
    return emission().droppable();
  }

  /** See {@link Emission#conflate}. */
  public Emission conflate(String key) {
    return emission().conflate(key);
  }

  /** See {@link Emission#volatile_}. */
  public Emission volatile_() {
    return emission().volatile_();
  }

  /** See {@link Emission#compress}. */
  public Emission compress(boolean wanted) {
    return emission().compress(wanted);
  }

  /** See {@link Emission#timeout}. */
  public Emission timeout(Duration timeout) {
    return emission().timeout(timeout);
  }

  private Emission emission() {
    return new Emission(this, Flags.NONE);
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
    return namespace.broadcast().except(id);
  }

  /** All sockets in any of these rooms but this one. */
  public Broadcast to(String... rooms) {
    return broadcast().to(rooms);
  }

  /** The same as {@link #to}. */
  public Broadcast in(String... rooms) {
    return to(rooms);
  }

  /** All sockets in none of these rooms, but this one. */
  public Broadcast except(String... rooms) {
    return broadcast().except(rooms);
  }

  /** All sockets connected to this server but this one. */
  public Broadcast local() {
    return broadcast().local();
  }

  /** Queues an event and awaits its acknowledgement. On the loop. */
  void writeWithAck(
      Frame frame,
      long ackId,
      Duration timeout,
      AwaitedAcks.Listener listener,
      boolean isVolatile) {
    if (isVolatile && connected() && !isWritable()) {
      onVolatileDropped();
      listener.onMissing(AckMissingException.Reason.DROPPED);
    } else if (awaitAck(ackId, timeout, listener)) {
      write(frame);
    }
  }

  /** Queues a frame, or drops it if the connection is not ready to take it. On the loop. */
  void writeVolatile(Frame frame) {
    if (isWritable()) {
      write(frame);
    } else if (connected()) {
      onVolatileDropped();
    }
  }

  /** A volatile frame is not sent, for the connection is not ready to take it. On the loop. */
  void onVolatileDropped() {
    session.loop().counters().dropped().add(Drop.VOLATILE);
  }

  /** Begins to await an acknowledgement; false, and the listener told, if none can come. */
  boolean awaitAck(long ackId, Duration timeout, AwaitedAcks.Listener listener) {
    if (state != State.CONNECTED) {
      listener.onMissing(AckMissingException.Reason.DISCONNECTED);
      return false;
    }
    return acks().add(ackId, timeout, listener);
  }

  /** Queues a frame, if the socket is connected. On the loop. */
  void write(Frame frame) {
    if (state == State.CONNECTED) {
      if (listeners != null) {
        showOutgoing(frame);
      }
      session.write(frame);
    }
  }

  /** Queues frames that others get too, if the socket is connected. On the loop. */
  void writeShared(Wire wire) {
    if (state == State.CONNECTED) {
      if (listeners != null) {
        for (Frame frame : wire.frames()) {
          showOutgoing(frame);
        }
      }
      session.writeShared(wire);
    }
  }

  /** In a task of its own: who writes may be walking a room, which a listener may change. */
  private void showOutgoing(Frame frame) {
    SocketListeners own = listeners;
    if (own != null && !own.outgoing().isEmpty()) {
      session.loop().execute(() -> showOutgoing(frame, own.outgoing()));
    }
  }

  private void showOutgoing(Frame frame, List<OutgoingListener> outgoing) {
    Packet.Event event = frame.toEvent();
    if (event == null) {
      return;
    }
    Args args = namespace.args(event.arguments(), event.attachments());
    for (OutgoingListener listener : outgoing) {
      try {
        listener.onOutgoing(this, event.name(), args);
      } catch (RuntimeException e) {
        log.error("listener to what goes out in {} failed", namespace.name(), e);
      }
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
      session.backlog().sendYielded();
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
    Bytes data =
        switch (session.revision()) {
          case V4 -> Bytes.utf8("{\"sid\":\"" + id + "\"}");
          case V3 -> null;
        };
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
    session.write(Frame.connectError(session.revision(), namespace.name(), message, data));
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
      namespace.fireEvent(this, event);
    } else {
      queue().execute(() -> namespace.fireEvent(this, event), event.args().byteCount());
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
      case Adapter.Operation.CloseTransport() -> closeTransport();
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
    session.backlog().onLeft(namespace.name());
    namespace.server().namespaces().leave(namespace);
    if (before == State.CONNECTED) {
      namespace.onDisconnected(this);
    }
    if (acks != null) {
      acks.onDisconnect();
    }
    // Middleware that is at work holds the connection's place among all, too.
    session.onDisconnectHandlers();
    dispatch(
        () -> {
          try {
            if (before == State.CONNECTED) {
              namespace.fireDisconnect(this, reason);
            }
          } finally {
            memberships.forgetNames();
            session.loop().run(session::onFinished);
          }
        });
  }

  /** Runs a task where the namespace's handlers run, behind all earlier ones. On the loop. */
  void dispatch(Runnable task) {
    if (namespace.dispatch() == Dispatch.EVENT_LOOP) {
      session.loop().run(task);
    } else {
      queue().execute(task);
    }
  }

  /** Completed, on any thread, when the handlers of all that has come are done. On the loop. */
  CompletableFuture<Void> whenHandled() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (queue == null) {
      done.complete(null);
    } else {
      queue.execute(() -> done.complete(null));
    }
    return done;
  }

  private SerialQueue queue() {
    if (queue == null) {
      queue = new SerialQueue(session.loop(), session, namespace.limits().eventsWaitingMax());
    }
    return Objects.requireNonNull(queue);
  }

  @Override
  public String toString() {
    return "Socket[" + publicId() + " in " + namespace.name() + "]";
  }
}
