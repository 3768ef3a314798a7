package dev.verbatim.chat;

import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who is here, over all of a user's sessions. One entry for each user who is here, so it is bounded
 * by the sessions; each entry is guarded by its own lock, which is held while the listener is told,
 * so that what becomes of one user is told in order: from threads that are no event loops, for what
 * those tell reaches their own sockets before what others told them earlier. Questions take no
 * lock. For any thread; never blocks but for that lock.
 *
 * <p>A user is online from the begin of the first session until the grace time has passed without
 * one, and is held in the {@link Directory} as long. So long it also has its status.
 */
public final class Presence {
  private final Directory directory;
  private final ChatListener listener;
  private final Faults faults;
  private final Timers timers;
  private final Duration grace;
  private final int groupMax;
  private final ConcurrentHashMap<ObjectId, Online> online = new ConcurrentHashMap<>();

  Presence(
      Directory directory,
      ChatListener listener,
      Faults faults,
      Timers timers,
      ChatSettings settings) {
    this.directory = directory;
    this.listener = listener;
    this.faults = faults;
    this.timers = timers;
    grace = settings.presenceGrace();
    groupMax = settings.presenceGroupMax();
  }

  /** Somebody who is here, with the values of the newest session. */
  public record Entry(User user, Status status, Instant lastActivity, DeviceType deviceType) {}

  /**
   * A session begins whose user the caller holds in the directory.
   *
   * @param begin makes the session with the status that the user has
   */
  Session onBegan(User user, Function<Status, Session> begin) {
    while (true) {
      Online entry = online.computeIfAbsent(user.id(), _ -> new Online(user.id()));
      synchronized (entry) {
        if (entry.isGone) {
          // It left the map before it let go of the lock: the next look makes a new one.
          continue;
        }
        boolean isFirst = entry.newest == null;
        Session session = begin.apply(entry.status);
        entry.sessions.add(session);
        entry.newest = session;
        entry.cancelGrace();
        if (isFirst) {
          directory.holdResident(user.id());
          List<ObjectId> told = toldGroups(user.id());
          faults.guard(
              "telling that a user is online",
              () -> listener.onUserOnline(entry.user(directory), session.status(), told));
        }
        return session;
      }
    }
  }

  /**
   * Somebody became a member of a group. On the writer's thread, when the directory and the
   * listener know it: whoever came before that is told of to the group here, and whoever comes
   * later when it does.
   */
  void onMemberAdded(ObjectId userId, ObjectId groupId) {
    Online entry = online.get(userId);
    if (entry == null) {
      return;
    }
    synchronized (entry) {
      // In one commit with the addition there may have been a removal.
      boolean isMember = directory.role(userId, groupId) != null;
      if (entry.newest != null && isMember && isTold(groupId)) {
        faults.guard(
            "telling that a new member is online",
            () -> listener.onMemberOnline(entry.user(directory), entry.status, groupId));
      }
    }
  }

  /**
   * A user is online or away. On the writer's thread.
   *
   * @param by the session in which the user said so, and which may have ended since
   * @param since when
   * @param change changes a session of the user's
   * @return whether that is news
   */
  boolean onStatus(Session by, Status status, Instant since, StatusChange change) {
    Online entry = online.get(by.userId());
    if (entry == null) {
      return false;
    }
    synchronized (entry) {
      if (entry.isGone || entry.status == status) {
        return false;
      }
      entry.status = status;
      for (Session session : entry.sessions) {
        change.apply(session.id(), status, since);
      }
      List<ObjectId> told = toldGroups(by.userId());
      faults.guard(
          "telling a user's status",
          () -> listener.onStatusChanged(by.userId(), status, since, told, by.socketId()));
      return true;
    }
  }

  /** Gives a session a status. */
  interface StatusChange {
    void apply(ObjectId sessionId, Status status, Instant since);
  }

