package dev.verbatim.examples.netty;

import dev.verbatim.socketio.SocketIoOptions;
import dev.verbatim.socketio.SocketIoServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;

/** What one says all hear. The port is 3000, or that of {@code -Dport=…}. */
public final class Chat {
  public static void main(String[] args) throws InterruptedException {
    SocketIoServer io = SocketIoServer.create(SocketIoOptions.defaults());
    io.onConnection(socket -> socket.broadcast().emit("joined", socket.id()));
    io.of("/").on("say", String.class, (socket, text, _) -> io.emit("said", text, socket.id()));
    io.of("/").onDisconnect((socket, _) -> io.emit("left", socket.id()));

    ServerBootstrap netty = new ServerBootstrap();
    netty.group(new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory()));
    netty.channel(NioServerSocketChannel.class);
    netty.childHandler(
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new HttpServerCodec(), io.gate());
          }
        });
    Channel server = netty.bind(Integer.getInteger("port", 3000)).sync().channel();
    System.out.println("listens on " + server.localAddress());
  }
}
