package dev.verbatim.chat;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.MessageStore.LastMessage;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sending and reading messages. Stateless but for the senders' rates; for any thread.
 *
 * <p>What takes a {@code reply} never blocks and is what event loops call; the reply comes exactly
 * once: on the caller's thread when the answer is known at once, on the writer's thread and in
 * commit order when it is the outcome of a commit, and on a thread for blocking work when the store
 * had to be asked. All else blocks.
 */
public final class Messages {
  private final ChatStore store;
  private final Writer writer;
  private final Directory directory;
  private final Groups groups;
  private final Questions questions;
  private final ChatListener listener;
  private final Faults faults;
  private final InstantSource clock;
  private final ChatSettings settings;
  private final MessageRates rates;
  private final LongAdder stored = new LongAdder();
  private final LongAdder repeated = new LongAdder();

  Messages(
      ChatStore store,
      Writer writer,
      Directory directory,
      Groups groups,
      Questions questions,
      ChatListener listener,
      Faults faults,
      InstantSource clock,
      ChatSettings settings) {
    this.store = store;
    this.writer = writer;
    this.directory = directory;
    this.groups = groups;
    this.questions = questions;
    this.listener = listener;
    this.faults = faults;
    this.clock = clock;
    this.settings = settings;
    rates = new MessageRates(clock, settings);
  }

  /**
   * Sends a message. Never blocks. What one thread sends for users who are here gets its seqs in
   * the order of the calls.
   *
   * <p>A known tempId outdoes every refusal, whatever else the retry carries, and costs no rate.
   */
  public void send(SendMessage command, Consumer<? super Sent> reply) {
    switch (Content.parse(command.content())) {
      case Content.Valid(String text) -> sendValid(command, text, reply);
      case Content.Invalid(String reason) ->
          refuse(command, new Refused.InvalidContent(reason), reply);
      case Content.TooLong() -> refuse(command, new Refused.TooLong(Content.LENGTH_MAX), reply);
    }
  }

  private void sendValid(SendMessage command, String text, Consumer<? super Sent> reply) {
    if (rates.isAwaited(command.userId())) {
      sendWhenKnownNew(command, text, reply);
      return;
    }
    // The rate comes first, so that it bounds what outsiders make the store do as well.
    long retryAfterSeconds = rates.take(command.userId());
    if (retryAfterSeconds == 0) {
      sendCounted(command, text, reply);
    } else if (command.tempId() == null) {
      reply.accept(new Refused.RateLimited(retryAfterSeconds));
    } else {
      sendWhenKnownNew(command, text, reply);
    }
  }

  /**
   * Sends what no token is left for, if it is no retry and one is there once all that was sent
   * before is decided: retries under way give theirs back. What this user sends meanwhile waits
   * behind it, so that the order stays.
   */
  private void sendWhenKnownNew(SendMessage command, String text, Consumer<? super Sent> reply) {
    Runnable decided = rates.await(command.userId());
    findSent(
        command,
        sent -> {
          try {
            long retryAfterSeconds = sent == null ? rates.take(command.userId()) : 0;
            if (retryAfterSeconds > 0) {
              reply.accept(new Refused.RateLimited(retryAfterSeconds));
            } else if (sent == null) {
              sendCounted(command, text, reply);
            } else {
              reply.accept(sent);
            }
          } finally {
            decided.run();
          }
        });
  }

  private void sendCounted(SendMessage command, String text, Consumer<? super Sent> reply) {
    User sender = directory.user(command.userId());
    if (sender == null) {
      sendFromElsewhere(command, text, reply);
    } else if (directory.role(command.userId(), command.groupId()) != null) {
      append(command, text, sender, reply);
    } else {
      // Somebody who joins meanwhile is refused all the same, or this message could come after
      // those sent later.
      refuseOutsider(command, reply);
    }
  }

  private void append(SendMessage command, String text, User sender, Consumer<? super Sent> reply) {
    submit(
        written(command, text), appended -> reply.accept(sent(command, sender, appended)), reply);
  }

  private Write.AppendMessage written(SendMessage command, String text) {
    Instant now = clock.instant();
    return new Write.AppendMessage(
        ObjectId.next(now),
        command.groupId(),
        command.userId(),
        text,
        command.type(),
        command.tempId(),
        now,
        settings.readersShownMax());
  }

