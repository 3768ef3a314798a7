package dev.verbatim.server.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.server.Limits;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

@Isolated("Others refuse tokens, too, and log it")
class RefusedTokensTest {
  private final HeldTime time = new HeldTime();
  private final RefusedTokens refused = new RefusedTokens(time);
  private final Logger logger = (Logger) LoggerFactory.getLogger(RefusedTokens.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(lines);
  }

  @Test
  void knowsEachReasonFromTheBeginning() {
    Map<String, Long> counts = refused.counts();
    assertEquals(Mistake.values().length + 6, counts.size());
    assertTrue(counts.keySet().stream().allMatch(label -> label.matches("[a-z0-9_]+")));
    assertEquals(0, counts.values().stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void countsByReasonOnManyThreads() throws Exception {
    try (var threads = Executors.newFixedThreadPool(4)) {
      Runnable task =
          () -> {
            refused.onInvalid(Mistake.WRONG_PARTY);
            refused.onExpired();
            refused.onUnavailable();
            refused.onUnavailable();
          };
      for (var done : threads.invokeAll(Collections.nCopies(1_000, Executors.callable(task)))) {
        done.get();
      }
    }
    Map<String, Long> counts = refused.counts();
    assertEquals(1_000, counts.get("wrong_party"));
    assertEquals(1_000, counts.get("expired"));
    assertEquals(2_000, counts.get("unavailable"));
    assertEquals(0, counts.get("bad_signature"));
    assertEquals(2, lines.list.size());
  }

  @Test
  void warnsOfSessionsThatClerkShouldKnowOnceAMinute() {
    refused.onUnknownSession();
    refused.onUnknownSession();
    assertEquals(2, refused.counts().get("unknown_session"));
    assertEquals(1, lines.list.size());
    assertEquals(Level.WARN, lines.list.getFirst().getLevel());
    time.advance(Limits.REFUSAL_LOG_INTERVAL);
    refused.onUnknownSession();
    assertEquals(2, lines.list.size());
  }

  @Test
  void saysTheReasonOnceAMinute() {
    for (int i = 0; i < 100; i++) {
      refused.onInvalid(Mistake.WRONG_ISSUER);
    }
    assertEquals(1, lines.list.size());
    time.advance(Limits.REFUSAL_LOG_INTERVAL);
    refused.onInvalid(Mistake.WRONG_ISSUER);
    refused.onInvalid(Mistake.BAD_SIGNATURE);
    refused.onInvalid(Mistake.WRONG_ISSUER);
    assertEquals(
        "[A token is refused: iss is another (1 so far),"
            + " A token is refused: iss is another (101 so far),"
            + " A token is refused: the signature is bad (1 so far)]",
        lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList().toString());
  }
}
