package dev.verbatim.chat.store;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import java.util.List;

/** What the store tells of sessions. */
public interface SessionStore {
  /** The sessions of a user. */
  List<Session> sessions(ObjectId userId) throws StoreException;
}
