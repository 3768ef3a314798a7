package dev.verbatim.chat;

import dev.verbatim.chat.store.MessageChange;
import dev.verbatim.chat.store.MessageChanged;
import dev.verbatim.chat.store.Write;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Changes of messages whose commit failed in a store that may have made them all the same: nobody
 * was told of them, and who asks again is told that nothing is left to change. For any thread.
 */
final class OpenChanges {
  private final Writer writer;
  private final ChatListener listener;
  private final int changesMax;

  /** The oldest first. Guarded by this. */
  private final Set<MessageChange> changes = new LinkedHashSet<>();

  /**
   * None yet.
   *
   * @param changesMax as many as are kept; 0 in a store that makes all of a commit or nothing
   */
  OpenChanges(Writer writer, ChatListener listener, int changesMax) {
    this.writer = writer;
    this.listener = listener;
    this.changesMax = changesMax;
  }

  /** A change's commit failed. Of more than there is room for nobody is told. */
  synchronized void add(MessageChange change) {
    if (changes.size() < changesMax) {
      changes.add(change);
    }
  }

  /** Finds out what became of each, and tells of those that were made. Never blocks. */
  void settle() {
    for (MessageChange change : take()) {
      Outcome<Optional<MessageChanged.Done>> outcome =
          Outcome.of(made -> made.ifPresent(done -> tell(change, done)), _ -> add(change));
      if (!writer.submit(new Write.FindChange(change), outcome)) {
        add(change);
      }
    }
  }

  private synchronized List<MessageChange> take() {
    List<MessageChange> taken = new ArrayList<>(changes);
    changes.clear();
    return taken;
  }

  private void tell(MessageChange change, MessageChanged.Done done) {
    switch (change) {
      case MessageChange.EditMessage _ -> listener.onMessageEdited(done.message(), done.readers());
      case MessageChange.DeleteMessage _ ->
          listener.onMessageDeleted(done.message(), change.byId());
    }
  }
}
