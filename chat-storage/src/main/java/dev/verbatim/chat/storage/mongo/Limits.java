package dev.verbatim.chat.storage.mongo;

import java.time.Duration;

/**
 * Every bound of the store in MongoDB.
 *
 * @param connectWait how long a connection may take to be made, and the answer by which the driver
 *     sees that a server is there: as long as {@code answerWait}, or a database that is only slow
 *     would count as away
 * @param answerWait how long an answer may take to begin; longer than any operation of ours, so
 *     that one that takes so long counts as lost
 * @param selectionWait how long one operation looks for a primary: the retries of a commit go on
 *     looking, and a question's caller does not wait longer
 * @param connectionsMax connections to one server for questions: however many are asked at once,
 *     the server has no more than these to do
 * @param connectionLoanWait how long a question waits for one of them
 * @param writerConnectionsMax connections to one server for the writer, for which no question
 *     waits: one for its commits, and one for the look whether a database that was away is back
 * @param majorityWait how long a majority of the members may take to have a write of the background
 *     in their journals, after which it is tried again. A commit's write has {@code answerWait} for
 *     all of it, which the driver tells the server in place of this
 * @param commitWait how long a commit goes on trying what a database that fails for a moment did
 *     not do: an election takes some seconds, and senders give up at about ten
 * @param indexesWait how long opening waits for the indexes, so that a start on a database that has
 *     them refuses nobody; where they have to be built they are built behind it
 * @param copyIndexesWait how long a copy waits for them, which nobody waits for: longer than it
 *     takes to build them on a hundred million messages
 * @param indexesAgain the pause before another attempt at indexes that could not be built: somebody
 *     has to make room or give rights first
 * @param unhurriedConnectionsMax connections to one server for work in the background: one for the
 *     indexes and one for the numbering
 * @param pauseMin the pause before a second attempt, doubled before each further one
 * @param pauseMax the longest pause between two attempts
 * @param outagePing the pause between two looks whether a database that was away is back
 * @param headsMax groups whose newest seq the writer keeps in memory (some 200 bytes each); others
 *     are read again
 * @param othersMax messages of others that are told at once (up to 16 KiB each); of more nothing is
 *     told, and clients see the gap
 * @param changeAttemptsMax how often a change of one document is decided anew because others change
 *     it at the same time
 * @param readByMax readers that stand in the message itself; the others stand in blocks
 * @param foreignSessionIdle how long a session of another process must have been idle before it is
 *     ended here: longer than that process takes to end it or to move it on
 * @param tailOverlap how far back it is looked for messages of others that were looked for before:
 *     by how much clocks may differ, and how long a message may take until it is to be seen
 * @param tailLateOverlap the same for messages without seqs, which nobody of us wrote: another
 *     service may hold one up for half a minute before it writes it
 * @param tailLateEvery how often it is looked so far back, for which all that is there is read
 * @param tailPiece messages of others that are read at once
 * @param tailSlice the time of which messages are looked at by one question, however many of ours
 *     stand between those of others
 * @param sweepSpan how far back messages without seqs are found that come later than any of that
 * @param sweepEvery how often these are looked for
 * @param tailMax messages that are remembered as found (some 120 bytes each); the longest known are
 *     told again beyond it
 * @param tailKept how often it is kept up to when messages of others were looked for: after a
 *     restart it is looked from there on
 * @param countedMax old messages of a group that are counted while somebody waits, some tenths of a
 *     second's work; those of a greater group are counted by the numbering, and until then the
 *     group is refused
 * @param numberingPiece old messages that are given their seqs at once: some milliseconds of a
 *     server's work
 * @param numberingPause the pause before the next of them, which leaves the server to everybody
 *     else for some of the time
 * @param numberingIdle how long the numbering waits for work before it looks again itself
 */
