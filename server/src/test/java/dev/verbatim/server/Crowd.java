package dev.verbatim.server;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.storage.sqlite.SqliteChatStore;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.Write;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Many users, and a public group of the first of them, straight in a store that nobody has open.
 */
public record Crowd(Group group, List<User> others) {
  /**
   * Stores a crowd.
   *
   * @param members in the group
   * @param others who are not in it
   */
  public static Crowd in(Path dataDir, int members, int others) throws Exception {
    List<User> users = IntStream.range(0, members + others).mapToObj(Samples::user).toList();
    Group group = Samples.group(0, IntStream.range(0, members).toArray());
    try (ChatStore store = SqliteChatStore.open(dataDir)) {
      var _ = store.commit(users.stream().map(Write.PutUser::new).toList());
      var _ = store.commit(List.of(new Write.PutGroup(group)));
    }
    return new Crowd(group, users.subList(members, users.size()));
  }
}
