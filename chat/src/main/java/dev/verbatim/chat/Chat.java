package dev.verbatim.chat;

import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The chat, wired by hand. It owns the writer's thread and the store; timers and the threads for
 * blocking work belong to whoever opened it.
 */
public final class Chat implements AutoCloseable {
  private final ChatStore store;
  private final ChatSettings settings;
  private final Writer writer;
  private final Directory directory;
  private final Questions questions;
  private final BrokenPromises brokenPromises;
  private final StoreAudit audit;
  private final Groups groups;
  private final Messages messages;
  private final Replays replays;
  private final Corrections corrections;
  private final Receipts receipts;
  private final Postbox postbox;
  private final Roster roster;
  private final Users users;
  private final Lobby lobby;
  private final Presence presence;
  private final OnlineMembers onlineMembers;
  private final Typing typing;
  private final Sessions sessions;
  private final Identities identities;
  private final @Nullable OthersWatch othersWatch;

  /** How many commits had failed when one was last seen to succeed. */
  private volatile long failedCommitsOutlived;

  private Chat(
      ChatStore store,
      ChatSettings settings,
      ChatListener listener,
      InstantSource clock,
      Timers timers,
      Executor blocking) {
    this.store = store;
    this.settings = settings;
    Faults faults = new Faults(listener, clock, settings);
    questions = new Questions(blocking, faults, settings);
    brokenPromises = new BrokenPromises(listener, faults, clock, settings);
    audit = new StoreAudit(store, brokenPromises, faults, clock, timers, blocking, settings);
    directory = new Directory(store, settings);
    writer = new Writer(store, directory, listener, faults, clock, settings);
    presence = new Presence(directory, listener, faults, timers, settings);
    onlineMembers = new OnlineMembers(presence, directory, settings);
    typing = new Typing(directory, listener, faults, timers, clock, settings);
    GroupCommits commits = new GroupCommits(writer, directory, presence, typing, listener, faults);
    groups = new Groups(store, commits, directory, clock, settings);
    users = new Users(store, writer, directory, clock);
    roster = new Roster(store, writer, commits, groups, users, directory, clock, settings);
    lobby = new Lobby(users, roster, commits, clock);
    messages =
        new Messages(
            store, writer, directory, groups, questions, listener, faults, clock, settings);
    replays = new Replays(store, brokenPromises, settings);
    MemberWrites writes = new MemberWrites(writer, directory, groups, questions);
    OpenChanges openChanges =
        new OpenChanges(
            writer, listener, store.others().isPresent() ? settings.openChangesMax() : 0);
    corrections = new Corrections(writes, openChanges, clock, settings);
    receipts = new Receipts(store, writes, questions, clock);
    postbox =
        new Postbox(
            store, messages, corrections, receipts, groups, typing, listener, faults, settings);
    sessions = new Sessions(writer, directory, presence, timers, clock, settings);
    Consumer<User> userChanged =
        user -> faults.guard("telling a change of a user", () -> listener.onUserChanged(user));
    identities = new Identities(store, writer, directory, users, userChanged, clock);
    othersWatch =
        store
            .others()
            .map(
                others ->
                    new OthersWatch(
                        store,
                        others,
                        writer,
                        directory,
                        commits,
                        messages,
                        openChanges,
                        userChanged,
                        faults,
                        timers,
                        blocking,
                        settings))
            .orElse(null);
  }

  /**
   * Opens the chat on a store: starts its writer and removes the sessions that a crash left.
   * Blocks.
   *
   * @param listener is told what the chat does of its own accord
   * @param clock tells the time, of which the chat uses milliseconds
   * @param timers run delayed work; to be closed after the chat
   * @param blocking runs what asks the store for event loops: virtual threads, best
   * @throws StoreException if the store cannot be written; it is still the caller's to close then
   */
  public static Chat open(
      ChatStore store,
      ChatSettings settings,
      ChatListener listener,
      InstantSource clock,
      Timers timers,
      Executor blocking)
      throws StoreException {
    // What is stored, told and compared is the same instant: stores and the wire keep no more.
    InstantSource millis = () -> clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Chat chat = new Chat(store, settings, listener, millis, timers, blocking);
    chat.writer.start();
    try {
      chat.sessions.removeAll();
    } catch (StoreException | RuntimeException | Error e) {
      boolean _ = chat.writer.close(settings.closeWaitMax());
      throw e;
    }
    chat.sessions.startCleanup();
    if (chat.othersWatch != null) {
      chat.othersWatch.start();
    }
    return chat;
  }

  public Questions questions() {
    return questions;
  }

  /** What was found that must not be. */
  public BrokenPromises brokenPromises() {
    return brokenPromises;
  }

  /** What looks for it in the store, once it is started. */
  public StoreAudit audit() {
    return audit;
  }

  public Messages messages() {
    return messages;
  }

  public Replays replays() {
    return replays;
  }

  public Corrections corrections() {
    return corrections;
  }

  public Receipts receipts() {
    return receipts;
  }

  public Postbox postbox() {
    return postbox;
  }

  public Roster roster() {
    return roster;
  }

  public Groups groups() {
    return groups;
  }

  public Users users() {
    return users;
  }

  public Lobby lobby() {
    return lobby;
  }

  public Sessions sessions() {
    return sessions;
  }

  public Identities identities() {
    return identities;
  }

  /** Whether others write to the store as well. */
  public boolean isStoreShared() {
    return othersWatch != null;
  }

  /** Null where the store is not shared. */
  @Nullable OthersWatch othersWatch() {
    return othersWatch;
  }

  public Presence presence() {
    return presence;
  }

  public OnlineMembers onlineMembers() {
    return onlineMembers;
  }

  public Typing typing() {
    return typing;
  }

  public Directory directory() {
    return directory;
  }

  public Writer writer() {
    return writer;
  }

  /**
   * Returns if the store can answer, if no commit takes longer than anybody waits for one ({@link
   * ChatSettings#commitWaitMax}) and, where one has failed since the last ping, if it can commit
   * again. Blocks.
   */
  public void ping() throws StoreException {
    Duration atStore = writer.atStoreFor();
    if (atStore.compareTo(settings.commitWaitMax()) >= 0) {
      throw new StoreException("A commit has not ended in " + atStore);
    }
    store.ping();
    long failed = writer.failedCommits();
    if (failed != failedCommitsOutlived) {
      Write.Done _ = writer.commit(new Write.Probe());
      failedCommitsOutlived = failed;
    }
  }

  /**
   * Takes no more writes, commits those that wait, for at most {@link ChatSettings#closeWaitMax},
   * and closes the store. What was not committed by then fails. Blocks.
   *
   * @throws StoreException if the store cannot be closed, or is still committing and is left so
   */
  @Override
  public void close() throws StoreException {
    audit.close();
    sessions.close();
    if (othersWatch != null) {
      othersWatch.close();
    }
    if (!writer.close(settings.closeWaitMax())) {
      throw new StoreException("The store is still committing and cannot be closed");
    }
    store.close();
  }
}
