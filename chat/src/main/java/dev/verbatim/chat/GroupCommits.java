package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.GroupChange;
import dev.verbatim.chat.store.GroupChanged;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Commits changes of groups, and tells of those that were made. Stateless; for any thread that may
 * block.
 */
final class GroupCommits {
  private final Writer writer;
  private final Directory directory;
  private final Presence presence;
  private final Typing typing;
  private final ChatListener listener;
  private final Faults faults;

  GroupCommits(
      Writer writer,
      Directory directory,
      Presence presence,
      Typing typing,
      ChatListener listener,
      Faults faults) {
    this.writer = writer;
    this.directory = directory;
    this.presence = presence;
    this.typing = typing;
    this.listener = listener;
    this.faults = faults;
  }

  /** Commits a new group unless there is one with its id, and tells of its members if it is new. */
  Group make(Group group) throws StoreException {
    return writer
        .commit(
            new Write.PutGroup(group),
            put -> {
              if (put.isNew()) {
                put.group()
                    .members()
                    .forEach(
                        member ->
                            faults.guard(
                                "telling a new member",
                                () -> tellAdded(put.group(), member, put.group().ownerId())));
              }
            })
        .group();
  }

  /** Commits a change, and tells of it before this returns. */
  GroupChanged commit(GroupChange change) throws StoreException {
    Runnable release = directory.holdGroup(change.groupId());
    return release == null
        ? new GroupChanged.NoGroup()
        : commitHeld(change, change, GroupChanged.Done.class::isInstance, release);
  }

  /**
   * Commits a write that changes a group which the caller holds. It is held on until the outcome is
   * told, however late that is: so the directory has it to make the change in.
   *
   * @param isDone whether the outcome says that the change was made
   * @param release lets the group go; called here, exactly once
   */
  <R> R commitHeld(
      Write<R> write, GroupChange change, Predicate<? super R> isDone, Runnable release)
      throws StoreException {
    return writer.commit(
        write,
        Outcome.<R>of(
            result -> {
              try {
                if (isDone.test(result)) {
                  Group group = Objects.requireNonNull(directory.group(change.groupId()));
                  faults.guard("telling a change of a group", () -> tell(change, group));
                }
              } finally {
                release.run();
              }
            },
            _ -> release.run()));
  }

  private void tell(GroupChange change, Group group) {
    switch (change) {
      case GroupChange.ChangeSettings _ -> listener.onGroupChanged(group, Set.of(change.byId()));
      case GroupChange.ChangeRole(_, ObjectId memberId, _, ObjectId byId, _) ->
          listener.onGroupChanged(group, Set.of(memberId, byId));
      case GroupChange.TransferOwnership(_, ObjectId memberId, ObjectId byId, _) ->
          listener.onGroupChanged(group, Set.of(memberId, byId));
      case GroupChange.AddMember(_, Member member, ObjectId byId) -> tellAdded(group, member, byId);
      case GroupChange.RemoveMember(_, ObjectId memberId, ObjectId byId, _) -> {
        typing.onDone(memberId, group.id());
        listener.onMemberRemoved(group, memberId, byId);
      }
      case GroupChange.CloseGroup _ -> {
        typing.onGroupClosed(group.id());
        listener.onGroupClosed(group.id());
      }
    }
  }

  /** Tells what another writer has made of a group. On the writer's thread. */
  void tell(ObjectId groupId, GroupDifference difference) {
    if (difference.isClosed()) {
      typing.onGroupClosed(groupId);
      listener.onGroupClosed(groupId);
      return;
    }
    Group now = difference.now();
    for (ObjectId memberId : difference.removed()) {
      typing.onDone(memberId, groupId);
      faults.guard("telling a removal", () -> listener.onMemberRemoved(now, memberId, memberId));
    }
    for (Member member : difference.added()) {
      faults.guard("telling a new member", () -> tellAdded(now, member, member.userId()));
    }
    if (difference.isChanged()) {
      faults.guard(
          "telling a change of a group",
          () -> listener.onGroupChanged(now, difference.concerned()));
    }
  }

  private void tellAdded(Group group, Member member, ObjectId byId) {
    listener.onMemberAdded(group, member, byId);
    presence.onMemberAdded(member.userId(), group.id());
  }
}