  /** A session that began was active again. */
  void onUpdated(Session session) {
    Online entry = online.get(session.userId());
    if (entry == null) {
      return;
    }
    synchronized (entry) {
      int index = entry.indexOf(session);
      if (index < 0) {
        return;
      }
      entry.sessions.set(index, session);
      if (entry.newest != null && entry.newest.id().equals(session.id())) {
        entry.newest = session;
      }
    }
  }

  /** A session ended. */
  void onEnded(Session session) {
    Online entry = online.get(session.userId());
    if (entry == null) {
      return;
    }
    synchronized (entry) {
      int index = entry.indexOf(session);
      if (index < 0) {
        return;
      }
      entry.sessions.remove(index);
      if (entry.sessions.isEmpty()) {
        int round = ++entry.graceRound;
        entry.graceTimer = timers.after(grace, () -> onGraceOver(entry, round));
      } else {
        entry.newest = entry.sessions.getLast();
      }
    }
  }

  private void onGraceOver(Online entry, int round) {
    synchronized (entry) {
      // A timer that began just before it was cancelled belongs to an earlier round.
      if (round != entry.graceRound || !entry.sessions.isEmpty()) {
        return;
      }
      ObjectId userId = entry.userId;
      entry.isGone = true;
      entry.newest = null;
      List<ObjectId> told = toldGroups(userId);
      faults.guard("telling that a user is offline", () -> listener.onUserOffline(userId, told));
      directory.release(userId);
      // Last: as long as it is in the map, whoever comes back waits for this lock, and so is told
      // to be online after this.
      online.remove(userId, entry);
    }
  }

  /** The groups of a user who is here that are told who comes and goes. */
  private List<ObjectId> toldGroups(ObjectId userId) {
    return directory.groupIds(userId).stream().filter(this::isTold).toList();
  }

  /**
   * Whether a group is told who comes and goes: it has no more than {@link
   * ChatSettings#presenceGroupMax} members, at least one of whom is here.
   */
  public boolean isTold(ObjectId groupId) {
    int members = directory.memberCount(groupId);
    return members > 0 && members <= groupMax;
  }

  /** Whether a user is online. */
  public boolean isOnline(ObjectId userId) {
    Online entry = online.get(userId);
    return entry != null && entry.newest != null;
  }

  /** How many users are online. */
  public int onlineCount() {
    return online.size();
  }

  /** A user who is online, or null. */
  public @Nullable Entry entry(ObjectId userId) {
    Online entry = online.get(userId);
    Session newest = entry == null ? null : entry.newest;
    User user = directory.user(userId);
    return entry == null || newest == null || user == null
        ? null
        : new Entry(user, entry.status, newest.lastActivity(), newest.deviceType());
  }

  /** Everybody online, as they come and go. */
  Iterator<ObjectId> onlineIds() {
    return online.keySet().iterator();
  }

  /** A user who is here. Guarded by itself, but for what questions read. */
  private static final class Online {
    final ObjectId userId;

    /** Oldest first. A list, for hardly any user has more than a few, and there are many users. */
    final List<Session> sessions = new ArrayList<>(1);

    /** The newest session, during the grace time the last; null before the first and at the end. */
    volatile @Nullable Session newest;

    /** That of all sessions; those in the list may have an older one. */
    volatile Status status = Status.ONLINE;

    Timers.@Nullable Cancellable graceTimer;
    int graceRound;
    boolean isGone;

    Online(ObjectId userId) {
      this.userId = userId;
    }

    /** The user, whom the directory has from the first session until the grace time is over. */
    User user(Directory directory) {
      return Objects.requireNonNull(directory.user(userId));
    }

    /** Where a session is, or a value less than 0. */
    int indexOf(Session session) {
      for (int i = 0; i < sessions.size(); i++) {
        if (sessions.get(i).id().equals(session.id())) {
          return i;
        }
      }
      return -1;
    }

    void cancelGrace() {
      graceRound++;
      if (graceTimer != null) {
        graceTimer.cancel();
        graceTimer = null;
      }
    }
  }
}
