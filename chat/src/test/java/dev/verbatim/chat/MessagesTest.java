package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.User;
import org.junit.jupiter.api.Test;

class MessagesTest {
  @Test
  void acceptsTheMessageOfAMemberWhoIsHere() throws Exception {
    try (ChatFixture fixture = new ChatFixture()) {
      User ada = fixture.user("ada");
      Group group = fixture.group(ada);
      fixture.begin(ada);
      Sent sent = fixture.send(ada.id(), group.id(), " hello ", "t1").join();
      Sent.Accepted accepted = assertInstanceOf(Sent.Accepted.class, sent);
      assertEquals(1, accepted.message().seq());
      assertEquals("hello", accepted.message().content());
      assertEquals(ada, accepted.sender());
    }
  }
}
