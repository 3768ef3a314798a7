package dev.verbatim.chat.store;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.Write.MarkRead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies one store into another, and compares the two. Blocks; confined to its caller's thread, and
 * nobody may write to either store meanwhile.
 *
 * <p>Everything is put by its id and stays where it is there, so that a copy that was broken off is
 * finished by another: it goes on in each group with the newest messages that arrived. Sessions are
 * not copied, for they end with their sockets, and neither are the names of events: to be told of
 * one twice does no harm.
 *
 * <p>A user whom groups or messages name and whom nobody knows is made, deleted and without a name:
 * not every store can hold what refers to nobody.
 */
public final class StoreCopy {
  private static final int PIECE_MAX = 500;

  private final int pieceMax;
  private final ChatStore from;
  private final ChatStore to;
  private final Consumer<String> progress;

  /**
   * @param progress gets a line from time to time
   */
  public StoreCopy(ChatStore from, ChatStore to, Consumer<String> progress) {
    this(from, to, progress, PIECE_MAX);
  }

  /**
   * @param pieceMax users, groups or messages that are read and written at once
   */
  StoreCopy(ChatStore from, ChatStore to, Consumer<String> progress, int pieceMax) {
    this.pieceMax = pieceMax;
    this.from = from;
    this.to = to;
    this.progress = progress;
  }

  /**
   * What was copied or compared.
   *
   * @param findings what is in one store and not in the other, or another there, a line each
   */
  public record Result(long users, long groups, long messages, List<String> findings) {
    public Result {
      findings = List.copyOf(findings);
    }
  }

  /**
   * What the target has and the source does not: then it holds another chat, and nothing should be
   * copied into it. At most a few lines.
   */
  public List<String> strangers() throws StoreException {
    List<String> strangers = new ArrayList<>();
    List<Copied.Account> accounts = List.of();
    do {
      accounts = to.accounts(accounts.isEmpty() ? null : accounts.getLast().user().id(), pieceMax);
      Set<ObjectId> ids = new TreeSet<>();
      for (Copied.Account account : accounts) {
        if (!isPlaceholder(account)) {
          ids.add(account.user().id());
        }
      }
      ids.removeAll(from.users(ids).keySet());
      ids.forEach(id -> strangers.add("the target has a user " + id + " that the source lacks"));
    } while (accounts.size() == pieceMax && strangers.isEmpty());
    List<Group> groups = List.of();
    do {
      groups = to.groups(groups.isEmpty() ? null : groups.getLast().id(), pieceMax);
      for (Group group : groups) {
        if (from.excerpt(group.id(), 0).isEmpty()) {
          strangers.add("the target has a group " + group.id() + " that the source lacks");
        }
      }
    } while (groups.size() == pieceMax && strangers.isEmpty());
    return strangers.subList(0, Math.min(10, strangers.size()));
  }

  /** Copies all that the target does not have. */
  public void copy() throws StoreException {
    from.settle();
    List<Copied.Account> accounts = List.of();
    do {
      accounts =
          from.accounts(accounts.isEmpty() ? null : accounts.getLast().user().id(), pieceMax);
      put(accounts);
    } while (accounts.size() == pieceMax);
    put(
        from.revocations(Instant.EPOCH).stream()
            .map(each -> new Write.RevokeSession(each.sessionId(), each.at()))
            .toList());
    long copied = 0;
    List<Group> groups = List.of();
    do {
      groups = from.groups(groups.isEmpty() ? null : groups.getLast().id(), pieceMax);
      for (Group group : groups) {
        copyGroup(group);
        copied++;
      }
      progress.accept("copied " + copied + " groups");
    } while (groups.size() == pieceMax);
  }

  private void copyGroup(Group group) throws StoreException {
    Set<ObjectId> named = new HashSet<>(group.members().stream().map(Member::userId).toList());
    named.add(group.ownerId());
    putPlaceholders(named, group.createdAt());
    put(List.of(new Write.PutGroup(group)));
    // What arrived last may have arrived without its readers.
    long next = Math.max(1, to.newestSeq(group.id()) - pieceMax + 1);
    List<Message> page;
    do {
      page = from.messagesUpward(group.id(), next, Long.MAX_VALUE, pieceMax);
      if (!page.isEmpty()) {
        copyPage(group.id(), page);
        next = page.getLast().seq() + 1;
      }
    } while (page.size() == pieceMax);
    Map<ObjectId, Long> lastReads = from.lastReads(group.id());
    putPlaceholders(lastReads.keySet(), group.createdAt());
    put(List.of(new Copied.LastReads(group.id(), lastReads)));
  }

  private void copyPage(ObjectId groupId, List<Message> page) throws StoreException {
    Readers readers = readers(from, groupId, page);
    Set<ObjectId> named = new HashSet<>();
    Map<ObjectId, MarkRead> marks = new LinkedHashMap<>();
    for (Message message : page) {
      named.add(message.senderId());
      for (Readers.Reader reader : readers.of(message)) {
        named.add(reader.userId());
        marks.merge(
            reader.userId(),
            new MarkRead(groupId, reader.userId(), List.of(message.id()), reader.readAt()),
            StoreCopy::both);
      }
    }
    putPlaceholders(named, page.getFirst().createdAt());
    List<Write<?>> writes = new ArrayList<>();
    writes.add(new Copied.Messages(groupId, page));
    writes.addAll(marks.values());
    put(writes);
  }

