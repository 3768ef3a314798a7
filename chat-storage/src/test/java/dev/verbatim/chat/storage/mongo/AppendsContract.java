package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Sorts.ascending;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.OtherWriters;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import dev.verbatim.chat.store.Write.Appended;
import dev.verbatim.chat.store.Write.Posted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Several stores write into the same groups of one database. */
abstract class AppendsContract extends DatabaseContract {
  private static final int GROUPS = 3;

  AppendsContract(MongoUnderTest server) {
    super(server);
  }

  @SuppressWarnings("unchecked")
  private static <R> R commit(MongoChatStore store, Write<R> write) throws StoreException {
    return (R) store.commit(List.of(write)).getFirst();
  }

  private static List<Message> caughtUp(MongoChatStore store) throws StoreException {
    return messages(commit(store, new Write.CatchUp(Samples.groupId(1))).messages());
  }

  private static List<Long> seqs(List<Message> messages) {
    return messages.stream().map(Message::seq).toList();
  }

  private static void listen(MongoChatStore store, int group) throws StoreException {
    store.others().orElseThrow().listen(List.of(Samples.groupId(group)));
  }

  private static Appended.Stored stored(Object outcome) {
    return assertInstanceOf(Appended.Stored.class, outcome);
  }

  private static List<Message> messages(List<Posted> posted) {
    return posted.stream().map(Posted::message).toList();
  }

  /** The messages of a group as they are in the database, in the order of their seqs. */
  private List<Document> documents(ObjectId groupId) {
    List<Document> documents = new ArrayList<>();
    stores().contents().messages().find().sort(ascending(Fields.SEQ_KEY)).into(documents);
    documents.removeIf(document -> !MessageDocuments.groupId(document).equals(groupId));
    return documents;
  }

  @Test
  void tellsWhatOthersHavePutBeforeAMessage() throws Exception {
    MongoChatStore one = stores().open("a:1");
    MongoChatStore other = stores().open("b:1");
    commit(one, new Write.PutUser(Samples.user(1)));
    assertEquals(List.of(), stored(commit(one, Samples.append(1, 1, 1))).before());
    Message second = stored(commit(other, Samples.append(2, 1, 1))).message();
    Message third = stored(commit(other, Samples.append(3, 1, 9))).message();
    Appended.Stored fourth = stored(commit(one, Samples.append(4, 1, 1)));
    assertEquals(List.of(second, third), messages(fourth.before()));
    assertEquals(Samples.user(1), fourth.before().getFirst().sender());
    assertEquals(UserDocuments.unknown(Samples.userId(9)), fourth.before().get(1).sender());
    assertEquals(4, fourth.message().seq());
    assertEquals(List.of(), stored(commit(one, Samples.append(5, 1, 1))).before());
    assertEquals(List.of(4L, 5L), seqs(caughtUp(other)));
    assertEquals(List.of(), caughtUp(other));
    assertEquals(5, documents(Samples.groupId(1)).size());
  }

  @Test
  void owesWhatCameSinceSomebodyListensAndNothingBefore() throws Exception {
    MongoChatStore one = stores().open("a:1");
    MongoChatStore other = stores().open("b:1");
    commit(other, Samples.append(1, 1, 1));
    assertEquals(List.of(), caughtUp(one), "nobody listens");
    commit(other, Samples.append(2, 1, 1));
    listen(one, 1);
    Message third = commit(other, Samples.append(3, 1, 1)).message();
    Appended.Stored fourth = stored(commit(one, Samples.append(4, 1, 1)));
    assertEquals(List.of(third), messages(fourth.before()));
    commit(other, Samples.append(5, 1, 1));
    listen(one, 1);
    assertEquals(List.of(), caughtUp(one), "nobody listened when the fifth came");
  }

  @Test
  void owesWhatCameSinceSomebodyListensToAGroupIntoWhichNobodyWroteHere() throws Exception {
    MongoChatStore one = stores().open("a:1");
    MongoChatStore other = stores().open("b:1");
    listen(one, 1);
    Message first = commit(other, Samples.append(1, 1, 1)).message();
    Message second = commit(other, Samples.append(2, 1, 1)).message();
    Write.Newest newest = commit(one, new Write.NewestSeq(Samples.groupId(1)));
    assertEquals(2, newest.seq());
    assertEquals(List.of(first, second), messages(newest.before()));
    assertEquals(List.of(), caughtUp(one));
  }

