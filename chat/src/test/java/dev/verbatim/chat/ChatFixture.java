package dev.verbatim.chat;

import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.GroupStore.Membership;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.chat.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A whole chat on a store in memory, with time held. */
final class ChatFixture implements AutoCloseable {
  final InMemoryChatStore store = new InMemoryChatStore();
  final HeldTime time = new HeldTime();
  final RecordingListener listener = new RecordingListener();
  final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  final Chat chat;
  private int sockets;

  ChatFixture() throws StoreException {
    this(ChatSettings.builder().messageRate(0, 0).build());
  }

  ChatFixture(ChatSettings settings) throws StoreException {
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
      if (chat.groups().join(member.id(), group.id())
          instanceof Groups.Joined.Done(Membership membership, boolean _)) {
        group = membership.group();
      }
    }
    return group;
  }

  Sessions.Login begin(User user) throws StoreException {
    return chat.sessions().begin(user, "socket-%013d".formatted(++sockets), DeviceType.WEB);
  }

  CompletableFuture<Sent> send(
      ObjectId userId, ObjectId groupId, String content, @Nullable String tempId) {
    CompletableFuture<Sent> sent = new CompletableFuture<>();
    chat.messages()
        .send(
            new SendMessage(userId, groupId, content, MessageType.TEXT, tempId),
            outcome -> {
              if (!sent.complete(outcome)) {
                listener.onFault("replying", new AssertionError("a second reply: " + outcome));
              }
            });
    return sent;
  }

  CompletableFuture<MarkedRead> markRead(ObjectId userId, ObjectId groupId, ObjectId messageId) {
    CompletableFuture<MarkedRead> marked = new CompletableFuture<>();
    chat.messages().markRead(userId, groupId, messageId, marked::complete);
    return marked;
  }

  /** Returns when the writer has done everything that was handed to it before. */
  void drain() {
    CompletableFuture<Long> done = new CompletableFuture<>();
    chat.messages()
        .newestSeq(new ObjectId(0, 0), Outcome.of(done::complete, done::completeExceptionally));
    done.join();
  }

  @Override
  public void close() throws StoreException {
    chat.close();
    blocking.close();
  }
}
