package dev.verbatim.server.http;

import dev.verbatim.server.Limits;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;
import jakarta.inject.Singleton;

/**
 * Places Socket.IO's gate right behind the HTTP codec of each connection, and behind the gate what
 * tells of requests, the security headers and the count of the framework's requests.
 */
@Singleton
final class GateMount implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  private final Backend backend;
  private final Listeners listeners;
  private final OpenRequests requests;

  GateMount(Backend backend, Listeners listeners, OpenRequests requests) {
    this.backend = backend;
    this.listeners = listeners;
    this.requests = requests;
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new ForServer(backend, listeners, requests));
    return event.getBean();
  }

  /** What connections are specialized from. */
  private record ForServer(Backend backend, Listeners listeners, OpenRequests requests)
      implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      if (role == ChannelRole.LISTENER) {
        listeners.add(channel);
        channel
            .pipeline()
            .addFirst(
                "accept-pace",
                new AcceptPace(
                    Limits.ACCEPTS_PER_SECOND,
                    Limits.ACCEPTS_PER_SECOND_IN_LINE,
                    () -> backend.sockets().admissionsWaiting() > 0));
      }
      return role == ChannelRole.CONNECTION ? new ForConnection(backend, requests, channel) : this;
    }
  }

  /** One connection. */
  private record ForConnection(Backend backend, OpenRequests requests, Channel channel)
      implements NettyServerCustomizer {
    @Override
    public void onStreamPipelineBuilt() {
      ChannelPipeline pipeline = channel.pipeline();
      String codec = pipeline.context(HttpServerCodec.class).name();
      pipeline.addAfter(codec, "open-requests", requests.ofConnection());
      pipeline.addAfter(codec, "security-headers", SecurityHeaders.HANDLER);
      pipeline.addAfter(codec, "exchanges", new Exchanges(backend));
      pipeline.addAfter(codec, "socket.io", backend.sockets().gate());
    }
  }
}
