package dev.verbatim.examples.webflux;

import dev.verbatim.socketio.SocketIoServer;
import java.time.Duration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.stereotype.Component;

/** Ends the sockets before the application ends: clients come back by themselves. */
@Component
class Goodbye implements ApplicationListener<ContextClosedEvent> {
  private final SocketIoServer io;

  Goodbye(SocketIoServer io) {
    this.io = io;
  }

  @Override
  public void onApplicationEvent(ContextClosedEvent event) {
    io.close(Duration.ofSeconds(5)).toCompletableFuture().join();
  }
}
