package dev.verbatim.socketio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A choice of sockets, and what to do with them: {@code io.to("a").to("b").except("c")} means
 * everybody in room a or room b who is not in room c, each once. Immutable, for any thread.
 *
 * <p>A socket's id is the name of a room that it is always in. What one thread does takes effect on
 * each socket in that order; nothing here waits. What is returned is completed on an event loop:
 * what depends on it must not block.
 */
public final class Broadcast {
  private final Scope scope;
  private final Audience audience;
  private final Flags flags;

  Broadcast(Scope scope, Audience audience, Flags flags) {
    this.scope = scope;
    this.audience = audience;
    this.flags = flags;
  }

  /** Everybody. */
  static Broadcast all(Scope scope) {
    return new Broadcast(scope, Audience.ALL, Flags.NONE);
  }

  // The choice

  /** Also the sockets in any of these rooms. */
  public Broadcast to(String... rooms) {
    return with(
        new Audience(with(audience.rooms(), rooms), audience.except(), audience.local()), flags);
  }

  /** The same as {@link #to}. */
  public Broadcast in(String... rooms) {
    return to(rooms);
  }

  /** But not the sockets in any of these rooms. */
  public Broadcast except(String... rooms) {
    return with(
        new Audience(audience.rooms(), with(audience.except(), rooms), audience.local()), flags);
  }

  /** Only sockets connected to this server. */
  public Broadcast local() {
    return with(new Audience(audience.rooms(), audience.except(), true), flags);
  }

  /** What is emitted is dropped for sockets whose connection is not ready to take it. */
  public Broadcast volatile_() {
    return with(audience, flags.withVolatile());
  }

  /**
   * What is emitted waits while a reader is behind, and is dropped first, as {@link
   * Frame#droppable} says. What asks for acknowledgements is not dropped.
   */
  public Broadcast droppable() {
    return with(audience, flags.withWhenBehind(WhenBehind.DROPPABLE));
  }

  /**
   * Of what is emitted with the same key, only the latest waits while a reader is behind, as {@link
   * Frame#conflate} says. What asks for acknowledgements waits in any case.
   */
  public Broadcast conflate(String key) {
    return with(audience, flags.withWhenBehind(new WhenBehind.Conflated(key)));
  }

  /**
   * Whether what is emitted may be compressed, where the connection can; it may unless this says
   * otherwise. What is not compressible anyway is cheaper without.
   */
  public Broadcast compress(boolean wanted) {
    return with(audience, flags.withCompress(wanted));
  }

  /**
   * How long {@link #emitWithAck} waits; {@link SocketIoOptions#ackTimeout} if this says nothing.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Broadcast timeout(Duration timeout) {
    return with(audience, flags.withTimeout(timeout));
  }

  private Broadcast with(Audience otherAudience, Flags otherFlags) {
    return new Broadcast(scope, otherAudience, otherFlags);
  }

  private static List<String> with(List<String> rooms, String[] added) {
    List<String> more = new ArrayList<>(rooms.size() + added.length);
    more.addAll(rooms);
    more.addAll(Arrays.asList(added));
    return List.copyOf(more);
  }

  // What to do

  /**
   * Emits an event to the sockets.
   *
   * @throws IllegalArgumentException if the name is one of the protocol's own, such as {@code
   *     connect}
   */
  public void emit(String event, @Nullable Object... args) {
    for (Namespace namespace : scope.namespaces()) {
      send(namespace, Frame.event(namespace, event, args));
    }
  }

  /**
   * Sends the sockets a frame.
   *
   * @throws IllegalArgumentException if the frame is of another namespace
   */
  public void send(Frame frame) {
    for (Namespace namespace : scope.namespaces()) {
      frame.mustBeOf(namespace);
      send(namespace, frame);
    }
  }

  private void send(Namespace namespace, Frame frame) {
    namespace.adapter().broadcast(audience, flags.applyTo(frame), flags.isVolatile());
  }

  /**
   * Emits an event and waits for an answer of each of the sockets.
   *
   * @return completed with the answers' arguments, in no order, when all have come; or with a
   *     {@link BroadcastAckException} that has those which came, when some will not: because the
   *     time is over, the socket has gone, or a bound was passed
   * @throws IllegalArgumentException if the name is one of the protocol's own, such as {@code
   *     connect}
   */
  public CompletionStage<List<Args>> emitWithAck(String event, @Nullable Object... args) {
    List<CompletableFuture<Answers>> parts = new ArrayList<>(1);
    for (Namespace namespace : scope.namespaces()) {
      long ackId = namespace.nextAckId();
      Frame frame = flags.applyToAsking(Frame.eventOf(namespace, ackId, event, args));
      Duration timeout = flags.timeoutOr(namespace.server().options().ackTimeout());
      parts.add(
          namespace
              .adapter()
              .broadcastWithAck(audience, frame, ackId, timeout, flags.isVolatile())
              .toCompletableFuture());
    }
    CompletableFuture<List<Args>> all = new CompletableFuture<>();
    Answers.join(parts).thenAccept(answers -> answers.complete(all));
    return all;
  }

  /** The sockets, wherever they are, in no order. */
  public CompletionStage<List<RemoteSocket>> fetchSockets() {
    List<CompletableFuture<List<RemoteSocket>>> parts = new ArrayList<>(1);
    for (Namespace namespace : scope.namespaces()) {
      parts.add(namespace.adapter().sockets(audience).toCompletableFuture());
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenApply(_ -> parts.stream().flatMap(part -> part.join().stream()).toList());
  }

  /** Lets the sockets join rooms; completed when all have. */
  public CompletionStage<Void> socketsJoin(String... rooms) {
    return apply(new Adapter.Operation.Join(List.of(rooms)));
  }

  /** Lets the sockets leave rooms; completed when all have. */
  public CompletionStage<Void> socketsLeave(String... rooms) {
    return apply(new Adapter.Operation.Leave(List.of(rooms)));
  }

  /**
   * Disconnects the sockets; completed when all are.
   *
   * @param close whether to close their transports too, after leaving all namespaces
   */
  public CompletionStage<Void> disconnectSockets(boolean close) {
    return apply(new Adapter.Operation.Disconnect(close));
  }

  /**
   * Closes the sockets' transports without a word of Socket.IO, so that stock clients come back;
   * completed when all have left their rooms.
   */
  public CompletionStage<Void> closeTransports() {
    return apply(new Adapter.Operation.CloseTransport());
  }

  private CompletionStage<Void> apply(Adapter.Operation operation) {
    List<CompletableFuture<Void>> parts = new ArrayList<>(1);
    for (Namespace namespace : scope.namespaces()) {
      parts.add(namespace.adapter().apply(audience, operation).toCompletableFuture());
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
  }
}
