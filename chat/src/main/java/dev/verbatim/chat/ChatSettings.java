package dev.verbatim.chat;

import java.time.Duration;

/**
 * The settings of the chat, and every bound it has. Made by {@link #builder}, which starts from the
 * defaults.
 *
 * @param messageRatePerSecond messages a user may send, 0 for no limit; beyond it {@link
 *     Refused.RateLimited}
 * @param messageRateBurst messages a user may send at once after a pause
 * @param messageRatesMax users whose rate is remembered, which is those who sent in the last {@code
 *     burst / rate} seconds; beyond it new senders are {@link Refused.RateLimited}
 * @param typingTimeout after which typing ends by itself
 * @param typingMax who types where at one time, and whose beginning or end waits to be told; beyond
 *     it nobody else is shown typing, for typing is what goes first under pressure
 * @param typingPerSocketMax groups one socket can type in at one time, so that no socket takes all
 *     of {@code typingMax}; beyond it the same
 * @param presenceGrace time without a session after which a user is offline, so that a reconnect is
 *     not told to everybody
 * @param presenceGroupMax members up to which a group is told who comes and goes, and of each of
 *     its changes at once: the cost of telling grows with the square of the members
 * @param presenceListMax who is online in one group larger than that; the rest are left out
 * @param coMembersListMax who is online in all groups of a user; the rest are left out
 * @param coMembersLookedAtMax members looked at for that list, some milliseconds' worth; who would
 *     be found behind them is left out
 * @param replayLimit messages replayed to one who comes back; beyond it {@link Replay.Gap}
 * @param historyPageMax messages in a page of the history; more are not given
 * @param readersShownMax readers shown for a message; more are not given
 * @param lastMessageSeqsMax the newest seqs of a group among which its last message is looked for:
 *     behind so many deleted ones none is shown, or who deletes by the thousand would have each
 *     connect look at all of them
 * @param writerQueueMax writes that wait for the writer: at 8 KB for the longest message 128 MB at
 *     worst, and under a second of its work; beyond it {@link Refused.Unavailable}
 * @param commitBatchMax writes in a commit: beyond some hundreds a larger one only adds latency
 * @param commitWaitMax how long a blocking caller waits for a commit; then a {@code StoreException}
 *     that leaves the outcome open
 * @param closeWaitMax how long closing waits for the writer; then what is left fails
 * @param questionsMax questions under way for event loops: each holds a thread's stack and mostly
 *     waits for one of a few connections to the store, so that more would only wait; beyond it what
 *     was asked is {@link Refused.Unavailable}
 * @param membersPerGroupMax members of a group: 80 bytes each are held while one of them is here;
 *     beyond it joining is {@link Refused.GroupFull}. Joins at the same time can pass it by their
 *     number
 * @param groupsPerUserMax groups of a user, all held while the user is here; beyond it {@link
 *     Refused.TooManyGroups}. Joins at the same time can pass it by their number
 * @param membersPageMax members of a group in one answer; more are not given
 * @param discoverPageMax public groups in one answer; more are not given
 * @param sessionTouchInterval how often a session's last activity is stored at most
 * @param sessionCleanupInterval how often sessions are looked through
 * @param sessionTimeout idle time after which a session whose socket is gone is removed
 * @param sessionEndsMax ends of sessions that could not be stored and wait for the next clean-up;
 *     beyond it they wait for the time-out
 * @param othersInterval after which is looked again for what others have written to a store that is
 *     shared: with what a round takes itself, within the five seconds in which it has to count here
 * @param othersPieceMax users or groups asked for in one question of such a round: at a few KB each
 *     some megabytes of an answer
 * @param othersMembersMax members of groups that are read in such a round, some 100 bytes each; of
 *     the rest of the groups it is asked when they were changed, and each has its turn
 * @param othersGrownMax groups of which it is asked in such a round how far they have grown, a
 *     question each, so that nothing that is missed otherwise stays untold
 * @param openChangesMax changes of messages whose commit failed and that are looked for when the
 *     store answers again, some 200 bytes and their content each
 * @param auditInterval how often the store is looked at for what must not be in it, some
 *     milliseconds of one of its readers each time: a million messages take an hour and some
 * @param auditMessagesMax messages looked at in one such step, some hundred kilobytes
 * @param auditGroupsMax groups begun in one such step, however few messages they have
 * @param auditMembersMax members of groups looked at, after which such a step ends: a megabyte or
 *     so, and ten times that where a single group has so many
 * @param findingsMax what was found that must not be, each kind once for each group; what is beyond
 *     is not counted and told: whoever has as many needs a backup, not a longer list
 * @param findingsKeptMax the first of them, which are shown
 * @param storeFaultInterval how often a store that goes on failing is told as a fault; what fails
 *     between is counted, or a full disk would be filled by the log
 */
