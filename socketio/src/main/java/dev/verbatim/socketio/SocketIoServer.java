package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Packet;
import dev.verbatim.socketio.protocol.PacketSyntax;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Socket.IO server. It has no port of its own: a {@link #gate} in any Netty pipeline brings it
 * its connections, from as many event loops as there are.
 *
 * <p>All methods may be called from any thread.
 */
public final class SocketIoServer implements Broadcaster {
  private static final Logger log = LoggerFactory.getLogger(SocketIoServer.class);

  private static final long TICK_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long TICK_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(1);

  private final SocketIoOptions options;
  private final PacketSyntax syntax;
  private final Endpoint endpoint;
  private final Session.Listener.Factory listeners;
  private final long tickNanos;
  private final Namespaces namespaces = new Namespaces(this);
  private final Namespace main;
  private final Turnstile turnstile;
  private final AdmissionLine admissionLine;
  private final Sessions sessions;
  private final List<Consumer<ConnectionError>> connectionErrors = new CopyOnWriteArrayList<>();
  private final Map<EventLoop, EngineLoop> loopsByEventLoop = new ConcurrentHashMap<>();
  private volatile EngineLoop[] loops = {};
  private final TotalBacklog total;

  private SocketIoServer(SocketIoOptions options, Session.Listener.@Nullable Factory listeners) {
    this.options = options;
    this.listeners = listeners == null ? session -> new Connection(session, this) : listeners;
    this.total = new TotalBacklog(options.limits().queuedBytesTotalMax(), this::loops);
    this.syntax = new PacketSyntax(options.limits().codec(), options.maxHttpBufferSize());
    this.turnstile = new Turnstile(options.limits(), System::nanoTime);
    this.admissionLine = new AdmissionLine(options.limits());
    this.sessions = new Sessions(turnstile);
    this.endpoint = new Endpoint(this);
    this.main = namespaces.of(Packet.MAIN_NAMESPACE);
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
    return namespaces.of(name);
  }

  /**
   * The namespaces whose names match a pattern as a whole, made when clients ask for them.
   *
   * @param names matched on event loops against what clients send, so it should match in a time
   *     that grows no faster than the name; a name has at most {@link
   *     dev.verbatim.socketio.protocol.CodecLimits#namespaceLengthMax} bytes
   */
  public ParentNamespace of(Pattern names) {
    return of((name, _) -> names.matcher(name).matches());
  }

  /** The namespaces that a predicate wants, made when clients ask for them. */
  public ParentNamespace of(NamespacePredicate predicate) {
    return namespaces.addParent(predicate);
  }

  /**
   * Adds a handler for each namespace that comes to be by a client's wish, called before the first
   * client is let in, on its event loop and under a lock that all loops share: it must not block.
   * It may add handlers to the namespace. What it throws is logged.
   */
  public void onNewNamespace(Consumer<Namespace> handler) {
    namespaces.onCreated(handler);
  }

  /** Adds a middleware to the main namespace. */
  public void use(Middleware middleware) {
    main.use(middleware);
  }

  /** Adds a handler for each socket that is let into the main namespace. */
  public void onConnection(Consumer<Socket> handler) {
    main.onConnection(handler);
  }

  /** All sockets of the main namespace. */
  @Override
  public Broadcast broadcast() {
    return main.broadcast();
  }

  /** A new handler for one channel, to be placed right behind its {@code HttpServerCodec}. */
  public ChannelHandler gate() {
    return new Gate(this);
  }

  /**
   * Tells of each request that is refused for what it asks of the engine. Of what is no proper
   * HTTP, and of what breaks the protocol within a session, it does not tell.
   *
   * @param handler called on an event loop, in which nothing may block; several are called in their
   *     order
   */
  public void onConnectionError(Consumer<ConnectionError> handler) {
    connectionErrors.add(handler);
  }

  /** A request is refused. On the event loop that refuses it. */
  void onConnectionError(Exchange exchange, ConnectionError.Context context) {
    if (connectionErrors.isEmpty()) {
      return;
    }
    ConnectionError error = ConnectionError.of(exchange, context);
    for (Consumer<ConnectionError> handler : connectionErrors) {
      try {
        handler.accept(error);
      } catch (Throwable e) {
        log.error("a handler of connection errors failed", e);
      }
    }
  }

  /** How many Engine.IO sessions there are. */
  public int sessionCount() {
    return sessions.openCount();
  }

  /**
   * How many connections of clients there are, counted as {@link Limits#connectionsMax} is: those
   * included that are not allowed yet or that are ending.
   */
  public int connectionCount() {
    return turnstile.connections();
  }

  /** How many handshakes stand in line to be let in, at the pace of the limits. */
  public int admissionsWaiting() {
    return admissionLine.waiting();
  }

  /** What the server has counted. */
  public Counters counters() {
    Map<String, Integer> sockets = new TreeMap<>();
    for (Namespace namespace : namespaces.all()) {
      sockets.put(namespace.name(), namespace.socketCount());
    }
    Counters.Admissions admissions =
        new Counters.Admissions(
            admissionLine.waiting(), admissionLine.waitingMax(), admissionLine.waited());
    return Counters.of(loops, admissions, sockets);
  }

  /**
   * Closes all connections at once: {@link #close(Drain)} with {@link Drain#within}.
   *
   * @param within how long clients, and the handlers of their disconnects, may take; then the
   *     connections are cut
   */
  public CompletionStage<Void> close(Duration within) {
    return close(Drain.within(within));
  }

  /**
   * Closes all connections, and refuses new ones from now on, with 503 and {@code Retry-After}.
   * What is queued is sent before, and clients are told the end of the transport (WebSocket 1001,
   * Engine.IO CLOSE), not of their namespaces, so that stock clients come back by themselves. HTTP
   * connections end with their next answer.
   *
   * @param drain how
   * @return completed when all sessions' WebSockets are closed and their polls' answers sent; on
   *     any thread, an event loop's too, so what depends on it must not block
   */
  public CompletionStage<Void> close(Drain drain) {
    CompletionStage<Void> closed = sessions.close(this::loops, drain);
    admissionLine.close();
    return closed;
  }

  boolean isClosing() {
    return sessions.isClosing();
  }

  Turnstile turnstile() {
    return turnstile;
  }

  AdmissionLine admissionLine() {
    return admissionLine;
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

  Namespaces namespaces() {
    return namespaces;
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
            EngineLoop added = new EngineLoop(eventLoop, tickNanos, total);
            EngineLoop[] more = Arrays.copyOf(loops, loops.length + 1);
            more[loops.length] = added;
            loops = more;
            return added;
          });
    }
  }
}
