package dev.verbatim.socketio;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A choice of sockets, and what to do with them: {@code namespace.to("a").to("b").except("c")}
 * means everybody in room a or room b who is not in room c, each once. Immutable, for any thread.
 *
 * <p>A socket's id is the name of a room that it is always in.
 */
public final class Broadcast {
  private final Namespace namespace;
  private final Audience audience;
  private final boolean droppable;

  Broadcast(Namespace namespace, Audience audience, boolean droppable) {
    this.namespace = namespace;
    this.audience = audience;
    this.droppable = droppable;
  }

  /** Also the sockets in this room. */
  public Broadcast to(String room) {
    Audience wider =
        new Audience(with(audience.rooms(), room), audience.except(), audience.local());
    return new Broadcast(namespace, wider, droppable);
  }

  /** The same as {@link #to}. */
  public Broadcast in(String room) {
    return to(room);
  }

  /** But not the sockets in this room. */
  public Broadcast except(String room) {
    Audience narrower =
        new Audience(audience.rooms(), with(audience.except(), room), audience.local());
    return new Broadcast(namespace, narrower, droppable);
  }

  /** Only sockets connected to this server. */
  public Broadcast local() {
    return new Broadcast(
        namespace, new Audience(audience.rooms(), audience.except(), true), droppable);
  }

  /** What is emitted is dropped for sockets whose connection is not ready to take it. */
  public Broadcast volatile_() {
    return new Broadcast(namespace, audience, true);
  }

  /** Emits an event to the sockets. */
  public void emit(String event, @Nullable Object... args) {
    send(Frame.event(namespace, event, args));
  }

  /** Sends the sockets a frame. */
  public void send(Frame frame) {
    namespace.adapter().broadcast(audience, frame, droppable);
  }

  /** Lets the sockets join a room; completed when all have. */
  public CompletionStage<Void> socketsJoin(String room) {
    return namespace.adapter().apply(audience, new Adapter.Operation.Join(List.of(room)));
  }

  /** Lets the sockets leave a room; completed when all have. */
  public CompletionStage<Void> socketsLeave(String room) {
    return namespace.adapter().apply(audience, new Adapter.Operation.Leave(List.of(room)));
  }

  /**
   * Disconnects the sockets; completed when all are.
   *
   * @param close whether to close their transports too
   */
  public CompletionStage<Void> disconnectSockets(boolean close) {
    return namespace.adapter().apply(audience, new Adapter.Operation.Disconnect(close));
  }

  /** The sockets on this server, in no order. */
  public CompletionStage<List<Socket>> fetchSockets() {
    return namespace.adapter().sockets(audience);
  }

  private static List<String> with(List<String> rooms, String room) {
    List<String> more = new ArrayList<>(rooms.size() + 1);
    more.addAll(rooms);
    more.add(room);
    return List.copyOf(more);
  }
}