  @Test
  void tellsWhatStandsBeforeTheMessageOfOthersThatARetryNames() throws Exception {
    MongoChatStore one = stores().open("a:1");
    MongoChatStore other = stores().open("b:1");
    listen(one, 1);
    Message first = commit(other, Samples.append(1, 1, 1)).message();
    Message second = commit(other, Samples.append(2, 1, 1, "t", "named")).message();
    Message third = commit(other, Samples.append(3, 1, 1)).message();
    List<Object> outcomes =
        one.commit(
            List.of(
                Samples.append(4, 1, 1, "t", "named"),
                Samples.append(5, 1, 1, "u", "new"),
                Samples.append(6, 1, 1, "u", "new"),
                Samples.append(7, 1, 1, "t", "named")));
    List<Appended> appended = outcomes.stream().map(Appended.class::cast).toList();
    assertEquals(List.of(2L, 4L, 4L, 2L), seqs(appended.stream().map(Appended::message).toList()));
    assertEquals(
        List.of(List.of(first, second), List.of(third), List.of(), List.of()),
        appended.stream().map(each -> messages(each.before())).toList());
    assertEquals(List.of(), caughtUp(one));
  }

  @Test
  void tellsWhatStandsBeforeAMessageOfOthersThatIsAskedFor() throws Exception {
    MongoChatStore one = stores().open("a:1");
    MongoChatStore other = stores().open("b:1");
    listen(one, 1);
    Message first = commit(other, Samples.append(1, 1, 1)).message();
    Message second = commit(other, Samples.append(2, 1, 1, "t", "named")).message();
    commit(other, Samples.append(3, 1, 1));
    Appended.Known known =
        assertInstanceOf(Appended.Known.class, commit(one, Samples.findSent(1, 1, "t")));
    assertEquals(List.of(first, second), messages(known.before()));
    assertEquals(List.of(3L), seqs(caughtUp(one)));
  }

  @Test
  void namesGroupsThatHaveGrownByOthersOnce() throws Exception {
    MongoChatStore one = stores().open("a:1");
    MongoChatStore other = stores().open("b:1");
    OtherWriters others = one.others().orElseThrow();
    List<ObjectId> groups = List.of(Samples.groupId(1), Samples.groupId(2));
    commit(one, Samples.append(1, 1, 1));
    assertEquals(Set.of(), others.grown(groups));
    commit(other, Samples.append(2, 1, 1));
    commit(other, Samples.append(3, 2, 1));
    assertEquals(Set.copyOf(groups), others.grown(groups));
    assertEquals(Set.of(), others.grown(groups));
    commit(other, Samples.append(4, 1, 1));
    assertEquals(Set.of(Samples.groupId(1)), others.grown(groups));
    commit(other, Samples.append(5, 1, 1));
    commit(one, Samples.append(6, 1, 1));
    assertEquals(Set.of(), others.grown(groups));
  }

  @Test
  void tellsNothingOfAGreatDeal() throws Exception {
    MongoChatStore one = stores().open("a:1");
    MongoChatStore other = stores().open("b:1");
    commit(one, Samples.append(0, 1, 1));
    List<Write<?>> many = new ArrayList<>();
    for (int id = 1; id <= Stores.LIMITS.othersMax() + 1; id++) {
      many.add(Samples.append(id, 1, 1));
    }
    other.commit(many);
    assertEquals(List.of(), stored(commit(one, Samples.append(many.size() + 1, 1, 1))).before());
    other.commit(List.of(Samples.append(many.size() + 2, 1, 1)));
    assertEquals(1, stored(commit(one, Samples.append(many.size() + 3, 1, 1))).before().size());
  }

  @Test
  void tellsWhatOthersWroteOnceIfACommitFailsInBetween() throws Exception {
    MongoChatStore one = stores().open("a:1");
    MongoChatStore other = stores().open("b:1");
    commit(one, new Write.PutUser(Samples.user(1)));
    commit(one, Samples.append(1, 1, 1));
    Message second = commit(other, Samples.append(2, 1, 1)).message();
    assertThrows(
        StoreException.class,
        () -> one.commit(List.of(Samples.append(3, 1, 1, "t", "third"), Samples.refused())));
    Appended known = commit(one, Samples.append(4, 1, 1, "t", "retry"));
    assertInstanceOf(Appended.Known.class, known);
    assertEquals(List.of(second, known.message()), messages(known.before()));
    assertEquals(List.of(), stored(commit(one, Samples.append(5, 1, 1))).before());
  }

  @Test
  void tellsWhatTheFirstCommitIntoAGroupWroteThoughItFailed() throws Exception {
    MongoChatStore one = stores().open("a:1");
    MongoChatStore other = stores().open("b:1");
    commit(one, new Write.PutUser(Samples.user(1)));
    commit(other, Samples.append(1, 1, 1));
    assertThrows(
        StoreException.class,
        () -> one.commit(List.of(Samples.append(2, 1, 1, "t", "second"), Samples.refused())));
    assertEquals(
        List.of("second"),
        stored(commit(one, Samples.append(3, 1, 1))).before().stream()
            .map(each -> each.message().content())
            .toList());
    assertEquals(List.of(), stored(commit(one, Samples.append(4, 1, 1))).before());
  }

