package dev.verbatim.server.http;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The sockets that take connections. For any thread. */
@Singleton
final class Listeners {
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

  void add(Channel listener) {
    channels.add(listener);
  }

  /**
   * Returns when nothing is accepted any more, which takes no time, unless a loop is stuck.
   *
   * @return whether that is so within the time
   */
  boolean close(Duration within) {
    return channels.close().awaitUninterruptibly(within.toMillis(), TimeUnit.MILLISECONDS);
  }
}
