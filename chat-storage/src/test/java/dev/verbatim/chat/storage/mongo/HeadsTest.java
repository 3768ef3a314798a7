package dev.verbatim.chat.storage.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.store.Samples;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is known of groups by heart, after commits that succeed and fail. */
class HeadsTest {
  private final Heads heads = new Heads(2, new Listening(2));

  private Heads.Head head(int group) {
    return heads.of(Samples.groupId(group));
  }

  @Test
  void knowsNothingOfAGroupAtFirst() {
    assertFalse(head(1).isNewestKnown());
    assertFalse(head(1).isToldKnown());
  }

  @Test
  void keepsWhatASuccessfulCommitHasTold() {
    head(1).newestIs(5);
    head(1).toldIs(5);
    heads.committed();
    assertEquals(5, head(1).newest());
    assertEquals(5, head(1).told());
    head(1).toldIs(3);
    assertEquals(5, head(1).told());
  }

  @Test
  void takesBackWhatAFailedCommitHasToldAndForgetsHowFarGroupsHaveGrown() {
    head(1).newestIs(5);
    head(1).toldIs(5);
    head(2).newestIs(1);
    heads.committed();
    head(1).newestIs(7);
    head(1).toldIs(7);
    assertEquals(Set.of(), heads.failed());
    assertFalse(head(1).isNewestKnown());
    assertFalse(head(2).isNewestKnown());
    assertEquals(5, head(1).told());
  }

  @Test
  void keepsWhatWasOwedBeforeACommitThatFailsWroteAnything() {
    head(1).nobodyIsOwed(3);
    heads.appending(Samples.groupId(1));
    head(1).toldIs(7);
    assertEquals(Set.of(Samples.groupId(1)), heads.failed());
    assertEquals(3, head(1).told());
    assertEquals(Set.of(), heads.failed());
  }

  @Test
  void forgetsTheLeastRecentlyUsedGroupWhenACommitEnds() {
    head(1).newestIs(1);
    head(2).newestIs(2);
    head(3).newestIs(3);
    assertTrue(head(1).isNewestKnown());
    heads.committed();
    assertTrue(head(3).isNewestKnown());
    assertTrue(head(1).isNewestKnown());
    assertFalse(head(2).isNewestKnown());
  }
}
