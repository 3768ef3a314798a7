package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.socket.Joins.Join;
import org.junit.jupiter.api.Test;

class JoinsTest {
  private static final ObjectId GROUP = new ObjectId(1, 1);
  private static final ObjectId OTHER = new ObjectId(1, 2);

  private final Joins joins = new Joins();

  @Test
  void overtakesByLeavingWhatBeganBefore() {
    Join before = joins.begin(GROUP);
    Join elsewhere = joins.begin(OTHER);
    joins.onLeave(GROUP);
    Join after = joins.begin(GROUP);
    assertTrue(joins.isOvertaken(before));
    assertFalse(joins.isOvertaken(elsewhere));
    assertFalse(joins.isOvertaken(after));
  }

  @Test
  void takesAllJoinsOutOfTheRoomWithOneThatFails() {
    Join first = joins.begin(GROUP);
    Join second = joins.begin(GROUP);
    assertTrue(joins.onFailed(first));
    assertTrue(joins.isOvertaken(second));
  }

  @Test
  void staysInTheRoomForALaterJoinThatWasAnswered() {
    Join first = joins.begin(GROUP);
    joins.onJoined(joins.begin(GROUP));
    assertFalse(joins.onFailed(first));
  }

  @Test
  void leavesTheRoomThoughAnEarlierJoinWasAnswered() {
    Join first = joins.begin(GROUP);
    Join second = joins.begin(GROUP);
    joins.onJoined(first);
    assertTrue(joins.onFailed(second));
  }

  @Test
  void leavesNoRoomAgainThatIsLeft() {
    Join before = joins.begin(GROUP);
    joins.onLeave(GROUP);
    Join after = joins.begin(GROUP);
    assertFalse(joins.onFailed(before));
    assertFalse(joins.isOvertaken(after));
  }
}
