package dev.verbatim.server.identity.clerk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.ChatListener;
import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RevocationsTest {
  private final InMemoryChatStore store = new InMemoryChatStore();
  private final HeldTime time = new HeldTime();
  private final List<String> told = new ArrayList<>();
  private Chat here;
  private Chat there;

  @BeforeEach
  void open() throws Exception {
    here = chat();
    there = chat();
  }

  private Chat chat() throws StoreException {
    return Chat.open(store, ChatSettings.defaults(), ChatListener.NONE, time, time, Runnable::run);
  }

  @AfterEach
  void close() throws Exception {
    here.close();
    there.close();
  }

  private Revocations start(boolean isShared) throws StoreException {
    var revocations =
        new Revocations(
            here.identities(), told::add, isShared, time, new Background(time, Runnable::run));
    revocations.start();
    return revocations;
  }

  @Test
  void knowsWhatWasRevokedBeforeTheStart() throws Exception {
    there.identities().revoke("sess_old", null);
    time.advance(Duration.ofMinutes(14));
    there.identities().revoke("sess_new", null);
    time.advance(Duration.ofMinutes(2));
    Revocations revocations = start(false);
    assertTrue(revocations.isRevoked("sess_new"));
    assertFalse(revocations.isRevoked("sess_old"));
  }

  @Test
  void learnsWhatAnotherProcessIsTold() throws Exception {
    Revocations revocations = start(true);
    time.advance(Duration.ofMinutes(3));
    there.identities().revoke("sess_1", "msg_1");
    assertFalse(revocations.isRevoked("sess_1"));
    time.advance(Duration.ofSeconds(2));
    assertTrue(revocations.isRevoked("sess_1"));
    time.advance(Duration.ofMinutes(1));
    assertEquals(List.of("sess_1"), told);
  }

  @Test
  void asksNobodyWhereTheStoreIsItsOwn() throws Exception {
    Revocations revocations = start(false);
    there.identities().revoke("sess_1", null);
    time.advance(Duration.ofSeconds(10));
    assertFalse(revocations.isRevoked("sess_1"));
    revocations.onRevoked("sess_1");
    assertTrue(revocations.isRevoked("sess_1"));
    assertEquals(List.of("sess_1"), told);
  }

  @Test
  void knowsItAtOnceAndForTheOthersToo() throws Exception {
    start(true).revoke("sess_1");
    assertEquals(List.of("sess_1"), told);
    assertEquals(1, there.identities().revocations(Instant.EPOCH).size());
  }

  @Test
  void goesOnWhenTheStoreDoesAgain() throws Exception {
    Revocations revocations = start(true);
    store.failQuestions(true);
    time.advance(Duration.ofSeconds(10));
    store.failQuestions(false);
    there.identities().revoke("sess_1", null);
    time.advance(Duration.ofSeconds(2));
    assertTrue(revocations.isRevoked("sess_1"));
  }

  @Test
  void forgetsSessionsAfterAQuarterOfAnHourAndEventsAfterThirty() throws Exception {
    Revocations revocations = start(true);
    there.identities().revoke("sess_1", "msg_1");
    revocations.onRevoked("sess_1");
    time.advance(Duration.ofMinutes(15));
    assertTrue(revocations.isRevoked("sess_1"));
    time.advance(Duration.ofMinutes(6));
    assertFalse(revocations.isRevoked("sess_1"));
    assertEquals(0, here.identities().revocations(Instant.EPOCH).size());
    there.identities().revoke("sess_2", "msg_1");
    assertEquals(0, here.identities().revocations(Instant.EPOCH).size());
    time.advance(Duration.ofHours(30));
    there.identities().revoke("sess_2", "msg_1");
    assertEquals(1, here.identities().revocations(Instant.EPOCH).size());
  }

  @Test
  void forgetsTheOldestWhenThereAreTooMany() throws Exception {
    Revocations revocations = start(false);
    for (int i = 0; i <= ClerkLimits.REVOCATIONS_MAX; i++) {
      revocations.onRevoked("sess_" + i);
    }
    assertFalse(revocations.isRevoked("sess_0"));
    assertTrue(revocations.isRevoked("sess_1"));
    assertTrue(revocations.isRevoked("sess_" + ClerkLimits.REVOCATIONS_MAX));
  }

  @Test
  void doesNothingMoreWhenItIsClosed() throws Exception {
    Revocations revocations = start(true);
    revocations.close();
    there.identities().revoke("sess_1", null);
    time.advance(Duration.ofHours(1));
    assertFalse(revocations.isRevoked("sess_1"));
  }
}
