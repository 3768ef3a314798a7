package dev.verbatim.examples.micronaut;

import dev.verbatim.socketio.SocketIoOptions;
import dev.verbatim.socketio.SocketIoServer;
import io.micronaut.context.annotation.Factory;
import io.micronaut.runtime.Micronaut;
import jakarta.inject.Singleton;

/** What one says all hear. The port is 3000, or that of {@code MICRONAUT_SERVER_PORT}. */
@Factory
public final class Chat {
  public static void main(String[] args) {
    Micronaut.run(Chat.class, args);
  }

  @Singleton
  SocketIoServer io() {
    SocketIoServer io = SocketIoServer.create(SocketIoOptions.defaults());
    io.onConnection(socket -> socket.broadcast().emit("joined", socket.id()));
    io.of("/").on("say", String.class, (socket, text, _) -> io.emit("said", text, socket.id()));
    io.of("/").onDisconnect((socket, _) -> io.emit("left", socket.id()));
    return io;
  }
}
