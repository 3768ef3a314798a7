package dev.verbatim.socketio;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What listens to one socket alone; made for those that have any. Safe for all threads; asked
 * without a lock. The lists are replaced, never changed, so that those that are empty take nothing.
 */
final class SocketListeners {
  private final EventHandlers events = new EventHandlers();
  private volatile List<PacketMiddleware> middleware = List.of();
  private volatile List<OutgoingListener> outgoing = List.of();
  private volatile List<BiConsumer<Socket, DisconnectReason>> disconnecting = List.of();
  private volatile List<BiConsumer<Socket, DisconnectReason>> disconnect = List.of();
  private volatile @Nullable ErrorHandler error;

  EventHandlers events() {
    return events;
  }

  synchronized void addMiddleware(PacketMiddleware added) {
    middleware = with(middleware, added);
  }

  List<OutgoingListener> outgoing() {
    return outgoing;
  }

  synchronized void addOutgoing(OutgoingListener added) {
    outgoing = with(outgoing, added);
  }

  synchronized void removeOutgoing(OutgoingListener removed) {
    outgoing = outgoing.stream().filter(listener -> !listener.equals(removed)).toList();
  }

  List<BiConsumer<Socket, DisconnectReason>> disconnecting() {
    return disconnecting;
  }

  synchronized void addDisconnecting(BiConsumer<Socket, DisconnectReason> added) {
    disconnecting = with(disconnecting, added);
  }

  List<BiConsumer<Socket, DisconnectReason>> disconnect() {
    return disconnect;
  }

  synchronized void addDisconnect(BiConsumer<Socket, DisconnectReason> added) {
    disconnect = with(disconnect, added);
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

  private static <T> List<T> with(List<T> before, T added) {
    List<T> more = new ArrayList<>(before);
    more.add(added);
    return List.copyOf(more);
  }
}
