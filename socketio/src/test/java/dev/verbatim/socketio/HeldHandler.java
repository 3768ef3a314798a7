package dev.verbatim.socketio;

import java.util.concurrent.CompletableFuture;

/** What a handler does that a test holds: it says that it has begun, and waits to be let go. */
final class HeldHandler {
  private final CompletableFuture<Void> entered = new CompletableFuture<>();
  private final CompletableFuture<Void> go = new CompletableFuture<>();

  /** By the handler. */
  void run() {
    entered.complete(null);
    go.join();
  }

  void awaitEntered() {
    entered.join();
  }

  void letGo() {
    go.complete(null);
  }
}
