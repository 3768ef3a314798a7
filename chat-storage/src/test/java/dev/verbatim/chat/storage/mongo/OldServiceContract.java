package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.exists;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.GroupStore.Standing;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/** Tests on a database in which the old service has left its users and groups. */
abstract class OldServiceContract extends DatabaseContract {
  static final ObjectId GROUP = Samples.groupId(1);

  /** Two at a step, of which the tests hold each. */
  static final Limits LIMITS = Stores.LIMITS.withNumberingPiece(2);

  private @Nullable OldData old;

  OldServiceContract(MongoUnderTest server) {
    super(server);
  }

  @BeforeEach
  void fill() {
    old = OldData.in(stores().contents());
  }

  /** Puts messages there as the old service does. */
  OldData old() {
    return Objects.requireNonNull(old);
  }

  MongoChatStore open(String name) throws StoreException {
    return stores().open(name, LIMITS, stores().database().uri());
  }

  static boolean numberAll(MongoChatStore store) {
    while (store.numberer().step()) {
      // On to the next piece.
    }
    return true;
  }

  static <R> Object commit(ChatStore store, Write<R> write) throws StoreException {
    return store.commit(List.of(write)).getFirst();
  }

  long unwritten() {
    return stores().contents().messages().countDocuments(exists(Fields.SEQ, false));
  }

  static List<Long> seqs(List<Message> messages) {
    return messages.stream().map(Message::seq).toList();
  }

  static List<String> contents(List<Message> messages) {
    return messages.stream().map(Message::content).toList();
  }

  static List<String> oldContents(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(OldData::content).toList();
  }

  static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  static Standing standing(ChatStore store, int user) throws StoreException {
    return store.standing(Samples.userId(user), GROUP).orElseThrow();
  }
}
