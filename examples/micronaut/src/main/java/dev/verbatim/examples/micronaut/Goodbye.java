package dev.verbatim.examples.micronaut;

import dev.verbatim.socketio.SocketIoServer;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.ShutdownEvent;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Ends the sockets before the application ends: clients come back by themselves. */
@Singleton
final class Goodbye implements ApplicationEventListener<ShutdownEvent> {
  private final SocketIoServer io;

  Goodbye(SocketIoServer io) {
    this.io = io;
  }

  @Override
  public void onApplicationEvent(ShutdownEvent event) {
    io.close(Duration.ofSeconds(5)).toCompletableFuture().join();
  }
}
