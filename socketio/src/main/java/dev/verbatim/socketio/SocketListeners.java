package dev.verbatim.socketio;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What listens to one socket alone; made for those that have any. Safe for all threads; asked
 * without a lock.
 */
final class SocketListeners {
  private final EventHandlers events = new EventHandlers();
  private final List<PacketMiddleware> middleware = new CopyOnWriteArrayList<>();
  private final List<OutgoingListener> outgoing = new CopyOnWriteArrayList<>();
  private final List<BiConsumer<Socket, DisconnectReason>> disconnecting =
      new CopyOnWriteArrayList<>();
  private final List<BiConsumer<Socket, DisconnectReason>> disconnect =
      new CopyOnWriteArrayList<>();
  private volatile @Nullable ErrorHandler error;

  EventHandlers events() {
    return events;
  }

  List<PacketMiddleware> middleware() {
    return middleware;
  }

  List<OutgoingListener> outgoing() {
    return outgoing;
  }

  List<BiConsumer<Socket, DisconnectReason>> disconnecting() {
    return disconnecting;
  }

  List<BiConsumer<Socket, DisconnectReason>> disconnect() {
    return disconnect;
  }

  void onError(ErrorHandler handler) {
    error = handler;
  }

  @Nullable ErrorHandler error() {
    return error;
  }

  /** Has an event seen by all, and asks the middleware, which throws what it refuses it for. */
  void beforeHandlers(Socket socket, Event event) throws Exception {
    events.showAny(socket, event);
    for (PacketMiddleware each : middleware) {
      each.handle(socket, event);
    }
  }
}
