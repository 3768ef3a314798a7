package dev.verbatim.examples.micronaut;

import dev.verbatim.socketio.SocketIoServer;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpServerCodec;
import jakarta.inject.Singleton;

/** Places the gate right behind the HTTP codec of each connection. */
@Singleton
final class GateMount implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  private final SocketIoServer io;

  GateMount(SocketIoServer io) {
    this.io = io;
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new ForServer(io));
    return event.getBean();
  }

  /** What connections are specialized from. */
  private record ForServer(SocketIoServer io) implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      return role == ChannelRole.CONNECTION ? new ForConnection(io, channel) : this;
    }
  }

  /** One connection. */
  private record ForConnection(SocketIoServer io, Channel channel)
      implements NettyServerCustomizer {
    @Override
    public void onStreamPipelineBuilt() {
      String codec = channel.pipeline().context(HttpServerCodec.class).name();
      channel.pipeline().addAfter(codec, "socket.io", io.gate());
    }
  }
}
