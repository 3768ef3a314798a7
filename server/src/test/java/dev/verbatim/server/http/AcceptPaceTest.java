package dev.verbatim.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A listening socket whose clock is held. */
final class AcceptPaceTest {
  private final MockTicker ticker = Ticker.newMockTicker();
  private boolean isLineLong;
  private final EmbeddedChannel listener =
      EmbeddedChannel.builder()
          .ticker(ticker)
          .handlers(new AcceptPace(1_000, 100, () -> isLineLong))
          .build();

  private void take(int connections) {
    for (int i = 0; i < connections; i++) {
      listener.pipeline().fireChannelRead("a connection");
    }
    listener.pipeline().fireChannelReadComplete();
  }

  private void pass(long millis) {
    ticker.advance(millis, TimeUnit.MILLISECONDS);
    listener.runScheduledPendingTasks();
  }

  private boolean isTaking() {
    return listener.config().isAutoRead();
  }

  @Test
  void waitsForAsLongAsWhatItHasTakenMayTake() {
    take(16);
    assertEquals(16, listener.inboundMessages().size());
    assertFalse(isTaking());
    pass(15);
    assertFalse(isTaking());
    pass(1);
    assertTrue(isTaking());
  }

  @Test
  void waitsLongerWhileThoseItHasTakenStandInLine() {
    isLineLong = true;
    take(2);
    pass(19);
    assertFalse(isTaking());
    isLineLong = false;
    pass(1);
    assertTrue(isTaking());
    take(2);
    pass(2);
    assertTrue(isTaking());
  }

  @Test
  void goesOnAtOnceWhereNobodyCame() {
    take(0);
    assertTrue(isTaking());
  }
}
