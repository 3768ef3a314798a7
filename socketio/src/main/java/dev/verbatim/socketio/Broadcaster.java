package dev.verbatim.socketio;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What has sockets that can be reached together: a namespace, all children of a dynamic one, or a
 * server, which stands for its main namespace. All methods may be called from any thread and do not
 * wait.
 */
public sealed interface Broadcaster permits SocketIoServer, Namespace, ParentNamespace {
  /** All the sockets; everything below narrows or uses this choice. */
  Broadcast broadcast();

  /** The sockets in any of these rooms. */
  default Broadcast to(String... rooms) {
    return broadcast().to(rooms);
  }

  /** The same as {@link #to}. */
  default Broadcast in(String... rooms) {
    return to(rooms);
  }

  /** The sockets in none of these rooms. */
  default Broadcast except(String... rooms) {
    return broadcast().except(rooms);
  }

  /** The sockets connected to this server. */
  default Broadcast local() {
    return broadcast().local();
  }

  /** See {@link Broadcast#droppable}. */
  default Broadcast droppable() {
    return broadcast().droppable();
  }

  /** See {@link Broadcast#conflate}. */
  default Broadcast conflate(String key) {
    return broadcast().conflate(key);
  }

  /** See {@link Broadcast#volatile_}. */
  default Broadcast volatile_() {
    return broadcast().volatile_();
  }

  /** See {@link Broadcast#compress}. */
  default Broadcast compress(boolean wanted) {
    return broadcast().compress(wanted);
  }

  /** See {@link Broadcast#timeout}. */
  default Broadcast timeout(Duration timeout) {
    return broadcast().timeout(timeout);
  }

  /** See {@link Broadcast#emit}. */
  default void emit(String event, @Nullable Object... args) {
    broadcast().emit(event, args);
  }

  /** See {@link Broadcast#emitWithAck}. */
  default CompletionStage<List<Args>> emitWithAck(String event, @Nullable Object... args) {
    return broadcast().emitWithAck(event, args);
  }

  /** See {@link Broadcast#fetchSockets}. */
  default CompletionStage<List<RemoteSocket>> fetchSockets() {
    return broadcast().fetchSockets();
  }

  /** See {@link Broadcast#socketsJoin}. */
  default CompletionStage<Void> socketsJoin(String... rooms) {
    return broadcast().socketsJoin(rooms);
  }

  /** See {@link Broadcast#socketsLeave}. */
  default CompletionStage<Void> socketsLeave(String... rooms) {
    return broadcast().socketsLeave(rooms);
  }

  /** See {@link Broadcast#disconnectSockets}. */
  default CompletionStage<Void> disconnectSockets(boolean close) {
    return broadcast().disconnectSockets(close);
  }
}
