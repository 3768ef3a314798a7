package dev.verbatim.chat.storage.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.UserChange;
import java.time.Instant;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class UserDocumentsTest {
  private static final Document BARE =
      new Document(Fields.ID, new org.bson.types.ObjectId("65a1b2c3d4e5f60718293a4b"));

  @Test
  void readsBackWhatItWrites() {
    assertEquals(Samples.user(1), UserDocuments.user(UserDocuments.document(Samples.user(1))));
    assertEquals(
        Samples.barredUser(2), UserDocuments.user(UserDocuments.document(Samples.barredUser(2))));
  }

  @Test
  void storesNoFieldForWhatIsNotThere() {
    Document document = UserDocuments.document(Samples.barredUser(2));
    assertFalse(document.containsValue(null));
    assertFalse(document.containsKey(Fields.USERNAME));
    assertFalse(document.containsKey(Fields.LAST_SEEN));
  }

  @Test
  void readsUserWithoutFields() {
    User user = UserDocuments.user(BARE);
    Instant made = Instant.ofEpochSecond(0x65a1b2c3L);
    assertEquals(new User(user.id(), "", "", "", "", null, null, true, null, made, made), user);
    assertEquals("65a1b2c3d4e5f60718293a4b", user.id().toString());
  }

  @Test
  void takesNullForAbsent() {
    Document document =
        new Document(BARE)
            .append(Fields.EMAIL, null)
            .append(Fields.IS_ACTIVE, null)
            .append(Fields.LAST_SEEN, null)
            .append(Fields.USERNAME, null);
    assertEquals(UserDocuments.user(BARE), UserDocuments.user(document));
  }

  @Test
  void barsWhoIsInactiveBannedOrDeleted() {
    for (String flag : new String[] {Fields.IS_BANNED, Fields.IS_DELETED}) {
      assertFalse(UserDocuments.user(new Document(BARE).append(flag, true)).isActive());
      assertTrue(UserDocuments.user(new Document(BARE).append(flag, false)).isActive());
    }
    assertFalse(UserDocuments.user(new Document(BARE).append(Fields.IS_ACTIVE, false)).isActive());
  }

  @Test
  void tellsWhatTheProviderSaid() {
    assertEquals(new UserChange.Known(null, false), UserDocuments.known(BARE));
    assertEquals(
        new UserChange.Known(Samples.NOW, true),
        UserDocuments.known(
            new Document(BARE)
                .append(Fields.IDENTITY_AT, Values.bson(Samples.NOW))
                .append(Fields.IS_DELETED, true)));
  }
}
