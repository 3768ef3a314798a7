package dev.verbatim.examples.webflux;

import dev.verbatim.socketio.SocketIoOptions;
import dev.verbatim.socketio.SocketIoServer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import reactor.netty.NettyPipeline;

/** What one says all hear. The port is 3000, or that of {@code PORT}. */
@SpringBootApplication(proxyBeanMethods = false)
public class Chat {
  public static void main(String[] args) {
    SpringApplication.run(Chat.class, args);
  }

  @Bean
  SocketIoServer io() {
    SocketIoServer io = SocketIoServer.create(SocketIoOptions.defaults());
    io.onConnection(socket -> socket.broadcast().emit("joined", socket.id()));
    io.of("/").on("say", String.class, (socket, text, _) -> io.emit("said", text, socket.id()));
    io.of("/").onDisconnect((socket, _) -> io.emit("left", socket.id()));
    return io;
  }

  /** Places the gate right behind the HTTP codec of each connection. */
  @Bean
  NettyServerCustomizer gateMount(SocketIoServer io) {
    return server ->
        server.doOnChannelInit(
            (_, channel, _) ->
                channel.pipeline().addAfter(NettyPipeline.HttpCodec, "socket.io", io.gate()));
  }
}
