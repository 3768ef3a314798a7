package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for whatever many senders do at the same time, with commits that fail in between. */
class DeliveryPropertyTest {
  private static final int GROUPS = 3;
  private static final int MESSAGES = 25;

  @Property(tries = 20)
  void storesEachMessageOnceAndWithoutAGap(
      @ForAll @IntRange(min = 2, max = 12) int senders,
      @ForAll @IntRange(min = 2, max = 9) int everyNthCommitFails,
      @ForAll @IntRange(min = 1, max = 64) int batchMax)
      throws Exception {
    ChatSettings settings =
        ChatSettings.builder().messageRate(0, 0).commitBatchMax(batchMax).build();
    try (ChatFixture fixture = new ChatFixture(settings)) {
      List<User> users = new ArrayList<>();
      for (int i = 0; i < senders; i++) {
        users.add(fixture.user("user" + i));
      }
      List<Group> groups = new ArrayList<>();
      for (int i = 0; i < GROUPS; i++) {
        groups.add(fixture.group(users.getFirst(), users.toArray(User[]::new)));
      }
      for (User user : users) {
        fixture.begin(user);
      }
      AtomicInteger commits = new AtomicInteger();
      fixture.store.beforeCommit(
          () -> {
            if (commits.incrementAndGet() % everyNthCommitFails == 0) {
              throw new IllegalStateException("this commit fails");
            }
          });
      Queue<Message> told = new ConcurrentLinkedQueue<>();
      Queue<Message> early = new ConcurrentLinkedQueue<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> running = new ArrayList<>();
        for (User user : users) {
          running.add(threads.submit(() -> sendAll(fixture, user, groups, told, early)));
        }
        for (Future<?> each : running) {
          each.get();
        }
      }
      fixture.store.beforeCommit(() -> {});
      assertEquals(List.of(), List.copyOf(early), "told before it was stored");
      assertEquals(senders * MESSAGES, told.size(), "each is accepted once");
      check(fixture, groups, told, senders);
    }
  }

  /** Sends until each message is known to be stored, as a client does. */
  private static Void sendAll(
      ChatFixture fixture,
      User user,
      List<Group> groups,
      Queue<Message> told,
      Queue<Message> early) {
    for (int i = 0; i < MESSAGES; i++) {
      ObjectId groupId = groups.get(i % GROUPS).id();
      Sent sent;
      do {
        CompletableFuture<Sent> reply = new CompletableFuture<>();
        fixture
            .chat
            .messages()
            .send(
                new SendMessage(user.id(), groupId, "m" + i, MessageType.TEXT, "t" + i),
                outcome -> {
                  if (outcome instanceof Sent.Accepted(Message message, User _)) {
                    told.add(message);
                    if (!isStored(fixture, message)) {
                      early.add(message);
                    }
                  }
                  reply.complete(outcome);
                });
        sent = reply.join();
      } while (sent instanceof Refused.Unavailable);
      assertInstanceOf(Sent.Accepted.class, sent);
    }
    return null;
  }

  private static boolean isStored(ChatFixture fixture, Message message) {
    try {
      return fixture.store.message(message.id()).isPresent();
    } catch (StoreException e) {
      throw new AssertionError(e);
    }
  }

  private static void check(
      ChatFixture fixture, List<Group> groups, Queue<Message> told, int senders)
      throws StoreException {
    for (Group group : groups) {
      List<Message> inOrder =
          told.stream().filter(each -> each.groupId().equals(group.id())).toList();
      assertEquals(
          LongStream.rangeClosed(1, inOrder.size()).boxed().toList(),
          inOrder.stream().map(Message::seq).toList(),
          "told in the order of the seqs, without a gap");
      assertEquals(inOrder, fixture.store.messagesUpward(group.id(), 1, Long.MAX_VALUE, 1_000_000));
      Set<String> names = new HashSet<>();
      for (Message message : inOrder) {
        assertTrue(names.add(message.senderId() + " " + message.content()), "doubled");
      }
    }
    assertEquals(senders * MESSAGES, told.size());
  }

  @Property(tries = 50)
  void acceptsOneOfTwoCopiesThatRace(@ForAll boolean isSecondHere) throws Exception {
    try (ChatFixture fixture = new ChatFixture()) {
      User ada = fixture.user("ada");
      Group group = fixture.group(ada);
      if (isSecondHere) {
        fixture.begin(ada);
      }
      CountDownLatch started = new CountDownLatch(2);
      List<CompletableFuture<Sent>> copies = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        copies.add(
            CompletableFuture.supplyAsync(
                () -> {
                  started.countDown();
                  try {
                    started.await();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  return fixture.send(ada.id(), group.id(), "same", "t").join();
                },
                fixture.blocking));
      }
      List<Sent> outcomes = copies.stream().map(CompletableFuture::join).toList();
      Message accepted =
          outcomes.stream()
              .filter(Sent.Accepted.class::isInstance)
              .map(each -> ((Sent.Accepted) each).message())
              .findFirst()
              .orElseThrow();
      assertTrue(outcomes.contains(new Sent.Repeated(accepted)));
      assertEquals(1, fixture.store.newestSeq(group.id()));
    }
  }
}
