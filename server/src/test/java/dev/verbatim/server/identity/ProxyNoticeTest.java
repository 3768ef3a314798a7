package dev.verbatim.server.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.verbatim.chat.Chat;
import dev.verbatim.chat.ChatListener;
import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.store.InMemoryChatStore;
import java.nio.file.Path;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

@Isolated("Others come through proxies, too, which is logged")
class ProxyNoticeTest {
  @TempDir Path directory;

  private final HeldTime time = new HeldTime();
  private final Logger logger = (Logger) LoggerFactory.getLogger(ProxyNotice.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private Chat chat;

  @BeforeEach
  void start() throws Exception {
    chat =
        Chat.open(
            new InMemoryChatStore(),
            ChatSettings.defaults(),
            ChatListener.NONE,
            time,
            time,
            Runnable::run);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stop() throws Exception {
    logger.detachAppender(lines);
    chat.close();
  }

  private int lines(int trustedProxies, boolean isForwarded) throws Exception {
    lines.list.clear();
    var admission =
        new Admission(
            new DevelopmentIdentity(DevelopmentKey.in(directory), time.withZone(ZoneOffset.UTC)),
            chat.users(),
            Newcomers.NONE,
            new RefusedTokens(time),
            trustedProxies,
            time);
    for (String token : new String[] {null, "x", "y"}) {
      var _ = admission.admit(token, new Admission.Source("192.0.2.1", isForwarded));
    }
    return lines.list.size();
  }

  @Test
  void saysOnceThatAProxyIsNotTrusted() throws Exception {
    assertEquals(1, lines(0, true));
    assertEquals(Level.WARN, lines.list.getFirst().getLevel());
    assertTrue(lines.list.getFirst().getFormattedMessage().contains("Set TRUST_PROXY"));
  }

  @Test
  void saysNothingWhereThereIsNoneOrItIsTrusted() throws Exception {
    assertEquals(0, lines(0, false));
    assertEquals(0, lines(1, true));
    assertEquals(0, lines(1, false));
  }
}
