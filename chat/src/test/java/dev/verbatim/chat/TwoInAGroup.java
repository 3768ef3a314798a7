package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A chat for each test, in which Ada owns a public group, Bob is a member of it and both are here.
 */
abstract class TwoInAGroup {
  ChatFixture fixture;
  User ada;
  User bob;
  Group group;

  @BeforeEach
  void start() throws StoreException {
    fixture = new ChatFixture();
    ada = fixture.user("ada");
    bob = fixture.user("bob");
    group = fixture.group(ada, bob);
    fixture.begin(ada);
    fixture.begin(bob);
  }

  @AfterEach
  void close() throws StoreException {
    fixture.close();
    assertEquals(List.of(), fixture.listener.faults());
  }
}
