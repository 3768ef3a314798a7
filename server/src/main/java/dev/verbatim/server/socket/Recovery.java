package dev.verbatim.server.socket;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.Outcome;
import dev.verbatim.chat.Replay;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
import dev.verbatim.server.metrics.ReplayMeter;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.socketio.Frame;
import dev.verbatim.socketio.Hold;
import dev.verbatim.socketio.Namespace;
import dev.verbatim.socketio.Socket;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Joins of a group's room behind a replay of what the client has missed: complete or refused, never
 * a part. Stateless; runs on the event loop of the socket concerned, but for questions and what
 * else it says.
 *
 * <p>The seam between what is replayed and what is live is one place in the commit order: what was
 * committed before it is read from the store, and what comes after it is held back until that has
 * gone out.
 */
final class Recovery {
  private final Chat chat;
  private final MemberCheck members;
  private final Deliveries deliveries;
  private final ReplayMeter meter;

  Recovery(Chat chat, MemberCheck members, Deliveries deliveries, ReplayMeter meter) {
    this.chat = chat;
    this.members = members;
    this.deliveries = deliveries;
    this.meter = meter;
  }

  /**
   * Joins a group that the user is in.
   *
   * @param lastSeq the newest that the client has, 0 for nothing
   */
  void begin(Joining joining, Group group, long lastSeq) {
    chat.messages()
        .newestSeq(
            group.id(),
            Outcome.of(
                newestSeq -> {
                  // On the writer's thread: what is told from here on comes behind.
                  deliveries.flush();
                  joining.onLoop(() -> onSeam(joining, group, lastSeq, newestSeq));
                },
                cause -> fail(joining, null, cause)));
  }

  private void onSeam(Joining joining, Group group, long lastSeq, long newestSeq) {
    if (joining.isOvertaken() || !isMemberStill(joining)) {
      return;
    }
    if (lastSeq > newestSeq) {
      meter.onReplay(ReplayMeter.Outcome.AHEAD, 0);
      joining.refuse(
          Refusal.ofField(
              Field.LAST_SEQ.wireName(),
              "lastSeq is above the newest",
              joining.subject().withNewestSeq(newestSeq)));
      return;
    }
    Hold hold = joining.socket().joinHolding(joining.room());
    joining.socket().leave(Rooms.aside(group.id()));
    ObjectId userId = joining.userId();
    chat.questions()
        .ask(
            () -> {
              Replay replay = chat.replays().replay(group.id(), lastSeq, newestSeq);
              Missed missed = missed(joining.socket(), userId, group.id(), replay);
              Group now = chat.directory().group(group.id());
              Group read = now == null ? group : now;
              return new Replayed(read, joining.joined(chat.onlineMembers(), read), missed);
            },
            replayed -> joining.onLoop(() -> onReplayed(joining, hold, replayed)),
            cause -> fail(joining, hold, cause));
  }

  /**
   * Whether the user is in the group all the while; if not the join ends here, and the room has
   * been left by the removal itself, whose way to this loop begins when the directory knows of it.
   */
  private boolean isMemberStill(Joining joining) {
    ObjectId groupId = joining.join().groupId();
    boolean isMember = chat.directory().role(joining.userId(), groupId) != null;
    if (!isMember) {
      members.check(
          joining.userId(),
          groupId,
          joining.reply(),
          _ -> joining.refuse(Refusal.overtaken(joining.subject())),
          joining::refuse);
    }
    return isMember;
  }

  /** What was missed, as it is sent: the messages, or that they are a gap. */
  private record Missed(ReplayMeter.Outcome outcome, List<Frame> frames) {
    int replayed() {
      return outcome == ReplayMeter.Outcome.COMPLETE ? frames.size() : 0;
    }
  }

  /** What a join behind a replay sends. */
  private static final class Replayed {
    final Group group;
    final byte[] joined;
    final Missed missed;

    Replayed(Group group, byte[] joined, Missed missed) {
      this.group = group;
      this.joined = joined;
      this.missed = missed;
    }
  }

  private void onReplayed(Joining joining, Hold hold, Replayed replayed) {
    if (joining.isOvertaken() || !isMemberStill(joining)) {
      return;
    }
    if (!hold.isHolding()) {
      // Removed and added again meanwhile: what was held in between is lost.
      joining.refuse(Refusal.overtaken(joining.subject()));
      return;
    }
    joining.joins().onJoined(joining.join());
    joining.reply().succeed("group_joined", joined(joining, replayed));
    replayed.missed.frames().forEach(joining.socket()::send);
    meter.onReplay(replayed.missed.outcome(), replayed.missed.replayed());
    hold.release();
  }

  /**
   * The group as it was read, or as it is where it has changed meanwhile, of which the user may
   * have been told by then. That is seldom, so that it is done here and not asked again.
   */
  @SuppressWarnings("ReferenceEquality") // whether it equals would cost a look at all members
  private byte[] joined(Joining joining, Replayed replayed) {
    Group now = chat.directory().group(replayed.group.id());
    return now == null || now == replayed.group
        ? replayed.joined
        : joining.joined(chat.onlineMembers(), now);
  }

  private void fail(Joining joining, @Nullable Hold hold, Throwable cause) {
    Refusal refusal = joining.reply().refusal(cause, joining.subject());
    joining.onLoop(() -> onFailed(joining, hold, refusal));
  }

  /**
   * Complete or refused: without its replay the socket gets nothing of the group, unless a later
   * join was answered that did not need this one.
   */
  private void onFailed(Joining joining, @Nullable Hold hold, Refusal refusal) {
    meter.onReplay(ReplayMeter.Outcome.FAILED, 0);
    if (joining.joins().onFailed(joining.join())) {
      ObjectId groupId = joining.join().groupId();
      boolean isMember = chat.directory().role(joining.userId(), groupId) != null;
      Rooms.leave(joining.socket(), groupId, isMember);
    } else if (hold != null) {
      hold.release();
    }
    joining.reply().fail(refusal);
  }

  private Missed missed(Socket socket, ObjectId userId, ObjectId groupId, Replay replay)
      throws StoreException {
    Namespace namespace = socket.namespace();
    return switch (replay) {
      case Replay.Gap(long fromSeq, long toSeq) ->
          new Missed(
              ReplayMeter.Outcome.GAP_MESSAGES,
              List.of(Frames.gap(namespace, groupId, fromSeq, toSeq)));
      case Replay.Complete(List<Message> messages, Readers readers) -> {
        Map<ObjectId, User> senders =
            chat.users()
                .summaries(messages.stream().map(Message::senderId).collect(Collectors.toSet()));
        List<byte[]> payloads =
            messages.stream()
                .map(
                    message ->
                        Frames.replayed(
                            message,
                            readers.of(message),
                            senders.get(message.senderId()),
                            message.senderId().equals(userId)))
                .toList();
        // A connection that cannot take it all would be closed in the middle of it.
        yield payloads.stream().mapToLong(payload -> payload.length).sum() > Limits.REPLAY_BYTES_MAX
            ? new Missed(
                ReplayMeter.Outcome.GAP_BYTES,
                List.of(
                    Frames.gap(
                        namespace, groupId, messages.getFirst().seq(), messages.getLast().seq())))
            : new Missed(
                ReplayMeter.Outcome.COMPLETE,
                payloads.stream()
                    .map(payload -> Frame.event(namespace, "new_message", payload))
                    .toList());
      }
    };
  }
}
