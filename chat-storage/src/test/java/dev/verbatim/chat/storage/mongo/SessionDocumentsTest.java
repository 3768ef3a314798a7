package dev.verbatim.chat.storage.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.store.IdentityStore.Revocation;
import dev.verbatim.chat.store.Samples;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class SessionDocumentsTest {
  @Test
  void readsBackWhatItWrites() {
    Session session = Samples.session(1, 2, Samples.NOW);
    assertEquals(
        session, SessionDocuments.session(SessionDocuments.document(session, "here:3001")));
  }

  @Test
  void readsSessionWithoutFields() {
    Session session = SessionDocuments.session(new Document(Fields.ID, Values.bson(Samples.id(1))));
    assertEquals(Status.OFFLINE, session.status());
    assertEquals(DeviceType.WEB, session.deviceType());
    assertEquals(Values.madeAt(session.id()), session.lastActivity());
  }

  @Test
  void readsRevocations() {
    assertEquals(
        new Revocation("sess_1", Samples.NOW),
        SessionDocuments.revocation(
            new Document(Fields.ID, "sess_1").append(Fields.AT, Values.bson(Samples.NOW))));
  }
}
