package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.ConnectionError.Context;
import dev.verbatim.socketio.PendingHandshake.Outcome;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The line on a loop whose clock is held. */
final class AdmissionLineTest {
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress OTHER_ADDRESS = InetAddress.ofLiteral("192.0.2.2");

  private final MockTicker ticker = Ticker.newMockTicker();
  private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
  private final EngineLoop loop =
      new EngineLoop(
          channel.eventLoop(),
          1_000_000,
          new TotalBacklog(Long.MAX_VALUE, () -> new EngineLoop[0]));
  private final Gate gate = new Gate(SocketIoServer.create(SocketIoOptions.defaults()));

  /** Who was let in, in that order. */
  private final List<Integer> admitted = new ArrayList<>();

  private final List<Integer> refused = new ArrayList<>();
  private final List<Context> refusals = new ArrayList<>();
  private final List<Integer> gone = new ArrayList<>();

  private static AdmissionLine line(Limits.Builder limits) {
    return new AdmissionLine(limits.build());
  }

  /** Handshakes with the numbers of a range come, one right behind the other. */
  private List<Exchange> come(AdmissionLine line, int first, int end) {
    return IntStream.range(first, end).mapToObj(number -> come(line, number)).toList();
  }

  private Exchange come(AdmissionLine line, int number) {
    return come(line, number, ADDRESS);
  }

  private Exchange come(AdmissionLine line, int number, InetAddress client) {
    var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    Exchange exchange = new Exchange(gate, channel, request, 1);
    line.enter(loop, exchange, client, outcome -> onDecided(number, outcome));
    return exchange;
  }

  private void onDecided(int number, Outcome outcome) {
    switch (outcome) {
      case Outcome.Allowed() -> admitted.add(number);
      case Outcome.Refused(Context context) -> {
        refused.add(number);
        refusals.add(context);
      }
      case Outcome.Gone() -> gone.add(number);
      case Outcome.Failed(Throwable cause) -> throw new AssertionError(cause);
    }
  }

  /** Time passes in small steps, and the loop runs at each. */
  private void pass(Duration time) {
    long step = TimeUnit.MILLISECONDS.toNanos(1);
    for (long passed = 0; passed < time.toNanos(); passed += step) {
      ticker.advance(step, TimeUnit.NANOSECONDS);
      channel.runScheduledPendingTasks();
    }
  }

  /** The loop is late by so much, and then runs. */
  private void passAtOnce(Duration time) {
    ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
  }

  private static List<Integer> range(int first, int end) {
    return IntStream.range(first, end).boxed().toList();
  }

  @Test
  void letsEverybodyInAtOnceWithoutARate() {
    AdmissionLine line = line(Limits.builder());
    come(line, 0, 10_000);
    assertEquals(10_000, admitted.size());
    assertEquals(0, line.waited());
    assertEquals(5_000, line.waitingMax());
  }

  @Test
  void letsInTheBurstAtOnceAndTheOthersInTheirOrderAtTheRate() {
    AdmissionLine line = line(Limits.builder().admissionRate(100, 5));
    come(line, 0, 25);
    assertEquals(range(0, 5), admitted);
    assertEquals(20, line.waiting());
    assertEquals(20, line.waited());
    pass(Duration.ofMillis(105));
    assertEquals(range(0, 15), admitted);
    pass(Duration.ofMillis(105));
    assertEquals(range(0, 25), admitted);
    assertEquals(0, line.waiting());
    // Nobody comes for as long as the bucket takes to fill.
    pass(Duration.ofMillis(60));
    come(line, 25, 30);
    assertEquals(range(0, 30), admitted);
    assertEquals(20, line.waited());
    assertEquals(List.of(), refused);
  }

  @Test
  void movesSeveralAtATimeWhereTheRateIsHigh() {
    AdmissionLine line = line(Limits.builder().admissionRate(1_000, 5));
    come(line, 0, 25);
    pass(Duration.ofMillis(1));
    assertEquals(range(0, 5), admitted);
    pass(Duration.ofMillis(1));
    assertEquals(range(0, 7), admitted);
  }

  @Test
  void letsNobodyPassThoseWhoWait() {
    AdmissionLine line = line(Limits.builder().admissionRate(10, 1));
    come(line, 0, 3);
    pass(Duration.ofMillis(50));
    come(line, 3, 4);
    pass(Duration.ofMillis(400));
    assertEquals(range(0, 4), admitted);
  }

