package dev.verbatim.examples.micronaut;

import dev.verbatim.socketio.SocketIoServer;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;

/** A route of the application, on the same port as the chat. */
@Controller
final class Front {
  private final SocketIoServer io;

  Front(SocketIoServer io) {
    this.io = io;
  }

  @Get
  @Produces(MediaType.TEXT_PLAIN)
  String here() {
    return io.of("/").socketCount() + " are here";
  }
}
