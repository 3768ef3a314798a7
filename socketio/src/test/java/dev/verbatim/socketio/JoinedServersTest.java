package dev.verbatim.socketio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Two servers, joined by an adapter that hands everything to both. */
final class JoinedServersTest extends AdapterContract {
  @Override
  List<TestServer> start() {
    return List.of(
        new TestServer(SocketIoOptions.defaults()), new TestServer(SocketIoOptions.defaults()));
  }

  @Override
  Adapter adapter(List<TestServer> joined) {
    return new Joined(joined.stream().map(server -> server.io().of("/").adapter()).toList());
  }

  /**
   * The first server's adapter.
   *
   * @param all those of all servers, its own first
   */
  private record Joined(List<Adapter> all) implements Adapter {
    private List<Adapter> of(Audience audience) {
      return audience.local() ? all.subList(0, 1) : all;
    }

    @Override
    public void deliver(List<Delivery> deliveries) {
      all.forEach(each -> each.deliver(deliveries));
    }

    @Override
    public void broadcast(Audience audience, Frame frame, boolean isVolatile) {
      of(audience).forEach(each -> each.broadcast(audience, frame, isVolatile));
    }

    @Override
    public CompletionStage<Answers> broadcastWithAck(
        Audience audience, Frame frame, long ackId, Duration timeout, boolean isVolatile) {
      return Answers.join(
          each(
              audience,
              adapter -> adapter.broadcastWithAck(audience, frame, ackId, timeout, isVolatile)));
    }

    @Override
    public CompletionStage<Void> apply(Audience audience, Operation operation) {
      return CompletableFuture.allOf(
          each(audience, adapter -> adapter.apply(audience, operation))
              .toArray(CompletableFuture[]::new));
    }

    @Override
    public CompletionStage<List<RemoteSocket>> sockets(Audience audience) {
      List<CompletableFuture<List<RemoteSocket>>> parts =
          each(audience, adapter -> adapter.sockets(audience));
      return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
          .thenApply(_ -> parts.stream().flatMap(part -> part.join().stream()).toList());
    }

    private <T> List<CompletableFuture<T>> each(
        Audience audience, Function<Adapter, CompletionStage<T>> task) {
      List<CompletableFuture<T>> parts = new ArrayList<>();
      for (Adapter adapter : of(audience)) {
        parts.add(task.apply(adapter).toCompletableFuture());
      }
      return parts;
    }
  }
}
