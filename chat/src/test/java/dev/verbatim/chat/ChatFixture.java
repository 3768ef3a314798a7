package dev.verbatim.chat;

import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A whole chat on a store in memory, with time held. */
final class ChatFixture implements AutoCloseable {
  /** Longer than what tests let pass without meaning it. */
  static final Duration OTHERS_INTERVAL = Duration.ofDays(1);

  private static final ObjectId NO_GROUP = new ObjectId(0, 0);

  final InMemoryChatStore store;
  final HeldTime time = new HeldTime();
  final RecordingListener listener = new RecordingListener();
  final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  final Chat chat;
  private int sockets;

  ChatFixture() throws StoreException {
    this(ChatSettings.builder().messageRate(0, 0).build());
  }

  ChatFixture(ChatSettings settings) throws StoreException {
    this(new InMemoryChatStore(), settings);
  }

  /** A chat on a store that it may share with others, at which it looks when the test says so. */
  ChatFixture(InMemoryChatStore store) throws StoreException {
    this(store, shared().build());
  }

  /** Settings for a store that is shared with others. */
  static ChatSettings.Builder shared() {
    return ChatSettings.builder().messageRate(0, 0).othersInterval(OTHERS_INTERVAL);
  }

  ChatFixture(InMemoryChatStore store, ChatSettings settings) throws StoreException {
    this.store = store;
    chat = Chat.open(store, settings, listener, time, time, blocking);
  }

  User user(String name) throws StoreException {
    return chat.users()
        .ensure(new Users.NewUser("user_dev_" + name, name + "@localhost", name, "", name, null))
        .user();
  }

  Group group(User owner, boolean isPrivate) throws StoreException {
    if (chat.groups().create(owner.id(), "A group", null, isPrivate)
        instanceof Groups.Created.Done(Group group)) {
      return group;
    }
    throw new AssertionError("not created");
  }

  Group group(User owner, User... members) throws StoreException {
    Group group = group(owner, false);
    for (User member : members) {
      if (chat.roster().join(member.id(), group.id())
          instanceof Roster.Joined.Done(Membership membership, boolean _)) {
        group = membership.group();
      }
    }
    return group;
  }

  Sessions.Login begin(User user) throws StoreException {
    return chat.sessions().begin(user, "socket-%013d".formatted(++sockets), DeviceType.WEB);
  }

  CompletableFuture<Sent> send(
      ObjectId userId, ObjectId groupId, @Nullable String content, @Nullable String tempId) {
    SendMessage command = new SendMessage(userId, groupId, content, MessageType.TEXT, tempId);
    return reply(reply -> chat.messages().send(command, reply));
  }

  /** Sends a message that is stored. */
  Message sent(User sender, Group group, String content) {
    if (send(sender.id(), group.id(), content, null).join()
        instanceof Sent.Accepted(Message message, User _)) {
      return message;
    }
    throw new AssertionError("not accepted");
  }

  CompletableFuture<MarkedRead> markRead(ObjectId userId, ObjectId groupId, ObjectId messageId) {
    return reply(reply -> chat.receipts().markOne(userId, groupId, messageId, reply));
  }

  CompletableFuture<Corrected> edit(User user, Message message, String content) {
    return reply(
        reply ->
            chat.corrections().edit(user.id(), message.groupId(), message.id(), content, reply));
  }

  CompletableFuture<Corrected> delete(User user, Message message) {
    return reply(
        reply -> chat.corrections().delete(user.id(), message.groupId(), message.id(), reply));
  }

  /** What is replied to this. A second reply is a fault. */
  <T> CompletableFuture<T> reply(Consumer<Consumer<T>> asking) {
    CompletableFuture<T> reply = new CompletableFuture<>();
    asking.accept(
        value -> {
          if (!reply.complete(value)) {
            listener.onFault("replying", new AssertionError("a second reply: " + value));
          }
        });
    return reply;
  }

  /** Holds the writer up in a commit that changes nothing, so that what comes next waits. */
  Gate holdWriter() throws InterruptedException {
    drain();
    Gate gate = new Gate(store);
    chat.messages().newestSeq(NO_GROUP, Outcome.ignored());
    gate.awaitCommit();
    return gate;
  }

  /** Returns when so many writes wait for the writer, whom the test holds up. */
  void awaitWaiting(int count) {
    WriterQueue.await(chat.writer(), count);
  }

  /** The sessions of a user in the store, once all that was written is there. */
  List<Session> stored(User user) throws StoreException {
    drain();
    return store.sessions(user.id());
  }

  /** Looks once for what others have written, and returns when that is told. */
  void look() {
    Objects.requireNonNull(chat.othersWatch()).look();
    drain();
  }

  /** Returns when the writer has done everything that was handed to it before. */
  void drain() {
    CompletableFuture<Long> done = new CompletableFuture<>();
    chat.messages().newestSeq(NO_GROUP, Outcome.of(done::complete, done::completeExceptionally));
    done.join();
  }

  @Override
  public void close() throws StoreException {
    chat.close();
    blocking.close();
  }
}
