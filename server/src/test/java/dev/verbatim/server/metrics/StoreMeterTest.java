package dev.verbatim.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.storage.sqlite.SqliteChatStore;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.chat.store.NotYetException;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreMeterTest {
  private static final ObjectId NOBODY = ObjectId.next(Instant.EPOCH);

  @TempDir Path directory = Path.of("");

  private static boolean says(Metrics metrics, String sample) {
    return ("\n" + metrics.scrape(null).text()).contains("\n" + sample + "\n");
  }

  @Test
  void timesQuestionsAndCountsThoseThatFail() throws Exception {
    try (Metrics metrics = new Metrics()) {
      ChatStore store = metrics.storeCalls().measure(SqliteChatStore.open(directory));
      assertEquals(Optional.empty(), store.user(NOBODY));
      assertEquals(Optional.empty(), store.user(NOBODY));
      assertEquals(0, store.newestSeq(NOBODY));
      assertEquals(Optional.empty(), store.others());
      assertEquals(1, store.commit(List.of(new Write.Probe())).size());
      assertTrue(says(metrics, "verbatim_store_call_seconds_count{operation=\"user\"} 2"));
      assertTrue(says(metrics, "verbatim_store_call_seconds_count{operation=\"newest_seq\"} 1"));
      assertTrue(says(metrics, "verbatim_store_errors_total{operation=\"user\"} 0.0"));
      assertFalse(metrics.scrape(null).text().contains("operation=\"commit\""));
      store.close();
      assertThrows(StoreException.class, () -> store.user(NOBODY));
      assertTrue(says(metrics, "verbatim_store_errors_total{operation=\"user\"} 1.0"));
    }
  }

  @Test
  void countsNoErrorWhereSomethingIsNotReadyYet() throws Exception {
    try (Metrics metrics = new Metrics();
        InMemoryChatStore real = new InMemoryChatStore()) {
      ChatStore store = metrics.storeCalls().measure(real);
      real.failQuestions(new NotYetException("wanted", new IllegalStateException()));
      assertThrows(NotYetException.class, () -> store.user(NOBODY));
      assertTrue(says(metrics, "verbatim_store_call_seconds_count{operation=\"user\"} 1"));
      assertTrue(says(metrics, "verbatim_store_errors_total{operation=\"user\"} 0.0"));
      real.failQuestions(true);
      assertThrows(StoreException.class, () -> store.user(NOBODY));
      assertTrue(says(metrics, "verbatim_store_errors_total{operation=\"user\"} 1.0"));
    }
  }
}
