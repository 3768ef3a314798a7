package dev.verbatim.chat.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.storage.RandomWrites;
import dev.verbatim.chat.storage.Told;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.chat.store.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/**
 * Whatever is committed to the store in memory, in which the port's own rules are applied to whole
 * values, and to the file: each says the same of every write, and holds the same afterwards.
 */
class AgreementPropertyTest {
  private static final int BATCHES = 100;

  @Property(tries = 8)
  @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
  void aFileHoldsWhatAModelOfItHolds(@ForAll long seed, @ForAll boolean isForgetful)
      throws Exception {
    RandomWrites writes = new RandomWrites(seed);
    Path directory = Files.createTempDirectory("agreement");
    Limits limits = isForgetful ? Limits.STANDARD.withCached(1, 1) : Limits.STANDARD;
    try (InMemoryChatStore model = new InMemoryChatStore()) {
      try (SqliteChatStore store = SqliteChatStore.open(directory, limits)) {
        assertEquals(model.commit(RandomWrites.BEGINNING), store.commit(RandomWrites.BEGINNING));
        for (int i = 0; i < BATCHES; i++) {
          List<Write<?>> batch = writes.batchOrRefused();
          List<Object> outcomes = Told.outcomes(model, batch);
          assertEquals(outcomes, Told.outcomes(store, batch), batch::toString);
          assertEquals(Told.by(model), Told.by(store), batch::toString);
          count(batch, outcomes);
        }
      }
      try (SqliteChatStore store = SqliteChatStore.open(directory)) {
        assertEquals(Told.by(model), Told.by(store));
      }
      assertEquals(List.of(), SqliteStoreCheck.findings(directory));
    } finally {
      delete(directory);
    }
    Statistics.label("outcomes")
        .coverage(
            coverage -> {
              for (String kind :
                  List.of(
                      "ChangeSettings",
                      "AddMember",
                      "RemoveMember",
                      "ChangeRole",
                      "TransferOwnership",
                      "CloseGroup",
                      "EditMessage",
                      "DeleteMessage")) {
                coverage.check(kind + " Done").count(count -> count > 0);
              }
              coverage.check("refused").count(count -> count > 0);
            });
  }

  private static void count(List<Write<?>> batch, List<Object> outcomes) {
    if (outcomes.isEmpty()) {
      Statistics.label("outcomes").collect("refused");
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      Object outcome = outcomes.get(i);
      String name = outcome.getClass().getSimpleName();
      Statistics.label("outcomes").collect(batch.get(i).getClass().getSimpleName() + " " + name);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
