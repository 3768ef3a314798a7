package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.AddMember;
import dev.verbatim.chat.store.Write.GroupPut;
import dev.verbatim.chat.store.Write.MemberAdded;
import dev.verbatim.chat.store.Write.PutGroup;
import java.sql.SQLException;

/** Writes of groups and their members. Confined to the writer. */
final class GroupWrites {
  private static final String PUT =
      """
      INSERT INTO groups
          (id, name, description, owner_key, is_private, is_active, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """;
  private static final String ADD_MEMBER =
      """
      INSERT INTO members (group_key, user_key, role, joined_at) VALUES (?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """;
  private static final String ACTIVE_KEY =
      "SELECT group_key FROM groups WHERE id = ? AND is_active = 1";
  private static final String TOUCH = "UPDATE groups SET updated_at = ? WHERE group_key = ?";

  private final Queries queries;
  private final Keys keys;

  GroupWrites(Queries queries, Keys keys) {
    this.queries = queries;
    this.keys = keys;
  }

  GroupPut put(PutGroup write) throws SQLException, StoreException {
    Group group = write.group();
    int inserted =
        queries
            .statements()
            .get(PUT)
            .bind(group.id())
            .bind(group.name())
            .bind(group.description())
            .bind(keys.user(group.ownerId()))
            .bind(group.isPrivate())
            .bind(group.isActive())
            .bind(group.createdAt())
            .bind(group.updatedAt())
            .update();
    if (inserted == 1) {
      long groupKey = keys.head(group.id()).groupKey;
      for (Member member : group.members()) {
        if (!addMember(groupKey, member)) {
          throw new StoreException("User %s is twice in a group".formatted(member.userId()));
        }
      }
    }
    return new GroupPut(queries.groups().byId(group.id()).orElseThrow(), inserted == 1);
  }

  MemberAdded add(AddMember write) throws SQLException, StoreException {
    long groupKey = queries.statements().get(ACTIVE_KEY).bind(write.groupId()).firstLong(0);
    if (groupKey == 0) {
      return new MemberAdded.NoGroup();
    }
    if (!addMember(groupKey, write.member())) {
      return new MemberAdded.Already();
    }
    queries.statements().get(TOUCH).bind(write.member().joinedAt()).bind(groupKey).update();
    return new MemberAdded.Added(Columns.kept(write.member().joinedAt()));
  }

  private boolean addMember(long groupKey, Member member) throws SQLException, StoreException {
    return queries
            .statements()
            .get(ADD_MEMBER)
            .bind(groupKey)
            .bind(keys.user(member.userId()))
            .bind(Columns.code(member.role()))
            .bind(member.joinedAt())
            .update()
        == 1;
  }
}
