package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.PacketSyntax;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Socket.IO server. It has no port of its own: a {@link #gate} in any Netty pipeline brings it
 * its connections, from as many event loops as there are.
 *
 * <p>All methods may be called from any thread.
 */
public final class SocketIoServer {
  private static final long TICK_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long TICK_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(1);

  private final SocketIoOptions options;
  private final PacketSyntax syntax;
  private final Endpoint endpoint;
  private final Session.Listener.Factory listeners;
  private final long tickNanos;
  private final Map<String, Namespace> namespaces = new ConcurrentHashMap<>();
  private final Sessions sessions = new Sessions();
  private final Map<EventLoop, EngineLoop> loopsByEventLoop = new ConcurrentHashMap<>();
  private volatile EngineLoop[] loops = {};

  private SocketIoServer(SocketIoOptions options, Session.Listener.@Nullable Factory listeners) {
    this.options = options;
    this.listeners = listeners == null ? session -> new Connection(session, this) : listeners;
    this.syntax = new PacketSyntax(options.limits().codec(), options.maxHttpBufferSize());
    this.endpoint = new Endpoint(this);
    long shortest =
        Math.min(options.pingInterval().toNanos(), options.pingTimeout().toNanos()) / 64;
    this.tickNanos = Math.clamp(shortest, TICK_NANOS_MIN, TICK_NANOS_MAX);
  }

  /** A server that waits for its gates. */
  public static SocketIoServer create(SocketIoOptions options) {
    return new SocketIoServer(options, null);
  }

  /** A server whose sessions speak something else than Socket.IO. */
  static SocketIoServer create(SocketIoOptions options, Session.Listener.Factory listeners) {
    return new SocketIoServer(options, listeners);
  }

  /** The settings. */
  public SocketIoOptions options() {
    return options;
  }

  /**
   * The namespace of a name, made at first use.
   *
   * @param name {@code "/"} is the main one; a missing slash at the beginning is added
   */
  public Namespace of(String name) {
    String full = name.startsWith("/") ? name : "/" + name;
    return namespaces.computeIfAbsent(full, _ -> new Namespace(this, full));
  }

  /** A new handler for one channel, to be placed right behind its {@code HttpServerCodec}. */
  public ChannelHandler gate() {
    return new Gate(this);
  }

  /** How many Engine.IO sessions there are. */
  public int sessionCount() {
    return sessions.openCount();
  }

  /** What the server has counted. */
  public Counters counters() {
    Map<String, Integer> sockets = new TreeMap<>();
    namespaces.forEach((name, namespace) -> sockets.put(name, namespace.socketCount()));
    return Counters.of(loops, sockets);
  }

  /**
   * Closes all connections, and refuses new ones from now on with 503. What is queued is sent
   * before, and clients are told the end of the transport (WebSocket 1001, Engine.IO CLOSE), not of
   * their namespaces, so that stock clients come back by themselves.
   *
   * @param within how long clients, and the handlers of their disconnects, may take; then the
   *     connections are cut
   * @return completed when all sessions' WebSockets are closed and their polls' answers sent
   */
  public CompletionStage<Void> close(Duration within) {
    return sessions.close(loops, within);
  }

  boolean isClosing() {
    return sessions.isClosing();
  }

  /** Whether there are as many sessions as may be. */
  boolean isFull() {
    return sessions.count() >= options.limits().sessionsMax();
  }

  Sessions sessions() {
    return sessions;
  }

  PacketSyntax syntax() {
    return syntax;
  }

  Session.Listener.Factory listeners() {
    return listeners;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  @Nullable Namespace namespace(String name) {
    return namespaces.get(name);
  }

  /** The loops that have, or had, sessions. */
  EngineLoop[] loops() {
    return loops;
  }

  EngineLoop loop(EventLoop eventLoop) {
    EngineLoop known = loopsByEventLoop.get(eventLoop);
    if (known != null) {
      return known;
    }
    synchronized (loopsByEventLoop) {
      return loopsByEventLoop.computeIfAbsent(
          eventLoop,
          _ -> {
            EngineLoop added = new EngineLoop(eventLoop, tickNanos);
            EngineLoop[] more = Arrays.copyOf(loops, loops.length + 1);
            more[loops.length] = added;
            loops = more;
            return added;
          });
    }
  }

  @Nullable Session session(String id) {
    return sessions.get(id);
  }

  void onOpened(Session session) {
    sessions.onOpened(session);
  }
}
