package dev.verbatim.socketio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * The adapter of a single server: hands each event loop one task, which does the loop's part with
 * the loop's own lists. It has no state of its own.
 */
final class InMemoryAdapter implements Adapter {
  private final Namespace namespace;

  InMemoryAdapter(Namespace namespace) {
    this.namespace = namespace;
  }

  @Override
  public void deliver(List<Delivery> deliveries) {
    if (isOneRoom(deliveries)) {
      String room = deliveries.getFirst().room();
      deliverOnEachLoop(fanout -> fanout.deliver(room, deliveries));
      return;
    }
    Map<String, List<Delivery>> byRoom = new LinkedHashMap<>();
    for (Delivery delivery : deliveries) {
      byRoom.computeIfAbsent(delivery.room(), _ -> new ArrayList<>()).add(delivery);
    }
    deliverOnEachLoop(fanout -> byRoom.forEach(fanout::deliver));
  }

  private void deliverOnEachLoop(Consumer<Fanout> part) {
    for (EngineLoop loop : namespace.server().loops()) {
      long sentNanos = loop.nanoTime();
      loop.run(
          () -> {
            Fanout fanout = new Fanout(loop, namespace);
            part.accept(fanout);
            if (fanout.countDeliveries() > 0) {
              loop.onBatchWritten(sentNanos);
            }
          });
    }
  }

  private static boolean isOneRoom(List<Delivery> deliveries) {
    String room = deliveries.getFirst().room();
    for (Delivery delivery : deliveries) {
      if (!delivery.room().equals(room)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void broadcast(Audience audience, Frame frame, boolean isVolatile) {
    onEachLoop(loop -> new Fanout(loop, namespace).broadcast(audience, frame, isVolatile));
  }

  @Override
  public CompletionStage<Answers> broadcastWithAck(
      Audience audience, Frame frame, long ackId, Duration timeout, boolean isVolatile) {
    EngineLoop[] loops = namespace.server().loops();
    List<CompletableFuture<Answers>> parts = new ArrayList<>(loops.length);
    for (EngineLoop loop : loops) {
      LoopAcks acks = new LoopAcks(namespace.limits().ackAnswersBytesMax());
      parts.add(acks.whole());
      boolean taken =
          loop.run(
              () ->
                  new Fanout(loop, namespace)
                      .broadcastWithAck(audience, frame, ackId, timeout, isVolatile, acks));
      if (!taken) {
        acks.onAllAsked();
      }
    }
    return Answers.join(parts);
  }

  @Override
  public CompletionStage<Void> apply(Audience audience, Operation operation) {
    return completeOnEachLoop(
        loop -> {
          for (Socket socket : new Fanout(loop, namespace).sockets(audience)) {
            // By itself: what fails for one is done to the others all the same.
            boolean _ = loop.run(() -> socket.onOperation(operation));
          }
        });
  }

  @Override
  public CompletionStage<List<RemoteSocket>> sockets(Audience audience) {
    ConcurrentLinkedQueue<RemoteSocket> found = new ConcurrentLinkedQueue<>();
    return completeOnEachLoop(
            loop -> {
              for (Socket socket : new Fanout(loop, namespace).sockets(audience)) {
                found.add(RemoteSocket.of(socket));
              }
            })
        .thenApply(_ -> List.copyOf(found));
  }

  private void onEachLoop(Consumer<EngineLoop> task) {
    for (EngineLoop loop : namespace.server().loops()) {
      loop.run(() -> task.accept(loop));
    }
  }

  private CompletableFuture<Void> completeOnEachLoop(Consumer<EngineLoop> task) {
    EngineLoop[] loops = namespace.server().loops();
    CompletableFuture<?>[] done = new CompletableFuture<?>[loops.length];
    for (int i = 0; i < loops.length; i++) {
      done[i] = loops[i].submit(task);
    }
    return CompletableFuture.allOf(done);
  }
}
