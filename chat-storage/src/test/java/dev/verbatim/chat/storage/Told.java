package dev.verbatim.chat.storage;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.GroupExcerpt;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.GroupStore.Standing;
import dev.verbatim.chat.store.MessageChanged;
import dev.verbatim.chat.store.MessageStore.LastMessage;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** What a store tells of everything of which there may be {@link RandomWrites}. */
public record Told(
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
  /** Seqs among which a last message is looked for: fewer than there are. */
  private static final int LAST_SEQS = 2;

  /** What this store tells. */
  public static Told by(ChatStore store) throws StoreException {
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

  /** The same with a user's standings in the order of their times, of one time in that of ids. */
  public Told byTimes() {
    Map<Integer, List<Standing>> sorted = new HashMap<>();
    standings.forEach(
        (user, each) ->
            sorted.put(
                user,
                each.stream()
                    .sorted(
                        Comparator.comparing(Standing::joinedAt).thenComparing(Standing::groupId))
                    .toList()));
    return new Told(
        groups,
        sorted,
        roles,
        discovered,
        excerpts,
        lastMessages,
        messages,
        readers,
        byTempId,
        groupsOf);
  }

  /** The outcomes of a batch, of which nothing is left if the store refuses it. */
  public static List<Object> outcomes(ChatStore store, List<Write<?>> batch) {
    try {
      return store.commit(batch).stream().map(Told::comparable).toList();
    } catch (StoreException _) {
      return List.of();
    }
  }

  /** Readers are told in an order of the store's own. */
  private static Object comparable(Object outcome) {
    return switch (outcome) {
      case MessageChanged.Done(Message message, List<Readers.Reader> readers) ->
          new MessageChanged.Done(message, sorted(readers));
      case Write.Appended.Known(Message message, List<Readers.Reader> readers, var before) ->
          new Write.Appended.Known(message, sorted(readers), before);
      case Optional<?> made -> made.map(Told::comparable);
      default -> outcome;
    };
  }

  private static List<Readers.Reader> sorted(List<Readers.Reader> readers) {
    return readers.stream()
        .sorted(Comparator.comparing(reader -> reader.userId().toString()))
        .toList();
  }
}