public record ChatSettings(
    int messageRatePerSecond,
    int messageRateBurst,
    int messageRatesMax,
    Duration typingTimeout,
    int typingMax,
    int typingPerSocketMax,
    Duration presenceGrace,
    int presenceGroupMax,
    int presenceListMax,
    int coMembersListMax,
    int coMembersLookedAtMax,
    int replayLimit,
    int historyPageMax,
    int readersShownMax,
    int lastMessageSeqsMax,
    int writerQueueMax,
    int commitBatchMax,
    Duration commitWaitMax,
    Duration closeWaitMax,
    int questionsMax,
    int membersPerGroupMax,
    int groupsPerUserMax,
    int membersPageMax,
    int discoverPageMax,
    Duration sessionTouchInterval,
    Duration sessionCleanupInterval,
    Duration sessionTimeout,
    int sessionEndsMax,
    Duration othersInterval,
    int othersPieceMax,
    int othersMembersMax,
    int othersGrownMax,
    int openChangesMax,
    Duration auditInterval,
    int auditMessagesMax,
    int auditGroupsMax,
    int auditMembersMax,
    int findingsMax,
    int findingsKeptMax,
    Duration storeFaultInterval) {

  public ChatSettings {
    if (messageRatePerSecond < 0 || (messageRatePerSecond > 0 && messageRateBurst < 1)) {
      throw new IllegalArgumentException(
          "No message rate: " + messageRatePerSecond + " a second, burst " + messageRateBurst);
    }
    if (writerQueueMax < 1 || writerQueueMax > Writer.QUEUE_LIMIT) {
      throw new IllegalArgumentException("No length of the writer's queue: " + writerQueueMax);
    }
    positive("messageRatesMax", messageRatesMax);
    positive("commitBatchMax", commitBatchMax);
    positive("questionsMax", questionsMax);
    positive("replayLimit", replayLimit);
    positive("historyPageMax", historyPageMax);
    positive("membersPageMax", membersPageMax);
    positive("discoverPageMax", discoverPageMax);
    positive("membersPerGroupMax", membersPerGroupMax);
    positive("groupsPerUserMax", groupsPerUserMax);
    positive("presenceListMax", presenceListMax);
    positive("coMembersListMax", coMembersListMax);
    positive("typingTimeout", typingTimeout.compareTo(Duration.ZERO));
    positive("sessionCleanupInterval", sessionCleanupInterval.compareTo(Duration.ZERO));
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be above 0");
    }
  }

  /** What the service runs with unless told otherwise. */
  public static ChatSettings defaults() {
    return builder().build();
  }

  /** Settings to be made, from the defaults on. */
  public static Builder builder() {
    return new Builder();
  }

  /** Settings that are being made. Confined to its maker's thread. */
  public static final class Builder {
    private int messageRatePerSecond = 10;
    private int messageRateBurst = 30;
    private int messageRatesMax = 100_000;
    private Duration typingTimeout = Duration.ofSeconds(5);
    private int typingMax = 10_000;
    private int typingPerSocketMax = 16;
    private Duration presenceGrace = Duration.ofSeconds(5);
    private int presenceGroupMax = 500;
    private int presenceListMax = 1_000;
    private int coMembersListMax = 10_000;
    private int coMembersLookedAtMax = 100_000;
    private int replayLimit = 500;
    private int writerQueueMax = 16_384;
    private int commitBatchMax = 512;
    private Duration commitWaitMax = Duration.ofSeconds(10);
    private Duration closeWaitMax = Duration.ofSeconds(5);
    private int questionsMax = 4_096;
    private int membersPerGroupMax = 100_000;
    private int groupsPerUserMax = 1_000;
    private Duration sessionCleanupInterval = Duration.ofMinutes(5);
    private Duration sessionTimeout = Duration.ofMinutes(30);
    private int sessionEndsMax = 10_000;
    private Duration othersInterval = Duration.ofSeconds(2);
    private int othersMembersMax = 50_000;

    private Builder() {}

    /** 0 a second for no limit. */
    public Builder messageRate(int perSecond, int burst) {
      messageRatePerSecond = perSecond;
      messageRateBurst = burst;
      return this;
    }

    public Builder messageRatesMax(int users) {
      messageRatesMax = users;
      return this;
    }

    public Builder typing(Duration timeout, int max, int perSocketMax) {
      typingTimeout = timeout;
      typingMax = max;
      typingPerSocketMax = perSocketMax;
      return this;
    }

    public Builder typingTimeout(Duration timeout) {
      typingTimeout = timeout;
      return this;
    }

    public Builder presenceGrace(Duration grace) {
      presenceGrace = grace;
      return this;
    }

    public Builder presenceGroupMax(int members) {
      presenceGroupMax = members;
      return this;
    }

    public Builder coMembersLookedAtMax(int members) {
      coMembersLookedAtMax = members;
      return this;
    }

    public Builder presenceLists(int groupMax, int coMembersMax) {
      presenceListMax = groupMax;
      coMembersListMax = coMembersMax;
      return this;
    }

    public Builder replayLimit(int messages) {
      replayLimit = messages;
      return this;
    }

    public Builder writerQueueMax(int writes) {
      writerQueueMax = writes;
      return this;
    }

    public Builder commitBatchMax(int writes) {
      commitBatchMax = writes;
      return this;
    }

    public Builder commitWaitMax(Duration wait) {
      commitWaitMax = wait;
      return this;
    }

    public Builder closeWaitMax(Duration wait) {
      closeWaitMax = wait;
      return this;
    }

    public Builder questionsMax(int questions) {
      questionsMax = questions;
      return this;
    }

    public Builder memberships(int membersPerGroup, int groupsPerUser) {
      membersPerGroupMax = membersPerGroup;
      groupsPerUserMax = groupsPerUser;
      return this;
    }

    public Builder sessionCleanup(Duration interval, Duration timeout) {
      sessionCleanupInterval = interval;
      sessionTimeout = timeout;
      return this;
    }

    public Builder sessionEndsMax(int ends) {
      sessionEndsMax = ends;
      return this;
    }

    public Builder othersMembersMax(int members) {
      othersMembersMax = members;
      return this;
    }

    public Builder othersInterval(Duration interval) {
      othersInterval = interval;
      return this;
    }

    /**
     * The settings.
     *
     * @throws IllegalArgumentException if one of them makes no sense
     */
    public ChatSettings build() {
      return new ChatSettings(
          messageRatePerSecond,
          messageRateBurst,
          messageRatesMax,
          typingTimeout,
          typingMax,
          typingPerSocketMax,
          presenceGrace,
          presenceGroupMax,
          presenceListMax,
          coMembersListMax,
          coMembersLookedAtMax,
          replayLimit,
          /* historyPageMax= */ 100,
          /* readersShownMax= */ 100,
          /* lastMessageSeqsMax= */ 100,
          writerQueueMax,
          commitBatchMax,
          commitWaitMax,
          closeWaitMax,
          questionsMax,
          membersPerGroupMax,
          groupsPerUserMax,
          /* membersPageMax= */ 100,
          /* discoverPageMax= */ 100,
          /* sessionTouchInterval= */ Duration.ofMinutes(1),
          sessionCleanupInterval,
          sessionTimeout,
          sessionEndsMax,
          othersInterval,
          /* othersPieceMax= */ 500,
          othersMembersMax,
          /* othersGrownMax= */ 100,
          /* openChangesMax= */ 1_000,
          /* auditInterval= */ Duration.ofSeconds(2),
          /* auditMessagesMax= */ 500,
          /* auditGroupsMax= */ 20,
          /* auditMembersMax= */ 10_000,
          /* findingsMax= */ 1_000,
          /* findingsKeptMax= */ 10,
          /* storeFaultInterval= */ Duration.ofMinutes(1));
    }
  }
}
