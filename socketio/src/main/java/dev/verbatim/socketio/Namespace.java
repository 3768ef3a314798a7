package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Arguments;
import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.Packet;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A part of a server that clients connect to by name, with its own handlers, sockets and rooms. All
 * methods may be called from any thread.
 */
public final class Namespace extends NamespaceHandlers<Namespace> implements Broadcaster {
  private final SocketIoServer server;
  private final String name;
  private final @Nullable ParentNamespace parent;
  private final Adapter adapter;
  private final Broadcast everybody;
  private final Map<String, Socket> sockets = new ConcurrentHashMap<>();
  private final AtomicLong ackIds = new AtomicLong();
  private volatile boolean ended;

  /** With a parent: the clients that are in it or ask to be let in; kept by {@link Namespaces}. */
  int clients;

  Namespace(SocketIoServer server, String name, @Nullable ParentNamespace parent) {
    this.server = server;
    this.name = name;
    this.parent = parent;
    this.adapter = new InMemoryAdapter(this);
    List<Namespace> self = List.of(this);
    this.everybody = Broadcast.all(() -> self);
  }

  @Override
  Namespace self() {
    return this;
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

  /** What it came to be by, or null if {@link SocketIoServer#of(String)} made it. */
  @Nullable ParentNamespace parent() {
    return parent;
  }

  // Sockets

  @Override
  public Broadcast broadcast() {
    return everybody;
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
    if (!Ids.isAsLong(id, name)) {
      return null;
    }
    Socket socket = sockets.get(id);
    return socket != null && socket.session().loop() == loop ? socket : null;
  }

  // For its sockets

  Limits limits() {
    return server.options().limits();
  }

  /** Arguments for handlers and for who awaits answers: they may be kept, or wait in a queue. */
  Args args(Arguments arguments, List<Bytes> attachments) {
    return new Args(arguments.compact(), attachments, server.syntax(), server.options().mapper());
  }

  long nextAckId() {
    return ackIds.getAndIncrement() & Packet.ACK_ID_MAX;
  }

  void onConnected(Socket socket) {
    sockets.put(socket.id(), socket);
  }

  void onDisconnected(Socket socket) {
    // In revision 3 a client that comes back has the same id.
    sockets.remove(socket.id(), socket);
  }

  /** Whether its last client has left, and it is known by its name no more. */
  boolean isEnded() {
    return ended;
  }

  /** It is no more: the loops forget it. */
  void onEnd() {
    ended = true;
    for (EngineLoop loop : server.loops()) {
      loop.run(() -> loop.forgetRooms(this));
    }
  }

  @Override
  public String toString() {
    return "Namespace[" + name + "]";
  }
}
