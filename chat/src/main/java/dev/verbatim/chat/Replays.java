package dev.verbatim.chat;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.StoreException;
import java.util.List;

/**
 * What those who come back have missed: complete, or refused. Each is proven as it is read. For any
 * thread that may block.
 */
public final class Replays {
  private final ChatStore store;
  private final BrokenPromises brokenPromises;
  private final ChatSettings settings;

  Replays(ChatStore store, BrokenPromises brokenPromises, ChatSettings settings) {
    this.store = store;
    this.brokenPromises = brokenPromises;
    this.settings = settings;
  }

  /**
   * The messages with fromExclusive &lt; seq &lt;= toInclusive. Blocks. The caller has checked that
   * they may be read, and that {@code toInclusive} is no more than the newest seq.
   *
   * @throws StoreException if the store cannot tell all of them
   */
  public Replay replay(ObjectId groupId, long fromExclusive, long toInclusive)
      throws StoreException {
    long missing = toInclusive - fromExclusive;
    if (missing > settings.replayLimit()) {
      return new Replay.Gap(fromExclusive + 1, toInclusive);
    }
    if (missing <= 0) {
      return new Replay.Complete(List.of(), Readers.NOBODY);
    }
    return new Replay.Complete(
        readWhole(groupId, fromExclusive + 1, toInclusive),
        store.readers(groupId, fromExclusive + 1, toInclusive, settings.readersShownMax()));
  }

  /**
   * These messages, all of them. Of a store that others write to, one answer may be a bad moment's;
   * two are a promise that is broken.
   */
  private List<Message> readWhole(ObjectId groupId, long first, long last) throws StoreException {
    long missing = 0;
    for (int attempt = 0; attempt < 2; attempt++) {
      List<Message> messages = store.messagesUpward(groupId, first, last, (int) (last - first + 1));
      missing = firstMissing(messages, first, last);
      if (missing == 0) {
        return messages;
      }
    }
    String words = "a replay of group %s lacked seq %d".formatted(groupId, missing);
    brokenPromises.onFound(BrokenPromises.Kind.REPLAY, groupId, words);
    throw new StoreException(words);
  }

  /** The first seq that is not in its place among these, 0 if all are. */
  private static long firstMissing(List<Message> messages, long first, long last) {
    long seq = first;
    for (Message message : messages) {
      if (message.seq() != seq) {
        return seq;
      }
      seq++;
    }
    return seq == last + 1 ? 0 : seq;
  }
}
