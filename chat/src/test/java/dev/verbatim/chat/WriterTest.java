package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.chat.store.RejectedException;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WriterTest {
  private static final ObjectId GROUP = new ObjectId(1, 1);
  private static final ObjectId SENDER = new ObjectId(1, 2);

  private final InMemoryChatStore store = new InMemoryChatStore();
  private final RecordingListener listener = new RecordingListener();
  private final List<Gate> gates = new ArrayList<>();
  private Writer writer = writer(ChatSettings.defaults());

  private Writer writer(ChatSettings settings) {
    Faults faults = new Faults(listener, InstantSource.system(), settings);
    Writer made =
        new Writer(
            store, new Directory(store, settings), listener, faults, new HeldTime(), settings);
    made.start();
    return made;
  }

  @AfterEach
  void closeWriter() {
    gates.forEach(Gate::open);
    assertTrue(writer.close(Duration.ofSeconds(30)));
  }

  private static Write.AppendMessage message(int number) {
    return new Write.AppendMessage(
        new ObjectId(2, number),
        GROUP,
        SENDER,
        "message " + number,
        MessageType.TEXT,
        null,
        HeldTime.START,
        /* readersMax= */ 0);
  }

  private <R> CompletableFuture<R> submit(Write<R> write) {
    CompletableFuture<R> outcome = new CompletableFuture<>();
    assertTrue(writer.submit(write, Outcome.of(outcome::complete, outcome::completeExceptionally)));
    return outcome;
  }

  /** Has the writer busy with a commit of its own, so that what is submitted next waits. */
  private Gate busy() throws Exception {
    Gate gate = new Gate(store);
    gates.add(gate);
    CompletableFuture<Write.Newest> first = submit(new Write.NewestSeq(GROUP));
    gate.awaitCommit();
    assertFalse(first.isDone());
    return gate;
  }

  @Test
  void commitsWhatWaitsAsOneInOrder() throws Exception {
    Gate gate = busy();
    List<Long> seqs = Collections.synchronizedList(new ArrayList<>());
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 100; i++) {
      assertTrue(
          writer.submit(
              message(i),
              Outcome.of(
                  appended -> {
                    order.add(Thread.currentThread().getName());
                    seqs.add(appended.message().seq());
                  },
                  _ -> {})));
    }
    assertEquals(100, writer.waiting());
    CompletableFuture<Write.Newest> newest = submit(new Write.NewestSeq(GROUP));
    gate.open();
    assertEquals(new Write.Newest(100), newest.join());
    assertEquals(LongStream.rangeClosed(1, 100).boxed().toList(), seqs);
    assertEquals(Collections.nCopies(100, "store-writer"), order);
    assertEquals(List.of(1, 101), store.commitSizes());
  }

  @Test
  void tellsThatItWaitsForTheStoreAndThatItDoesNotGoOn() throws Exception {
    Gate gate = busy();
    assertEquals(new Writer.Progress(1, true), writer.progress());
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    assertTrue(
        writer.submit(
            message(1),
            Outcome.of(
                _ -> {
                  stuck.countDown();
                  await(goesOn);
                },
                _ -> {})));
    gate.open();
    stuck.await();
    assertEquals(new Writer.Progress(2, false), writer.progress());
    goesOn.countDown();
    assertEquals(new Write.Newest(1), submit(new Write.NewestSeq(GROUP)).join());
    assertEquals(3, writer.progress().turns());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void countsWhatIsWrittenAndNotWhatIsRead() throws Exception {
    Gate gate = busy();
    submit(message(1));
    submit(message(2));
    submit(new Write.IfMember<>(SENDER, GROUP, new Write.ReadUser(SENDER)));
    CompletableFuture<Write.Newest> last = submit(new Write.NewestSeq(GROUP));
    gate.open();
    assertEquals(new Write.Newest(2), last.join());
    assertTrue(writer.close(Duration.ofSeconds(30)));
    assertEquals(List.of(1, 4), store.commitSizes());
    assertEquals(List.of(0, 2), listener.written());
    assertEquals(1, writer.commits());
    assertEquals(2, writer.committedWrites());
  }

  @Test
  void takesNoMoreThanABatchAtOnce() throws Exception {
    assertTrue(writer.close(Duration.ofSeconds(30)));
    writer = writer(ChatSettings.builder().commitBatchMax(8).build());
    Gate gate = busy();
    List<CompletableFuture<Write.Appended>> outcomes =
        IntStream.range(0, 20).mapToObj(i -> submit(message(i))).toList();
    gate.open();
    outcomes.forEach(CompletableFuture::join);
    assertEquals(List.of(1, 8, 8, 4), store.commitSizes());
  }

  @Test
  void endsEachCommitOnceAfterItsOutcomes() throws Exception {
    Gate gate = busy();
    AtomicInteger endsSeen = new AtomicInteger(-1);
    submit(message(1));
    boolean taken =
        writer.submit(message(2), Outcome.of(_ -> endsSeen.set(listener.commitEnds()), _ -> {}));
    assertTrue(taken);
    gate.open();
    submit(new Write.NewestSeq(GROUP)).join();
    assertEquals(1, endsSeen.get(), "only the first commit had ended");
    assertTrue(writer.close(Duration.ofSeconds(30)));
    assertEquals(store.commitSizes().size(), listener.commitEnds());
  }

  @Test
  void failsEveryWriteOfAFailedCommitAndGoesOn() throws Exception {
    Gate gate = busy();
    List<CompletableFuture<Write.Appended>> lost =
        IntStream.range(0, 10).mapToObj(i -> submit(message(i))).toList();
    store.failCommits(true);
    gate.open();
    for (CompletableFuture<Write.Appended> each : lost) {
      CompletionException failure = assertThrows(CompletionException.class, each::join);
      assertInstanceOf(StoreException.class, failure.getCause());
    }
    store.failCommits(false);
    assertEquals(1, submit(message(11)).join().message().seq());
    assertTrue(writer.failedCommits() >= 1);
    assertFalse(listener.faults().isEmpty());
  }

  @Test
  void failsAWriteThatIsRejectedAloneAndInItsPlace() throws Exception {
    Write<?> rejected = message(2);
    store.reject(rejected::equals);
    Gate gate = busy();
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    for (int i = 1; i <= 3; i++) {
      assertTrue(
          writer.submit(
              message(i),
              Outcome.of(
                  appended -> told.add("seq " + appended.message().seq()),
                  cause -> told.add(cause.getClass().getSimpleName()))));
    }
    CompletableFuture<Write.GroupPut> group = submit(putGroup());
    gate.open();
    assertTrue(group.join().isNew());
    assertEquals(List.of("seq 1", "RejectedException", "seq 2"), told);
    assertEquals(0, writer.failedCommits());
    assertEquals(List.of(RejectedException.class), faultClasses());
  }

  @Test
  void keepsNothingOfAWriteThatIsRejected() throws Exception {
    store.reject(Write.PutGroup.class::isInstance);
    assertThrows(StoreException.class, () -> writer.commit(putGroup()));
    assertEquals(0, writer.committedWrites());
    assertEquals(List.of(RejectedException.class), faultClasses());
    store.reject(_ -> false);
    assertTrue(writer.commit(putGroup()).isNew());
  }

  private static Write.PutGroup putGroup() {
    return new Write.PutGroup(
        new Group(
            GROUP,
            "group",
            null,
            SENDER,
            List.of(new Member(SENDER, Role.OWNER, HeldTime.START)),
            /* isPrivate= */ false,
            /* isActive= */ true,
            HeldTime.START,
            HeldTime.START));
  }

  private List<Class<?>> faultClasses() {
    List<Class<?>> classes = new ArrayList<>();
    listener.faults().forEach(fault -> classes.add(fault.getClass()));
    return classes;
  }

  @Test
  void survivesWhateverACommitThrows() {
    for (Throwable thrown :
        new Throwable[] {new IllegalStateException("bug"), new StackOverflowError("deep")}) {
      store.beforeCommit(() -> WriterTest.<RuntimeException>sneakyThrow(thrown));
      CompletionException failure =
          assertThrows(CompletionException.class, () -> submit(message(1)).join());
      assertSame(thrown, failure.getCause());
    }
    store.beforeCommit(() -> {});
    assertEquals(1, submit(message(1)).join().message().seq());
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void sneakyThrow(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void tellsTheOthersWhenOneOutcomeThrows() throws Exception {
    Gate gate = busy();
    IllegalStateException bug = new IllegalStateException("a bug of the caller's");
    boolean taken =
        writer.submit(
            message(1),
            Outcome.of(
                _ -> {
                  throw bug;
                },
                _ -> {}));
    assertTrue(taken);
    CompletableFuture<Write.Appended> next = submit(message(2));
    gate.open();
    assertEquals(2, next.join().message().seq());
    assertEquals(List.of(bug), listener.faults());
  }

  @Test
  void refusesWhatTheQueueCannotHold() throws Exception {
    assertTrue(writer.close(Duration.ofSeconds(30)));
    writer = writer(ChatSettings.builder().writerQueueMax(3).build());
    Gate gate = busy();
    List<CompletableFuture<Write.Appended>> taken =
        IntStream.range(0, 3).mapToObj(i -> submit(message(i))).toList();
    AtomicInteger told = new AtomicInteger();
    Outcome<Write.Appended> counting =
        Outcome.of(_ -> told.incrementAndGet(), _ -> told.incrementAndGet());
    assertFalse(writer.submit(message(4), counting));
    assertEquals(3, writer.waiting());
    gate.open();
    taken.forEach(CompletableFuture::join);
    assertEquals(4, submit(message(5)).join().message().seq());
    assertEquals(0, told.get());
  }

  @Test
  void commitsWhatWaitsBeforeItCloses() throws Exception {
    Gate gate = busy();
    List<CompletableFuture<Write.Appended>> taken =
        IntStream.range(0, 600).mapToObj(i -> submit(message(i))).toList();
    gate.open();
    assertTrue(writer.close(Duration.ofSeconds(30)));
    assertEquals(600, taken.getLast().join().message().seq());
    assertFalse(writer.submit(message(1_000), Outcome.ignored()));
    assertThrows(StoreException.class, () -> writer.commit(message(1_001)));
  }

  @Test
  void failsWhatWaitsWhenClosingTakesTooLong() throws Exception {
    Gate gate = busy();
    CompletableFuture<Write.Appended> waiting = submit(message(1));
    assertFalse(writer.close(Duration.ofMillis(1)));
    gate.open();
    assertThrows(CompletionException.class, waiting::join);
    assertTrue(writer.close(Duration.ofSeconds(30)));
    assertEquals(0, store.newestSeq(GROUP));
  }

  @Test
  void tellsEveryOutcomeOnceWhileSubmittersRaceWithClosing() throws Exception {
    for (int round = 0; round < 50; round++) {
      Writer racing = writer(ChatSettings.builder().writerQueueMax(64).build());
      AtomicInteger taken = new AtomicInteger();
      AtomicInteger told = new AtomicInteger();
      CountDownLatch started = new CountDownLatch(2);
      List<Thread> submitters = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        submitters.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      started.countDown();
                      for (int j = 0; j < 200; j++) {
                        if (racing.submit(
                            new Write.NewestSeq(GROUP),
                            Outcome.of(_ -> told.incrementAndGet(), _ -> told.incrementAndGet()))) {
                          taken.incrementAndGet();
                        }
                      }
                    }));
      }
      started.await();
      assertTrue(racing.close(Duration.ofSeconds(30)));
      for (Thread submitter : submitters) {
        submitter.join();
      }
      assertEquals(taken.get(), told.get());
      assertEquals(0, racing.waiting());
    }
  }

  @Test
  void blockingCallersGetTheOutcomeOrTheFailure() throws Exception {
    List<Long> seen = new ArrayList<>();
    Write.Appended appended =
        writer.commit(message(1), outcome -> seen.add(outcome.message().seq()));
    assertEquals(List.of(appended.message().seq()), seen);
    store.failCommits(true);
    assertThrows(StoreException.class, () -> writer.commit(message(2)));
  }

  @Test
  void blockingCallersWaitNoLongerThanTheBound() throws Exception {
    assertTrue(writer.close(Duration.ofSeconds(30)));
    writer = writer(ChatSettings.builder().commitWaitMax(Duration.ofMillis(1)).build());
    busy();
    assertThrows(StoreException.class, () -> writer.commit(message(2)));
  }

  @Test
  void refusesToWaitForItself() {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    boolean taken =
        writer.submit(
            new Write.NewestSeq(GROUP),
            Outcome.of(
                _ ->
                    thrown.complete(
                        assertThrows(IllegalStateException.class, () -> writer.commit(message(1)))),
                _ -> {}));
    assertTrue(taken);
    assertInstanceOf(IllegalStateException.class, thrown.join());
  }
}
