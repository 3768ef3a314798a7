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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * What holds for whatever many do at the same time who send, edit and delete, with commits that
 * fail in between.
 */
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
          running.add(threads.submit(() -> new Sender(fixture, user, told, early).sendAll(groups)));
        }
        for (Future<?> each : running) {
          each.get();
        }
      }
      fixture.store.beforeCommit(() -> {});
      assertEquals(List.of(), List.copyOf(early), "told before it was stored");
      check(fixture, groups, told, senders);
    }
  }

  /** Sends and corrects until each is known to be stored, as a client does. */
  private static final class Sender {
    private final ChatFixture fixture;
    private final User user;

    /** Each message as it was told, by whomever, in the order of the commits. */
    private final Queue<Message> told;

    private final Queue<Message> early;

    Sender(ChatFixture fixture, User user, Queue<Message> told, Queue<Message> early) {
      this.fixture = fixture;
      this.user = user;
      this.told = told;
      this.early = early;
    }

    Void sendAll(List<Group> groups) {
      for (int i = 0; i < MESSAGES; i++) {
        Message message = send(groups.get(i % GROUPS).id(), i);
        switch (i % 4) {
          case 0 -> {
            // The owner may have been first.
            Corrected edited = correct(reply -> edit(message, reply));
            assertTrue(edited instanceof Corrected.Done || edited instanceof Refused.NoMessage);
          }
          case 1 -> {
            Corrected deleted = correct(reply -> delete(message, reply));
            assertTrue(deleted instanceof Corrected.Done || deleted instanceof Corrected.Unchanged);
          }
          case 2 -> {
            List<Message> any = List.copyOf(told);
            Message other = any.get(31 * i % any.size());
            Corrected deleted = correct(reply -> delete(other, reply));
            boolean mayDelete =
                other.senderId().equals(user.id()) || groups.getFirst().ownerId().equals(user.id());
            assertEquals(mayDelete, !(deleted instanceof Refused.NotAllowed));
          }
          default -> {}
        }
      }
      return null;
    }

    private Message send(ObjectId groupId, int number) {
      SendMessage command =
          new SendMessage(user.id(), groupId, "m" + number, MessageType.TEXT, "t" + number);
      Sent sent;
      do {
        sent =
            fixture
                .<Sent>reply(
                    reply ->
                        fixture
                            .chat
                            .messages()
                            .send(
                                command,
                                outcome -> {
                                  if (outcome instanceof Sent.Accepted(Message message, User _)) {
                                    tell(message);
                                  }
                                  reply.accept(outcome);
                                }))
                .join();
      } while (sent instanceof Refused.Unavailable);
      return assertInstanceOf(Sent.Accepted.class, sent).message();
    }

    private Corrected correct(Consumer<Consumer<Corrected>> asking) {
      Corrected corrected;
      do {
        corrected =
            fixture
                .<Corrected>reply(
                    reply ->
                        asking.accept(
                            outcome -> {
                              if (outcome instanceof Corrected.Done(Message message, var _)) {
                                tell(message);
                              }
                              reply.accept(outcome);
                            }))
                .join();
      } while (corrected instanceof Refused.Unavailable);
      return corrected;
    }

    private void edit(Message message, Consumer<Corrected> reply) {
      fixture
          .chat
          .corrections()
          .edit(user.id(), message.groupId(), message.id(), message.content() + " edited", reply);
    }

    private void delete(Message message, Consumer<Corrected> reply) {
      fixture.chat.corrections().delete(user.id(), message.groupId(), message.id(), reply);
    }

    /** On the writer's thread: nothing is committed meanwhile, but more may have been before. */
    private void tell(Message message) {
      told.add(message);
      try {
        Optional<Message> stored = fixture.store.message(message.id());
        if (stored.isEmpty() || corrections(stored.get()) < corrections(message)) {
          early.add(message);
        }
      } catch (StoreException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** How far a message has come, from sent by way of edited to deleted. */
  private static int corrections(Message message) {
    return message.isDeleted() ? 2 : message.editedAt() != null ? 1 : 0;
  }

  private static void check(
      ChatFixture fixture, List<Group> groups, Queue<Message> told, int senders)
      throws StoreException {
    Map<ObjectId, Message> accepted = new LinkedHashMap<>();
    Map<ObjectId, Message> last = new LinkedHashMap<>();
    for (Message message : told) {
      accepted.putIfAbsent(message.id(), message);
      Message before = last.put(message.id(), message);
      assertTrue(before == null || !before.isDeleted(), "told again when it was deleted");
    }
    assertEquals(senders * MESSAGES, accepted.size(), "each is accepted once");
    for (Group group : groups) {
      assertEquals(
          LongStream.rangeClosed(1, of(group, accepted).size()).boxed().toList(),
          of(group, accepted).stream().map(Message::seq).toList(),
          "told in the order of the seqs, without a gap");
      assertEquals(
          of(group, last), fixture.store.messagesUpward(group.id(), 1, Long.MAX_VALUE, 1_000_000));
      Set<String> names = new HashSet<>();
      for (Message message : of(group, accepted)) {
        assertTrue(names.add(message.senderId() + " " + message.content()), "doubled");
      }
    }
  }

  private static List<Message> of(Group group, Map<ObjectId, Message> messages) {
    return messages.values().stream().filter(each -> each.groupId().equals(group.id())).toList();
  }

  @Property(tries = 50, generation = GenerationMode.RANDOMIZED)
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
      assertTrue(outcomes.contains(new Sent.Repeated(accepted, List.of())));
      assertEquals(1, fixture.store.newestSeq(group.id()));
    }
  }
}