  private static MarkRead both(MarkRead one, MarkRead other) {
    List<ObjectId> ids = new ArrayList<>(one.messageIds());
    ids.addAll(other.messageIds());
    Instant readAt = one.readAt().isAfter(other.readAt()) ? one.readAt() : other.readAt();
    return new MarkRead(one.groupId(), one.userId(), ids, readAt);
  }

  private static Readers readers(ChatStore store, ObjectId groupId, List<Message> page)
      throws StoreException {
    return store.readers(groupId, page.getFirst().seq(), page.getLast().seq(), Integer.MAX_VALUE);
  }

  /** Commits a piece; one that cannot be put whole is none. */
  private void put(List<? extends Write<?>> piece) throws StoreException {
    Write.Rejected.throwIfAny(to.commit(piece));
  }

  private void putPlaceholders(Collection<ObjectId> userIds, Instant at) throws StoreException {
    Set<ObjectId> missing = new TreeSet<>(userIds);
    missing.removeAll(to.users(missing).keySet());
    List<Copied.Account> accounts = new ArrayList<>();
    for (ObjectId id : missing) {
      accounts.add(
          new Copied.Account(
              new User(id, placeholder(id), "", "", "", null, null, false, null, at, at),
              /* isBanned= */ false,
              /* isDeleted= */ true,
              /* toldAt= */ null));
    }
    put(accounts);
  }

  private static String placeholder(ObjectId id) {
    return "verbatim_missing_" + id;
  }

  private static boolean isPlaceholder(Copied.Account account) {
    return account.user().clerkId().equals(placeholder(account.user().id()));
  }

  /** Compares all that was copied. */
  public Result compare() throws StoreException {
    Comparison comparison = new Comparison();
    comparison.accounts();
    comparison.groups();
    return new Result(
        comparison.users, comparison.groups, comparison.messages, comparison.findings);
  }

  /** A comparison under way. */
  private final class Comparison {
    /** More say nothing more. */
    private static final int FINDINGS_MAX = 100;

    final List<String> findings = new ArrayList<>();
    long users;
    long groups;
    long messages;

    void accounts() throws StoreException {
      List<Copied.Account> page = List.of();
      do {
        ObjectId after = page.isEmpty() ? null : page.getLast().user().id();
        page = from.accounts(after, pieceMax);
        Map<ObjectId, Copied.Account> copies = copies(after, page);
        for (Copied.Account account : page) {
          check(account.equals(copies.get(account.user().id())), "user " + account.user().id());
        }
        users += page.size();
      } while (page.size() == pieceMax);
    }

    private Map<ObjectId, Copied.Account> copies(
        @Nullable ObjectId after, List<Copied.Account> page) throws StoreException {
      Map<ObjectId, Copied.Account> copies = new HashMap<>();
      ObjectId last = page.isEmpty() ? null : page.getLast().user().id();
      ObjectId from = after;
      while (last != null && (from == null || from.compareTo(last) < 0)) {
        List<Copied.Account> some = to.accounts(from, pieceMax);
        some.forEach(account -> copies.put(account.user().id(), account));
        if (some.size() < pieceMax) {
          break;
        }
        from = some.getLast().user().id();
      }
      return copies;
    }

    void groups() throws StoreException {
      List<Group> page = List.of();
      do {
        page = from.groups(page.isEmpty() ? null : page.getLast().id(), pieceMax);
        for (Group group : page) {
          check(group.equals(to.group(group.id()).orElse(null)), "group " + group.id());
          messages(group.id());
          check(isReadAsFar(group.id()), "read states of group " + group.id());
        }
        groups += page.size();
        progress.accept("compared " + groups + " groups, " + messages + " messages");
      } while (page.size() == pieceMax);
    }

    /** The target may know better: of old messages a source may not have gathered it all yet. */
    private boolean isReadAsFar(ObjectId groupId) throws StoreException {
      Map<ObjectId, Long> copied = to.lastReads(groupId);
      return from.lastReads(groupId).entrySet().stream()
          .allMatch(each -> copied.getOrDefault(each.getKey(), 0L) >= each.getValue());
    }

    private void messages(ObjectId groupId) throws StoreException {
      long next = 1;
      List<Message> page;
      do {
        page = from.messagesUpward(groupId, next, Long.MAX_VALUE, pieceMax);
        List<Message> copy = to.messagesUpward(groupId, next, Long.MAX_VALUE, pieceMax);
        check(page.equals(copy), "messages of group %s from seq %d on".formatted(groupId, next));
        if (!page.isEmpty() && page.equals(copy)) {
          Readers readers = readers(from, groupId, page);
          Readers copied = readers(to, groupId, page);
          for (Message message : page) {
            check(
                userIds(readers, message).equals(userIds(copied, message)),
                "readers of message " + message.id());
          }
          next = page.getLast().seq() + 1;
        }
        messages += page.size();
      } while (page.size() == pieceMax && findings.size() < FINDINGS_MAX);
    }

    private static Set<ObjectId> userIds(Readers readers, Message message) {
      Set<ObjectId> ids = new HashSet<>();
      readers.of(message).forEach(reader -> ids.add(reader.userId()));
      return ids;
    }

    private void check(boolean isSame, String what) {
      if (!isSame && findings.size() < FINDINGS_MAX) {
        findings.add(what + ": not the same in both stores");
      }
    }
  }
}