  private Sent sent(SendMessage command, User sender, Write.Appended appended) {
    appended.before().forEach(this::tell);
    return switch (appended) {
      case Write.Appended.Stored(Message message, _) -> {
        stored.increment();
        yield new Sent.Accepted(message, sender);
      }
      case Write.Appended.Known(Message message, var readers, _) -> {
        rates.refund(command.userId());
        repeated.increment();
        yield new Sent.Repeated(message, readers);
      }
    };
  }

  /** How many messages were stored, retries aside. For any thread. */
  public long stored() {
    return stored.sum();
  }

  /** How many retries were answered with the message of before. For any thread. */
  public long repeated() {
    return repeated.sum();
  }

  /** Tells of a message that another process has put into the group. */
  private void tell(Write.Posted posted) {
    faults.guard(
        "telling another's message",
        () -> listener.onMessagePosted(posted.message(), posted.sender()));
  }

  /**
   * Tells what others have put into a group, as far as it is not told. Never blocks.
   *
   * @param failed is run if nothing could be told; here, or on the writer's thread
   */
  void catchUp(ObjectId groupId, Runnable failed) {
    boolean taken =
        writer.submit(
            new Write.CatchUp(groupId),
            Outcome.of(caughtUp -> caughtUp.messages().forEach(this::tell), _ -> failed.run()));
    if (!taken) {
      failed.run();
    }
  }

  private <R> void submit(
      Write<R> write, Consumer<? super R> committed, Consumer<? super Sent> reply) {
    Outcome<R> outcome = Outcome.of(committed, _ -> reply.accept(new Refused.Unavailable()));
    if (!writer.submit(write, outcome)) {
      reply.accept(new Refused.Unavailable());
    }
  }

  /**
   * Sends for a user without a session here. The directory does not know in what groups the user
   * is, so that the commit decides: what the store said before could be over by then.
   */
  private void sendFromElsewhere(SendMessage command, String text, Consumer<? super Sent> reply) {
    questions.ask(
        () -> store.user(command.userId()),
        sender ->
            sender.ifPresentOrElse(
                known -> appendIfMember(command, text, known, reply),
                () -> refuseOutsider(command, reply)),
        _ -> reply.accept(new Refused.Unavailable()));
  }

  private void appendIfMember(
      SendMessage command, String text, User sender, Consumer<? super Sent> reply) {
    submit(
        new Write.IfMember<>(command.userId(), command.groupId(), written(command, text)),
        appended ->
            appended.ifPresentOrElse(
                done -> reply.accept(sent(command, sender, done)),
                () -> refuseOutsider(command, reply)),
        reply);
  }

  /** Only why not is left to ask. */
  private void refuseOutsider(SendMessage command, Consumer<? super Sent> reply) {
    questions.ask(
        () -> groups.whyNot(command.userId(), command.groupId()),
        refusal -> refuse(command, refusal, reply),
        _ -> reply.accept(new Refused.Unavailable()));
  }

  /** Refuses, unless the tempId is known: a refusal says that nothing is stored. */
  private void refuse(SendMessage command, Sent refusal, Consumer<? super Sent> reply) {
    if (command.tempId() == null) {
      reply.accept(refusal);
      return;
    }
    findSent(
        command,
        sent -> {
          if (sent instanceof Sent.Repeated && refusal instanceof Refused.NoAccess) {
            // It was found out behind the rate.
            rates.refund(command.userId());
          }
          reply.accept(sent == null ? refusal : sent);
        });
  }

  /**
   * Looks for what was sent with the command's tempId, behind all that waits for the writer: the
   * first copy may be there.
   *
   * @param found gets the message, {@link Refused.Unavailable}, or null for none
   */
  private void findSent(SendMessage command, Consumer<? super @Nullable Sent> found) {
    Write.FindSent question =
        new Write.FindSent(
            command.groupId(), command.userId(), command.tempId(), settings.readersShownMax());
    submit(
        question,
        answer ->
            found.accept(
                switch (answer) {
                  case Write.Appended.Known(Message message, var readers, var before) -> {
                    before.forEach(this::tell);
                    repeated.increment();
                    yield new Sent.Repeated(message, readers);
                  }
                  case Write.Found.Nothing() -> null;
                }),
        found);
  }

