package dev.verbatim.server.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.Refused;
import org.junit.jupiter.api.Test;

class RefusalTest {
  @Test
  void saysOfNobodyInParticularThatTheyAreInTooManyGroups() {
    Refusal refusal = Refusal.of(new Refused.TooManyGroups(1_000), ErrorDetails.NONE);
    assertEquals(ErrorCode.CONFLICT, refusal.code());
    assertEquals("A user is in at most 1000 groups", refusal.words());
  }
}
