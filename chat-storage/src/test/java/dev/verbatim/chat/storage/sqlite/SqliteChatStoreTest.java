package dev.verbatim.chat.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.ChatStoreContract;
import dev.verbatim.chat.store.GroupStore.Standing;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.Write;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteChatStoreTest extends ChatStoreContract {
  @TempDir Path directory;

  @Override
  protected ChatStore open() throws Exception {
    return SqliteChatStore.open(directory);
  }

  private void delete(int id) throws Exception {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Database.FILE));
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "UPDATE messages SET is_deleted = 1, content = '' WHERE id = x'%s'"
              .formatted(Samples.id(id)));
    }
  }

  @Test
  void tellsTheNewestMessageThatIsNotDeleted() throws Exception {
    putGroups();
    putMessages(3);
    delete(3);
    delete(2);
    Standing standing = store().standings(Samples.userId(1)).getFirst();
    assertEquals(3, standing.newestSeq());
    assertEquals(store().message(Samples.id(1)).orElseThrow(), standing.lastMessage());
    delete(1);
    assertEquals(null, store().standings(Samples.userId(1)).getFirst().lastMessage());
    assertEquals(4, commit(Samples.append(4, 1, 1)).message().seq());
  }

  @Test
  void tellsAKnownMessageAsItNowIs() throws Exception {
    putGroups();
    commit(Samples.append(1, 1, 1, "t", "first"));
    delete(1);
    Write.Appended known = commit(Samples.append(2, 1, 1, "t", "retry"));
    assertEquals(new Write.Appended.Known(store().message(Samples.id(1)).orElseThrow()), known);
    assertEquals("", known.message().content());
  }
}
