package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Sorts.ascending;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.store.IdentityStore.Revocation;
import dev.verbatim.chat.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Questions about sessions, ours and the identity provider's. For any thread. */
final class SessionQueries {
  private final Collections collections;

  SessionQueries(Collections collections) {
    this.collections = collections;
  }

  List<Session> ofUser(ObjectId userId) throws StoreException {
    return Questions.ask(
        () ->
            collections
                .sessions()
                .find(in(Fields.USER_ID, Values.eitherShape(userId)))
                .sort(ascending(Fields.ID))
                .map(SessionDocuments::session)
                .into(new ArrayList<>()));
  }

  List<Revocation> revocations(Instant since) throws StoreException {
    return Questions.ask(
        () ->
            collections
                .revocations()
                .find(gte(Fields.AT, Values.bson(since)))
                .sort(ascending(Fields.AT))
                .map(SessionDocuments::revocation)
                .into(new ArrayList<>()));
  }
}
