package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Arguments;
import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.Packet;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A part of a server that clients connect to by name, with its own handlers, sockets and rooms. All
 * methods may be called from any thread; handlers are for all its sockets and cost them no memory.
 */
public final class Namespace {
  private static final Logger log = LoggerFactory.getLogger(Namespace.class);

  private final SocketIoServer server;
  private final String name;
  private final Adapter adapter;
  private final List<Middleware> middleware = new CopyOnWriteArrayList<>();
  private final EventHandlers handlers = new EventHandlers();
  private final List<Consumer<Socket>> connection = new CopyOnWriteArrayList<>();
  private final List<BiConsumer<Socket, DisconnectReason>> disconnecting =
      new CopyOnWriteArrayList<>();
  private final List<BiConsumer<Socket, DisconnectReason>> disconnect =
      new CopyOnWriteArrayList<>();
  private final Map<String, Socket> sockets = new ConcurrentHashMap<>();
  private final AtomicLong ackIds = new AtomicLong();
  private volatile @Nullable EventHandler unknown;
  private volatile Dispatch dispatch = Dispatch.VIRTUAL_THREADS;

  Namespace(SocketIoServer server, String name) {
    this.server = server;
    this.name = name;
    this.adapter = new InMemoryAdapter(this);
  }

  /** Its name, which begins with a slash. */
  public String name() {
    return name;
  }

  SocketIoServer server() {
    return server;
  }

  Adapter adapter() {
    return adapter;
  }

  // Handlers

  /** Adds a middleware behind those there are. */
  public Namespace use(Middleware added) {
    middleware.add(added);
    return this;
  }

  /** Says where middleware and handlers run; before the first client comes. */
  public Namespace dispatch(Dispatch where) {
    dispatch = where;
    return this;
  }

  /** Adds a handler for each socket that is let in, before any of its events. */
  public Namespace onConnection(Consumer<Socket> handler) {
    connection.add(handler);
    return this;
  }

  /** Adds a handler for each socket that goes; its rooms can still be asked for. */
  public Namespace onDisconnecting(BiConsumer<Socket, DisconnectReason> handler) {
    disconnecting.add(handler);
    return this;
  }

  /** Adds a handler for each socket that is gone, after all of its events. */
  public Namespace onDisconnect(BiConsumer<Socket, DisconnectReason> handler) {
    disconnect.add(handler);
    return this;
  }

  /**
   * Adds a handler for an event of any socket, behind those there are.
   *
   * @throws IllegalArgumentException if the name is one of the protocol's own, such as {@code
   *     connect}, which no client can emit
   */
  public Namespace on(String event, EventHandler handler) {
    handlers.on(event, handler);
    return this;
  }

  /** Sets the handler of the events that have none. */
  public Namespace onUnknown(EventHandler handler) {
    unknown = handler;
    return this;
  }

  // Sockets

  /** The sockets in a room. */
  public Broadcast to(String room) {
    return new Broadcast(this, Audience.ALL, false).to(room);
  }

  /** The same as {@link #to}. */
  public Broadcast in(String room) {
    return to(room);
  }

  /** All sockets but those in a room. */
  public Broadcast except(String room) {
    return new Broadcast(this, Audience.ALL, false).except(room);
  }

  /** All sockets connected to this server. */
  public Broadcast local() {
    return new Broadcast(this, Audience.ALL, false).local();
  }

  /** All sockets whose connection is ready. */
  public Broadcast volatile_() {
    return new Broadcast(this, Audience.ALL, true);
  }

  /** Emits an event to all sockets. */
  public void emit(String event, @Nullable Object... args) {
    new Broadcast(this, Audience.ALL, false).emit(event, args);
  }

  /** Begins a batch. */
  public Batch batch() {
    return new Batch(this);
  }

  /** The sockets connected to this server: a view, which changes with them. */
  public Collection<Socket> sockets() {
    return Collections.unmodifiableCollection(sockets.values());
  }

  /** The socket of an id connected to this server, or null. */
  public @Nullable Socket socket(String id) {
    return sockets.get(id);
  }

  /** How many sockets are connected to this server. */
  public int socketCount() {
    return sockets.size();
  }

  /** The socket of an id, if it belongs to a loop. */
  @Nullable Socket socketOn(EngineLoop loop, String id) {
    if (id.length() != Ids.LENGTH) {
      return null;
    }
    Socket socket = sockets.get(id);
    return socket != null && socket.session().loop() == loop ? socket : null;
  }

  // For its sockets

  Limits limits() {
    return server.options().limits();
  }

  Args args(Arguments arguments, List<Bytes> attachments) {
    return new Args(arguments, attachments, server.syntax(), server.options().mapper());
  }

  Dispatch dispatch() {
    return dispatch;
  }

  List<Middleware> middleware() {
    return middleware;
  }

  long nextAckId() {
    return ackIds.getAndIncrement() & Packet.ACK_ID_MAX;
  }

  void onConnected(Socket socket) {
    sockets.put(socket.id(), socket);
  }

  void onDisconnected(Socket socket) {
    sockets.remove(socket.id());
  }

  void fireConnection(Socket socket) {
    for (Consumer<Socket> handler : connection) {
      try {
        handler.accept(socket);
      } catch (RuntimeException e) {
        log.error("connection handler of {} failed", name, e);
      }
    }
  }

  void fireDisconnect(Socket socket, DisconnectReason reason) {
    fire(disconnecting, socket, reason);
    fire(disconnect, socket, reason);
  }

  private void fire(
      List<BiConsumer<Socket, DisconnectReason>> all, Socket socket, DisconnectReason reason) {
    for (BiConsumer<Socket, DisconnectReason> handler : all) {
      try {
        handler.accept(socket, reason);
      } catch (RuntimeException e) {
        log.error("disconnect handler of {} failed", name, e);
      }
    }
  }

  void handle(Socket socket, Event event, boolean handled) throws Exception {
    EventHandler handler = handlers.of(event.name());
    if (handler != null) {
      handler.handle(socket, event);
      return;
    }
    EventHandler fallback = unknown;
    if (fallback != null && !handled) {
      fallback.handle(socket, event);
    }
  }
}
