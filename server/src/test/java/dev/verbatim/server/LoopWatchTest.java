package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.blocking.LoopWatch;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** That all the other tests are watched for calls of the store on event loops. */
@Isolated("Others would be told what it finds")
@Timeout(60)
class LoopWatchTest {
  @Test
  void catchesAQuestionToTheStoreOnALoop() throws Exception {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (Connection store = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      group.submit(() -> store.createStatement().execute("SELECT 1")).get(60, TimeUnit.SECONDS);
    } finally {
      group.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
    }
    List<LoopWatch.Blocked> found = LoopWatch.takeFound();
    assertTrue(
        found.stream().anyMatch(blocked -> blocked.toString().contains("NativeDB")),
        found::toString);
  }
}
