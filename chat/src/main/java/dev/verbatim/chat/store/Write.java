package dev.verbatim.chat.store;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change to the store. Each is decided by the store in the order of the commit, so that its
 * outcome holds whatever came before it, in the same commit too.
 *
 * @param <R> the outcome
 */
public sealed interface Write<R>
    permits GroupChange,
        MessageChange,
        UserChange,
        Copied,
        Write.IfMember,
        Write.Once,
        Write.AppendMessage,
        Write.MarkRead,
        Write.PutUser,
        Write.PutGroup,
        Write.PutSession,
        Write.ChangeStatus,
        Write.EndSession,
        Write.EndSessionsBefore,
        Write.RevokeSession,
        Write.Forget,
        Write.Reading,
        Write.Probe {

  /** Whether it is written at all: a commit in which nothing is need not be synced. */
  default boolean writes() {
    return true;
  }

  /** Changes nothing: what is asked for as it is at this place in the commit order. */
  sealed interface Reading<R> extends Write<R>
      permits FindSent, FindChange, NewestSeq, CatchUp, ReadGroup, ReadUser {
    @Override
    default boolean writes() {
      return false;
    }
  }

  /**
   * Makes a write of a user's only if the user is in the group, which is active, at this place in
   * the commit order. The outcome is that of the write, empty if it was not made.
   */
  record IfMember<R>(ObjectId userId, ObjectId groupId, Write<R> write)
      implements Write<Optional<R>> {
    @Override
    public boolean writes() {
      return write.writes();
    }
  }

  /**
   * Makes a write only if no other was made under this name, which is remembered with it. The
   * outcome is that of the write, empty if the name was known.
   *
   * @param eventId the name that somebody gave to what led to the write, and gives again when they
   *     tell it again
   * @param at when it was told, until {@link Forget}
   */
  record Once<R>(String eventId, Instant at, Write<R> write) implements Write<Optional<R>> {}

  /**
   * Appends a message at the group's next seq. If the sender's tempId is known in the group,
   * nothing is written and the outcome is the message it named. The group is taken to exist: its
   * members were checked before.
   *
   * @param readersMax how many readers of the message it named are told
   */
  record AppendMessage(
      ObjectId id,
      ObjectId groupId,
      ObjectId senderId,
      String content,
      MessageType type,
      @Nullable String tempId,
      Instant createdAt,
      int readersMax)
      implements Write<Appended> {}

  /** What became of an {@link AppendMessage}. */
  sealed interface Appended {
    /** The message as it now is. */
    Message message();

    /** What is to be told before. */
    List<Posted> before();

    /**
     * It is new.
     *
     * @param before what others have put into the group and is not told yet, lowest seq first: it
     *     is to be told before this one, and counts as told from then on. Empty in a store without
     *     others, and, as for {@link CatchUp}, if it is a great deal
     */
    record Stored(Message message, List<Posted> before) implements Appended {
      public Stored {
        before = List.copyOf(before);
      }

      /** A message with nothing of others before it. */
      public Stored(Message message) {
        this(message, List.of());
      }
    }

    /**
     * The tempId was known: this is its message, as it now is.
     *
     * @param readers of it, as many as are told; nobody if the sender is no member any more
     * @param before as for {@link Stored}; this message is the last of it if it was put there by
     *     others and is not told yet
     */
    record Known(Message message, List<Readers.Reader> readers, List<Posted> before)
        implements Appended, Found {
      public Known {
        readers = List.copyOf(readers);
        before = List.copyOf(before);
      }

      /** A message with nothing of others to be told before it. */
      public Known(Message message, List<Readers.Reader> readers) {
        this(message, readers, List.of());
      }
    }
  }

  /** A message and who sent it. */
  record Posted(Message message, User sender) {}

  /**
   * Changes nothing; the outcome is the message that a sender's tempId names in a group, which may
   * not exist.
   *
   * @param tempId names nothing if it is null
   * @param readersMax how many readers of the message are told
   */
  record FindSent(ObjectId groupId, ObjectId senderId, @Nullable String tempId, int readersMax)
      implements Reading<Found> {}

  /** What a {@link FindSent} found. */
  sealed interface Found permits Appended.Known, Found.Nothing {
    /** The tempId is not known. */
    record Nothing() implements Found {}
  }

  /**
   * Changes nothing; the outcome is what a change has come to whose commit failed, if it was made
   * all the same and nothing has changed the message since. Empty in a store that makes all of a
   * commit or nothing.
   */
  record FindChange(MessageChange change) implements Reading<Optional<MessageChanged.Done>> {}

  /**
   * Marks messages of one group as read by a member. Those unknown, of another group or own are
   * passed over. Who read what is exact, and the cost is that of the messages named, whatever the
   * member has read before.
   */
  record MarkRead(ObjectId groupId, ObjectId userId, List<ObjectId> messageIds, Instant readAt)
      implements Write<MarkedRead> {
    public MarkRead {
      messageIds = List.copyOf(messageIds);
    }
  }

  /** The messages that the user had not read before, in the order they were named, each once. */
  record MarkedRead(List<ObjectId> newlyRead) {
    public MarkedRead {
      newlyRead = List.copyOf(newlyRead);
    }
  }

  /**
   * Adds a user, as a member of its first group if one is named. A user that has this clerkId
   * already stays as it is and where it is.
   */
  record PutUser(User user, @Nullable ObjectId firstGroupId) implements Write<UserPut> {
    public PutUser(User user) {
      this(user, null);
    }

    /** How a user that is new joins its first group, in which it is from the beginning. */
    public GroupChange.@Nullable AddMember joining() {
      return firstGroupId == null
          ? null
          : new GroupChange.AddMember(
              firstGroupId, new Member(user.id(), Role.MEMBER, user.createdAt()));
    }
  }

  /**
   * The user that has the clerkId of a {@link PutUser}.
   *
   * @param isNew whether it was added just now
   * @param joined what became of joining the first group, null for one that is not new or has none
   */
  record UserPut(User user, boolean isNew, @Nullable GroupChanged joined) {}

  /** Adds a group with its first members; one that has this id already stays as it is. */
  record PutGroup(Group group) implements Write<GroupPut> {}

  /** The group that has the id of a {@link PutGroup}, and whether it was added just now. */
  record GroupPut(Group group, boolean isNew) {}

  /** Adds a session, or replaces the one with this id. */
  record PutSession(Session session) implements Write<Done> {}

  /** Gives all sessions of a user a status, and keeps since when. */
  record ChangeStatus(ObjectId userId, Status status, Instant since) implements Write<Done> {}

  /** Removes a session, and keeps when its user was last seen; the latest such time counts. */
  record EndSession(ObjectId sessionId, ObjectId userId, Instant lastSeen) implements Write<Done> {}

  /**
   * Removes every session that was last active before the given time, but those that are known to
   * live, and keeps that its user was seen then; the latest such time counts. In a store with
   * others those of this writer alone, from before a restart too; of others' those that have been
   * idle for very long.
   */
  record EndSessionsBefore(Instant lastActivity, Set<ObjectId> living) implements Write<Done> {
    public EndSessionsBefore {
      living = Set.copyOf(living);
    }
  }

  /** Keeps that a session of the identity provider's counts no more, until {@link Forget}. */
  record RevokeSession(String sessionId, Instant at) implements Write<Done> {}

  /** Forgets the names of {@link Once} and the sessions of {@link RevokeSession} before a time. */
  record Forget(Instant events, Instant revocations) implements Write<Done> {}

  /** It is done. */
  record Done() {
    /** The only value there is. */
    public static final Done DONE = new Done();
  }

  /**
   * Changes nothing; the outcome is the group's newest seq at this place in the commit order, 0 for
   * none. Everything up to it can be read from the store and, once what others have put there is
   * told, was told to listeners; everything above it is told later: the seam between a replay and
   * what is live.
   */
  record NewestSeq(ObjectId groupId) implements Reading<Newest> {}

  /**
   * How far a group has grown.
   *
   * @param before what others have put there and is to be told before; as for {@link
   *     Appended.Stored}
   */
  record Newest(long seq, List<Posted> before) {
    public Newest {
      before = List.copyOf(before);
    }

    /** With nothing of others before it. */
    public Newest(long seq) {
      this(seq, List.of());
    }
  }

  /**
   * Changes nothing; the outcome is what others have put into a group and is not told yet, lowest
   * seq first, and it counts as told from then on. What is owed begins when somebody here listens
   * ({@link OtherWriters#listen}). Empty in a store without others.
   *
   * <p>A store may pass over what others have put there if it is a great deal: then the outcome is
   * empty, and clients see the gap and ask for what they miss.
   */
  record CatchUp(ObjectId groupId) implements Reading<CaughtUp> {}

  /** What others have put into a group. */
  record CaughtUp(List<Posted> messages) {
    public CaughtUp {
      messages = List.copyOf(messages);
    }
  }

  /**
   * Changes nothing; the outcome is the group as it is at this place in the commit order, closed or
   * not. For what others may have changed.
   */
  record ReadGroup(ObjectId groupId) implements Reading<Optional<Group>> {}

  /** As {@link ReadGroup}, of a user. */
  record ReadUser(ObjectId userId) implements Reading<Optional<User>> {}

  /**
   * The outcome of any write that the store rejects, while it takes others; nothing of it is
   * written. Of a write within another, such as {@link IfMember}, it is the outcome of both.
   */
  record Rejected(RejectedException cause) {
    /** Throws the first rejection among the outcomes of a commit, if there is one. */
    public static void throwIfAny(List<?> outcomes) throws RejectedException {
      for (Object outcome : outcomes) {
        if (outcome instanceof Rejected(RejectedException cause)) {
          throw cause;
        }
      }
    }
  }

  /** Changes nothing, but is written and synced like what does: whether the store can commit. */
  record Probe() implements Write<Done> {}
}