  @Test
  void offersTheGroupsIntoWhichAFailedCommitHasWritten() throws Exception {
    MongoChatStore one = stores().open("a:1");
    OtherWriters others = one.others().orElseThrow();
    commit(one, new Write.PutUser(Samples.user(1)));
    commit(one, Samples.append(1, 1, 1));
    assertEquals(Set.of(), others.newMessages());
    assertThrows(
        StoreException.class,
        () -> one.commit(List.of(Samples.refused(), Samples.append(2, 1, 1))));
    assertEquals(Set.of(), others.newMessages());
    assertThrows(
        StoreException.class,
        () -> one.commit(List.of(Samples.append(3, 1, 1, "t", "second"), Samples.refused())));
    assertEquals(Set.of(Samples.groupId(1)), others.newMessages());
    assertEquals(Set.of(), others.newMessages());
    assertEquals(List.of("second"), caughtUp(one).stream().map(Message::content).toList());
    assertEquals(List.of(), stored(commit(one, Samples.append(4, 1, 1))).before());
  }

  /** What one of several processes writes and is told. */
  private static final class Writing implements Callable<Void> {
    private static final int BATCHES = 40;

    /** Who writes on all processes, by the same names. */
    private static final int SHARED = 9;

    private final MongoChatStore store;
    private final int number;
    private final Map<ObjectId, List<Long>> told = new HashMap<>();
    private final Map<ObjectId, List<Long>> written = new HashMap<>();
    private final Map<String, ObjectId> named = new HashMap<>();

    Writing(MongoChatStore store, int number) {
      this.store = store;
      this.number = number;
    }

    @Override
    public Void call() throws StoreException {
      Random random = new Random(number);
      for (int batch = 0; batch < BATCHES; batch++) {
        List<Write.AppendMessage> writes = new ArrayList<>();
        int size = 1 + random.nextInt(8);
        for (int i = 0; i < size; i++) {
          writes.add(append(random, number * 1_000_000 + batch * 100 + i));
        }
        List<Object> outcomes = store.commit(writes);
        for (int i = 0; i < size; i++) {
          keep(writes.get(i), (Appended) outcomes.get(i));
        }
      }
      return null;
    }

    private Write.AppendMessage append(Random random, int id) {
      int group = 1 + random.nextInt(GROUPS);
      return switch (random.nextInt(3)) {
        case 0 -> Samples.append(id, group, number);
        case 1 -> Samples.append(id, group, number, "t" + random.nextInt(100), "named");
        default -> Samples.append(id, group, SHARED, "t" + random.nextInt(100), "shared");
      };
    }

    private void keep(Write.AppendMessage write, Appended outcome) {
      Message message = outcome.message();
      told(outcome.before());
      if (outcome instanceof Appended.Stored) {
        told.computeIfAbsent(message.groupId(), _ -> new ArrayList<>()).add(message.seq());
        written.computeIfAbsent(message.groupId(), _ -> new ArrayList<>()).add(message.seq());
      }
      String name = AppendRun.sendKeyOrNull(write);
      if (name != null) {
        ObjectId before = named.putIfAbsent(name, message.id());
        assertTrue(before == null || before.equals(message.id()), name);
      }
    }

    private void told(List<Posted> posted) {
      for (Posted each : posted) {
        told.computeIfAbsent(each.message().groupId(), _ -> new ArrayList<>())
            .add(each.message().seq());
      }
    }

    void catchUp() throws StoreException {
      for (int group = 1; group <= GROUPS; group++) {
        told(commit(store, new Write.CatchUp(Samples.groupId(group))).messages());
      }
    }
  }

  @Test
  void keepsOneOrderWhenTwoWriteIntoTheSameGroupsAtOnce() throws Exception {
    List<Writing> writings =
        List.of(new Writing(stores().open("a:1"), 1), new Writing(stores().open("b:1"), 2));
    for (Writing each : writings) {
      for (int group = 1; group <= GROUPS; group++) {
        listen(each.store, group);
      }
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> each : threads.invokeAll(writings)) {
        each.get();
      }
    }
    for (Writing each : writings) {
      each.catchUp();
    }
    for (int number = 1; number <= GROUPS; number++) {
      ObjectId group = Samples.groupId(number);
      List<Document> documents = documents(group);
      List<Long> seqs = LongStream.rangeClosed(1, documents.size()).boxed().toList();
      assertEquals(seqs, documents.stream().map(MessageDocuments::seq).toList());
      Set<String> names = new HashSet<>();
      for (Document document : documents) {
        String name = document.getString(Fields.SEND_KEY);
        assertTrue(name == null || names.add(name), "twice: " + name);
      }
      for (Writing each : writings) {
        assertEquals(seqs, each.told.get(group));
        List<Long> written = each.written.getOrDefault(group, List.of());
        assertEquals(written.stream().sorted().toList(), written);
      }
    }
    Map<String, ObjectId> named = new HashMap<>(writings.getFirst().named);
    writings
        .getLast()
        .named
        .forEach((name, id) -> assertEquals(named.getOrDefault(name, id), id, name));
  }
}