record Limits(
    Duration connectWait,
    Duration answerWait,
    Duration selectionWait,
    int connectionsMax,
    Duration connectionLoanWait,
    int writerConnectionsMax,
    Duration majorityWait,
    Duration commitWait,
    Duration indexesWait,
    Duration copyIndexesWait,
    Duration indexesAgain,
    int unhurriedConnectionsMax,
    Duration pauseMin,
    Duration pauseMax,
    Duration outagePing,
    int headsMax,
    int othersMax,
    int changeAttemptsMax,
    int readByMax,
    Duration foreignSessionIdle,
    Duration tailOverlap,
    Duration tailLateOverlap,
    Duration tailLateEvery,
    int tailPiece,
    Duration tailSlice,
    Duration sweepSpan,
    Duration sweepEvery,
    int tailMax,
    Duration tailKept,
    int countedMax,
    int numberingPiece,
    Duration numberingPause,
    Duration numberingIdle) {
  /** What the server runs with. */
  static final Limits STANDARD =
      new Limits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          16,
          Duration.ofSeconds(5),
          2,
          Duration.ofSeconds(4),
          Duration.ofSeconds(8),
          Duration.ofSeconds(2),
          Duration.ofHours(3),
          Duration.ofMinutes(1),
          2,
          Duration.ofMillis(50),
          Duration.ofSeconds(1),
          Duration.ofMillis(250),
          100_000,
          2_000,
          16,
          100,
          Duration.ofMinutes(30),
          Duration.ofSeconds(10),
          Duration.ofMinutes(2),
          Duration.ofSeconds(10),
          1_000,
          Duration.ofMinutes(1),
          Duration.ofHours(6),
          Duration.ofMinutes(10),
          100_000,
          Duration.ofSeconds(10),
          200_000,
          200,
          Duration.ofMillis(20),
          Duration.ofSeconds(10));

  Limits withWaits(Duration commit, Duration answer, Duration selection) {
    return with(
        answer,
        selection,
        commit,
        indexesWait,
        indexesAgain,
        headsMax,
        readByMax,
        countedMax,
        tailPiece,
        numberingPiece);
  }

  Limits withIndexesWait(Duration wait) {
    return withIndexes(wait, indexesAgain);
  }

  Limits withIndexesAgain(Duration again) {
    return withIndexes(indexesWait, again);
  }

  private Limits withIndexes(Duration wait, Duration again) {
    return with(
        answerWait,
        selectionWait,
        commitWait,
        wait,
        again,
        headsMax,
        readByMax,
        countedMax,
        tailPiece,
        numberingPiece);
  }

  Limits withHeadsMax(int heads) {
    return withSizes(heads, readByMax, countedMax, tailPiece, numberingPiece);
  }

  Limits withReadByMax(int readers) {
    return withSizes(headsMax, readers, countedMax, tailPiece, numberingPiece);
  }

  Limits withCountedMax(int messages) {
    return withSizes(headsMax, readByMax, messages, tailPiece, numberingPiece);
  }

  Limits withTailPiece(int messages) {
    return withSizes(headsMax, readByMax, countedMax, messages, numberingPiece);
  }

  Limits withNumberingPiece(int messages) {
    return withSizes(headsMax, readByMax, countedMax, tailPiece, messages);
  }

  private Limits withSizes(int heads, int readers, int counted, int tail, int piece) {
    return with(
        answerWait,
        selectionWait,
        commitWait,
        indexesWait,
        indexesAgain,
        heads,
        readers,
        counted,
        tail,
        piece);
  }

  private Limits with(
      Duration answer,
      Duration selection,
      Duration commit,
      Duration indexes,
      Duration again,
      int heads,
      int readers,
      int counted,
      int tail,
      int piece) {
    return new Limits(
        connectWait,
        answer,
        selection,
        connectionsMax,
        connectionLoanWait,
        writerConnectionsMax,
        majorityWait,
        commit,
        indexes,
        copyIndexesWait,
        again,
        unhurriedConnectionsMax,
        pauseMin,
        pauseMax,
        outagePing,
        heads,
        othersMax,
        changeAttemptsMax,
        readers,
        foreignSessionIdle,
        tailOverlap,
        tailLateOverlap,
        tailLateEvery,
        tail,
        tailSlice,
        sweepSpan,
        sweepEvery,
        tailMax,
        tailKept,
        counted,
        piece,
        numberingPause,
        numberingIdle);
  }
}
