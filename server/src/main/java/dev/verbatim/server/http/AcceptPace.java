package dev.verbatim.server.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Takes connections from the listening socket at a pace: behind each few it waits as long as they
 * may take. The others wait in the kernel's queue, or in their clients' tries to get into it, and
 * cost nothing there; taken all at once, thousands keep the event loops from those who are in.
 * Confined to the listening socket's event loop.
 */
final class AcceptPace extends ChannelInboundHandlerAdapter {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int perSecond;
  private final int perSecondInLine;
  private final BooleanSupplier isLineLong;
  private int taken;

  /**
   * @param perSecond connections a second
   * @param perSecondInLine the same while those who are taken stand in line
   * @param isLineLong whether they do
   */
  AcceptPace(int perSecond, int perSecondInLine, BooleanSupplier isLineLong) {
    this.perSecond = perSecond;
    this.perSecondInLine = perSecondInLine;
    this.isLineLong = isLineLong;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object connection) {
    taken++;
    context.fireChannelRead(connection);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (taken > 0) {
      pause(
          context,
          taken * SECOND_NANOS / (isLineLong.getAsBoolean() ? perSecondInLine : perSecond));
      taken = 0;
    }
    context.fireChannelReadComplete();
  }

  private static void pause(ChannelHandlerContext context, long nanos) {
    context.channel().config().setAutoRead(false);
    var _ =
        context
            .executor()
            .schedule(
                () -> context.channel().config().setAutoRead(true), nanos, TimeUnit.NANOSECONDS);
  }
}