  /**
   * A page of a group's history. Blocks.
   *
   * @param limit how many messages, clamped to 1 … {@link ChatSettings#historyPageMax}
   */
  public History history(ObjectId userId, ObjectId groupId, Cursor cursor, int limit)
      throws StoreException {
    Refused.NoAccess refused = groups.get(userId, groupId).refused();
    if (refused != null) {
      return refused;
    }
    int pageMax = Math.clamp(limit, 1, settings.historyPageMax());
    return switch (cursor) {
      case Cursor.Newest() -> downward(groupId, Long.MAX_VALUE, pageMax);
      case Cursor.Before(Cursor.Place place) -> {
        long seq = seqOf(groupId, place);
        yield seq < 0 ? new Refused.NoMessage() : downward(groupId, seq - 1, pageMax);
      }
      case Cursor.After(Cursor.Place place) -> {
        long seq = seqOf(groupId, place);
        yield seq < 0 ? new Refused.NoMessage() : upward(groupId, seq + 1, pageMax);
      }
    };
  }

  /** The seq of a place, -1 for a message that the group does not have. */
  private long seqOf(ObjectId groupId, Cursor.Place place) throws StoreException {
    return switch (place) {
      case Cursor.Seq(long seq) -> seq;
      case Cursor.Id(ObjectId messageId) -> {
        Optional<Message> message = store.message(messageId);
        yield isInGroup(message, groupId) ? message.get().seq() : -1;
      }
    };
  }

  private static boolean isInGroup(Optional<Message> message, ObjectId groupId) {
    return message.isPresent() && message.get().groupId().equals(groupId);
  }

  private History downward(ObjectId groupId, long last, int limit) throws StoreException {
    List<Message> found = store.messagesDownward(groupId, last, limit + 1);
    boolean hasMore = found.size() > limit;
    List<Message> page = hasMore ? found.subList(0, limit) : found;
    return new History.Page(page.reversed(), readersOf(groupId, page), hasMore);
  }

  private History upward(ObjectId groupId, long first, int limit) throws StoreException {
    List<Message> found = store.messagesUpward(groupId, first, Long.MAX_VALUE, limit + 1);
    boolean hasMore = found.size() > limit;
    List<Message> page = hasMore ? found.subList(0, limit) : found;
    return new History.Page(page, readersOf(groupId, page), hasMore);
  }

  /** A message as it now is. Blocks. The caller has checked that it may be read. */
  public Optional<Message> byId(ObjectId messageId) throws StoreException {
    return store.message(messageId);
  }

  /**
   * The last messages of groups that are not deleted, by the groups' ids, each with its readers.
   * Blocks. The caller has checked that they may be read.
   */
  public Map<ObjectId, LastMessage> lastOf(Collection<ObjectId> groupIds) throws StoreException {
    return store.lastMessages(groupIds, settings.lastMessageSeqsMax(), settings.readersShownMax());
  }

  /** Who has read a message: {@link ChatSettings#readersShownMax} of them at most. Blocks. */
  public List<Readers.Reader> readers(Message message) throws StoreException {
    return readersOf(message.groupId(), List.of(message)).of(message);
  }

  /**
   * Who has read a message, as somebody sees it who may have left the group since: nobody then.
   * Blocks.
   */
  public List<Readers.Reader> readersFor(ObjectId userId, Message message) throws StoreException {
    return groups.get(userId, message.groupId()) instanceof Access.Member
        ? readers(message)
        : List.of();
  }

  /** Who has read these messages, which stand side by side in the group, in either direction. */
  private Readers readersOf(ObjectId groupId, List<Message> page) throws StoreException {
    if (page.isEmpty()) {
      return Readers.NOBODY;
    }
    long one = page.getFirst().seq();
    long other = page.getLast().seq();
    return store.readers(
        groupId, Math.min(one, other), Math.max(one, other), settings.readersShownMax());
  }

  /**
   * Tells a group's newest seq at this place in the commit order, 0 for none. Everything up to it
   * can be read, everything above it is told after this. Never blocks; the outcome comes on the
   * writer's thread, or as a failure on the caller's if the writer takes nothing more.
   */
  public void newestSeq(ObjectId groupId, Outcome<? super Long> outcome) {
    Outcome<Write.Newest> told =
        Outcome.of(
            newest -> {
              newest.before().forEach(this::tell);
              outcome.committed(newest.seq());
            },
            outcome::failed);
    if (!writer.submit(new Write.NewestSeq(groupId), told)) {
      outcome.failed(new StoreException("The writer takes nothing more for now"));
    }
  }
}
