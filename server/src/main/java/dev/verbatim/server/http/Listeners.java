package dev.verbatim.server.http;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/** The sockets that take connections. For any thread. */
@Singleton
final class Listeners {
  /** Closing a listening socket takes no time; a loop that does not get to it is stuck. */
  private static final long CLOSE_SECONDS_MAX = 2;

  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

  void add(Channel listener) {
    channels.add(listener);
  }

  /** Returns when nothing is accepted any more. */
  void close() {
    boolean _ = channels.close().awaitUninterruptibly(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
  }
}