  @Test
  void letsNobodyPassThoseWhoWaitForALoopThatIsLate() {
    AdmissionLine line = line(Limits.builder().admissionRate(10, 1));
    come(line, 0, 3);
    ticker.advance(150, TimeUnit.MILLISECONDS);
    come(line, 3, 4);
    assertEquals(range(0, 1), admitted);
    pass(Duration.ofMillis(400));
    assertEquals(range(0, 4), admitted);
  }

  @Test
  void refusesWhoeverComesBeyondTheLine() {
    AdmissionLine line = line(Limits.builder().admissionRate(10, 1).admissionsWaitingMax(20));
    come(line, 0, 22);
    assertEquals(List.of(21), refused);
    assertEquals(List.of(new Context.TooManyWaiting(Duration.ofSeconds(2))), refusals);
    pass(Duration.ofMillis(110));
    come(line, 22, 24);
    assertEquals(List.of(21, 23), refused);
    assertEquals(20, line.waiting());
    // Whoever is refused has not stood there.
    assertEquals(21, line.waited());
  }

  @Test
  void servesAddressesInTurn() {
    AdmissionLine line = line(Limits.builder().admissionRate(10, 1));
    come(line, 0, 4);
    come(line, 4, OTHER_ADDRESS);
    pass(Duration.ofMillis(210));
    assertEquals(List.of(0, 1, 4), admitted);
    pass(Duration.ofMillis(200));
    assertEquals(List.of(0, 1, 4, 2, 3), admitted);
  }

  @Test
  void keepsNobodyOutForAnAddressThatFillsTheLine() {
    AdmissionLine line = line(Limits.builder().admissionRate(10, 1).admissionsWaitingMax(20));
    come(line, 0, 21);
    come(line, 21, OTHER_ADDRESS);
    assertEquals(List.of(20), refused);
    assertEquals(20, line.waiting());
    pass(Duration.ofMillis(210));
    assertEquals(List.of(0, 1, 21), admitted);
  }

  @Test
  void refusesWhoWouldWaitTooLong() {
    AdmissionLine line =
        line(Limits.builder().admissionRate(10, 1).admissionWaitMax(Duration.ofSeconds(1)));
    come(line, 0, 12);
    assertEquals(List.of(11), refused);
    assertEquals(10, line.waiting());
    assertEquals(10, line.waitingMax());
  }

  @Test
  void refusesWhoHasWaitedTooLongForALoopThatIsLate() {
    AdmissionLine line =
        line(Limits.builder().admissionRate(10, 1).admissionWaitMax(Duration.ofSeconds(1)));
    come(line, 0, 3);
    passAtOnce(Duration.ofMillis(1_001));
    assertEquals(List.of(0), admitted);
    assertEquals(List.of(1, 2), refused);
    assertEquals(0, line.waiting());
    assertTrue(refusals.stream().allMatch(Context.TooManyWaiting.class::isInstance));
    passAtOnce(Duration.ofSeconds(1));
    come(line, 3);
    assertEquals(List.of(0, 3), admitted);
  }

  @Test
  void makesUpForLittleOfWhatALoopThatIsLateHasMissed() {
    AdmissionLine line = line(Limits.builder().admissionRate(100, 50));
    come(line, 0, 150);
    assertEquals(50, admitted.size());
    passAtOnce(Duration.ofMillis(400));
    assertEquals(55, admitted.size());
    pass(Duration.ofMillis(101));
    assertEquals(65, admitted.size());
  }

  @Test
  void givesThePlaceOfWhoHasLeftToTheNext() {
    AdmissionLine line = line(Limits.builder().admissionRate(10, 1));
    List<Exchange> exchanges = come(line, 0, 4);
    exchanges.get(2).onGone();
    assertEquals(List.of(2), gone);
    assertEquals(2, line.waiting());
    pass(Duration.ofMillis(210));
    assertEquals(List.of(0, 1, 3), admitted);
    // Who has been let in is told nothing more of it here.
    exchanges.get(3).onGone();
    assertEquals(List.of(2), gone);
  }

  @Test
  void refusesAllWhoWaitWhenTheServerGoes() {
    AdmissionLine line = line(Limits.builder().admissionRate(10, 1));
    come(line, 0, 3);
    line.close();
    assertEquals(List.of(1, 2), refused);
    come(line, 3);
    assertEquals(List.of(1, 2, 3), refused);
    assertTrue(refusals.stream().allMatch(Context.ShuttingDown.class::isInstance));
    pass(Duration.ofSeconds(1));
    assertEquals(List.of(0), admitted);
  }
}
