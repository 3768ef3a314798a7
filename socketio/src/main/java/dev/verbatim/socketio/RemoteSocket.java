package dev.verbatim.socketio;

import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A socket as {@link Broadcast#fetchSockets} tells of it, wherever it is connected. Immutable: it
 * says what was so at that moment; what it does takes effect as if by the socket itself, and comes
 * to nothing if that has gone. What is returned is completed on an event loop: what depends on it
 * must not block.
 */
public final class RemoteSocket {
  private final Namespace namespace;
  private final String id;
  private final Handshake handshake;
  private final Set<String> rooms;

  RemoteSocket(Namespace namespace, String id, Handshake handshake, Set<String> rooms) {
    this.namespace = namespace;
    this.id = id;
    this.handshake = handshake;
    this.rooms = rooms;
  }

  static RemoteSocket of(Socket socket) {
    return new RemoteSocket(
        socket.namespace(), socket.id(), socket.handshake(), Set.copyOf(socket.rooms()));
  }

  /** Its id. */
  public String id() {
    return id;
  }

  /** What its client said when it connected. */
  public Handshake handshake() {
    return handshake;
  }

  /** The rooms that it was in, its own id among them. */
  public Set<String> rooms() {
    return rooms;
  }

  /** The socket itself, if it is connected to this server and has not gone. */
  public @Nullable Socket local() {
    return namespace.socket(id);
  }

  /**
   * Emits an event to the client.
   *
   * @throws IllegalArgumentException if the name is one of the protocol's own, such as {@code
   *     connect}
   */
  public void emit(String event, @Nullable Object... args) {
    namespace.in(id).emit(event, args);
  }

  /** Lets it join rooms; completed when it has. */
  public CompletionStage<Void> join(String... names) {
    return namespace.in(id).socketsJoin(names);
  }

  /** Lets it leave rooms; completed when it has. */
  public CompletionStage<Void> leave(String... names) {
    return namespace.in(id).socketsLeave(names);
  }

  /**
   * Sends its client out; completed when it is.
   *
   * @param close whether out of all namespaces, and to close the transport
   */
  public CompletionStage<Void> disconnect(boolean close) {
    return namespace.in(id).disconnectSockets(close);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RemoteSocket that && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "RemoteSocket[" + id + " in " + namespace.name() + "]";
  }
}
