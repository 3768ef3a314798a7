package dev.verbatim.examples.webflux;

import dev.verbatim.socketio.SocketIoServer;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A route of the application, on the same port as the chat. */
@RestController
class Front {
  private final SocketIoServer io;

  Front(SocketIoServer io) {
    this.io = io;
  }

  @GetMapping("/")
  String here() {
    return io.of("/").socketCount() + " are here";
  }
}
