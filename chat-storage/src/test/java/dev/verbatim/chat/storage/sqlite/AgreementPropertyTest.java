package dev.verbatim.chat.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.GroupExcerpt;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.GroupStore.Standing;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.chat.store.MessageChanged;
import dev.verbatim.chat.store.MessageStore.LastMessage;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
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

  /** Seqs among which a last message is looked for: fewer than there are. */
  private static final int LAST_SEQS = 2;

  /** What a store tells of everything there may be. */
  private record Told(
      Map<Integer, Optional<Group>> groups,
      Map<Integer, List<Standing>> standings,
      Map<Integer, Map<ObjectId, Role>> roles,
      Map<Integer, List<GroupExcerpt>> discovered,
      Map<Integer, Optional<GroupExcerpt>> excerpts,
      Map<Integer, Message> lastMessages,
      Map<Integer, List<Message>> messages,
      Map<ObjectId, Set<Readers.Reader>> readers,
      Map<ObjectId, Object> byTempId,
      Map<ObjectId, ObjectId> groupsOf) {
    static Told by(ChatStore store) throws StoreException {
      Told told =
          new Told(
              new HashMap<>(),
              new HashMap<>(),
              new HashMap<>(),
              new HashMap<>(),
              new HashMap<>(),
              new HashMap<>(),
              new HashMap<>(),
              new HashMap<>(),
              new HashMap<>(),
              store.groupsOf(
                  IntStream.range(0, RandomWrites.MESSAGES).mapToObj(Samples::id).toList()));
      for (int user = 1; user <= RandomWrites.USERS; user++) {
        told.standings.put(user, store.standings(Samples.userId(user)));
        told.roles.put(user, store.roles(Samples.userId(user)));
        told.discovered.put(user, store.discover(Samples.userId(user), null, RandomWrites.GROUPS));
      }
      for (int number = 1; number <= RandomWrites.GROUPS; number++) {
        ObjectId group = Samples.groupId(number);
        told.groups.put(number, store.group(group));
        told.excerpts.put(number, store.excerpt(group, 2));
        for (LastMessage last : store.lastMessages(List.of(group), LAST_SEQS, 0).values()) {
          told.lastMessages.put(number, last.message());
        }
        List<Message> messages =
            store.messagesUpward(group, 1, RandomWrites.MESSAGES, RandomWrites.MESSAGES);
        told.messages.put(number, messages);
        Readers readers = store.readers(group, 1, RandomWrites.MESSAGES, RandomWrites.USERS);
        for (Message message : messages) {
          told.readers.put(message.id(), Set.copyOf(readers.of(message)));
          Write.FindSent question =
              new Write.FindSent(group, message.senderId(), message.tempId(), 0);
          told.byTempId.put(message.id(), store.commit(List.of(question)).getFirst());
        }
      }
      return told;
    }
  }

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
          List<Write<?>> batch = writes.batch();
          List<Object> outcomes = outcomes(model, batch);
          assertEquals(outcomes, outcomes(store, batch), batch::toString);
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

  /** The outcomes of a batch, of which nothing is left if the store refuses it. */
  private static List<Object> outcomes(ChatStore store, List<Write<?>> batch) {
    try {
      return store.commit(batch).stream().map(AgreementPropertyTest::comparable).toList();
    } catch (StoreException _) {
      return List.of();
    }
  }

  /** Readers are told in an order of the store's own. */
  private static Object comparable(Object outcome) {
    return switch (outcome) {
      case MessageChanged.Done(Message message, List<Readers.Reader> readers) ->
          new MessageChanged.Done(message, sorted(readers));
      case Write.Appended.Known(Message message, List<Readers.Reader> readers) ->
          new Write.Appended.Known(message, sorted(readers));
      case Optional<?> made -> made.map(AgreementPropertyTest::comparable);
      default -> outcome;
    };
  }

  private static List<Readers.Reader> sorted(List<Readers.Reader> readers) {
    return readers.stream()
        .sorted(Comparator.comparing(reader -> reader.userId().toString()))
        .toList();
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
