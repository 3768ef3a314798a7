package dev.verbatim.socketio;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What the clients of a namespace meet: the middleware that lets them in, and handlers, which are
 * for all its sockets and cost them no memory. All methods may be called from any thread; what is
 * added counts from then on. Middleware and handlers run where {@link #dispatch} says.
 *
 * @param <S> the kind of namespace itself
 */
public abstract sealed class NamespaceHandlers<S extends NamespaceHandlers<S>>
    permits Namespace, ParentNamespace {
  private static final Logger log = LoggerFactory.getLogger(NamespaceHandlers.class);

  private final List<Middleware> middleware = new CopyOnWriteArrayList<>();
  private final EventHandlers events = new EventHandlers();
  private final List<Consumer<Socket>> connection = new CopyOnWriteArrayList<>();
  private final List<BiConsumer<Socket, DisconnectReason>> disconnecting =
      new CopyOnWriteArrayList<>();
  private final List<BiConsumer<Socket, DisconnectReason>> disconnect =
      new CopyOnWriteArrayList<>();
  private volatile @Nullable EventHandler unknown;
  private volatile @Nullable ErrorHandler error;
  private volatile Dispatch dispatch = Dispatch.VIRTUAL_THREADS;

  NamespaceHandlers() {}

  abstract S self();

  /** Adds a middleware behind those there are. */
  public S use(Middleware added) {
    middleware.add(added);
    return self();
  }

  /** Says where middleware and handlers run; before the first client comes. */
  public S dispatch(Dispatch where) {
    dispatch = where;
    return self();
  }

  /** Adds a handler for each socket that is let in, before any of its events. */
  public S onConnection(Consumer<Socket> handler) {
    connection.add(handler);
    return self();
  }

  /** Adds a handler for each socket that goes; its rooms can still be asked for. */
  public S onDisconnecting(BiConsumer<Socket, DisconnectReason> handler) {
    disconnecting.add(handler);
    return self();
  }

  /** Adds a handler for each socket that is gone, after all of its events. */
  public S onDisconnect(BiConsumer<Socket, DisconnectReason> handler) {
    disconnect.add(handler);
    return self();
  }

  /**
   * Adds a handler for an event of any socket, behind those there are and behind the socket's own.
   *
   * @throws IllegalArgumentException if the name is one of the protocol's own, such as {@code
   *     disconnect}, which no client can emit
   */
  public S on(String event, EventHandler handler) {
    events.on(event, handler);
    return self();
  }

  /**
   * Adds a handler for an event by its first argument, as the server's {@link Mapper} reads it. An
   * argument that is missing, null or not of the type goes to {@link #onError}, and not to the
   * handler.
   *
   * @throws IllegalArgumentException as for {@link #on(String, EventHandler)}
   */
  public <T> S on(String event, Class<T> argument, ArgumentHandler<T> handler) {
    return on(event, ArgumentHandler.of(argument, handler));
  }

  /** Adds a handler that sees each event of any socket before the handlers of its name do. */
  public S onAny(EventHandler handler) {
    events.onAny(handler);
    return self();
  }

  /** Sets the handler of the events that have none, neither here nor with their socket. */
  public S onUnknown(EventHandler handler) {
    unknown = handler;
    return self();
  }

  /**
   * Sets what hears of events that failed, unless their socket has an own such handler. Without one
   * they are logged: as errors, but for what is the client's fault.
   */
  public S onError(ErrorHandler handler) {
    error = handler;
    return self();
  }

  /** The names of the events that have a handler here, as they are now. */
  public Set<String> eventNames() {
    return events.names();
  }

  // For the namespace

  /** Begins with all that another has; nothing has been added here yet. */
  final void copyFrom(NamespaceHandlers<?> other) {
    middleware.addAll(other.middleware);
    events.copyFrom(other.events);
    connection.addAll(other.connection);
    disconnecting.addAll(other.disconnecting);
    disconnect.addAll(other.disconnect);
    unknown = other.unknown;
    error = other.error;
    dispatch = other.dispatch;
  }

  final Dispatch dispatch() {
    return dispatch;
  }

  final List<Middleware> middleware() {
    return middleware;
  }

  final void fireConnection(Socket socket) {
    for (Consumer<Socket> handler : connection) {
      try {
        handler.accept(socket);
      } catch (Throwable e) {
        of(socket, e).log("connection handler of {} failed", socket.namespace().name());
      }
    }
  }

  /** Tells all that listen that a socket goes, then that it is gone. */
  final void fireDisconnect(Socket socket, DisconnectReason reason) {
    SocketListeners own = socket.listeners();
    if (own != null) {
      fire(own.disconnecting(), socket, reason);
    }
    fire(disconnecting, socket, reason);
    if (own != null) {
      fire(own.disconnect(), socket, reason);
    }
    fire(disconnect, socket, reason);
  }

  private static void fire(
      List<BiConsumer<Socket, DisconnectReason>> all, Socket socket, DisconnectReason reason) {
    for (BiConsumer<Socket, DisconnectReason> handler : all) {
      try {
        handler.accept(socket, reason);
      } catch (Throwable e) {
        of(socket, e).log("disconnect handler of {} failed", socket.namespace().name());
      }
    }
  }

  /** A line about a socket for which something has failed. */
  private static LoggingEventBuilder of(Socket socket, Throwable cause) {
    return log.atError().setCause(cause).addKeyValue("socketId", socket.publicId());
  }

  /** Brings an event to its handlers: the socket's own first. */
  final void fireEvent(Socket socket, Event event) {
    SocketListeners own = socket.listeners();
    try {
      if (own != null) {
        own.beforeHandlers(socket, event);
      }
      events.showAny(socket, event);
      boolean isKnown = own != null && own.events().handle(socket, event);
      isKnown |= events.handle(socket, event);
      EventHandler fallback = unknown;
      if (!isKnown && fallback != null) {
        fallback.handle(socket, event);
      }
    } catch (Exception e) {
      fireError(socket, event, e);
    } catch (Throwable e) {
      of(socket, e).log("handler of {} in {} failed", event.name(), socket.namespace().name());
    }
  }

  private void fireError(Socket socket, Event event, Exception failure) {
    SocketListeners own = socket.listeners();
    ErrorHandler handler = own == null || own.error() == null ? error : own.error();
    String namespace = socket.namespace().name();
    if (handler != null) {
      try {
        handler.onError(socket, event, failure);
      } catch (Throwable e) {
        of(socket, e).log("error handler of {} in {} failed", event.name(), namespace);
      }
    } else if (failure instanceof BadArgumentException) {
      log.debug("event refused in {}: {}", namespace, failure.getMessage());
    } else {
      of(socket, failure).log("handler of {} in {} failed", event.name(), namespace);
    }
  }
}
