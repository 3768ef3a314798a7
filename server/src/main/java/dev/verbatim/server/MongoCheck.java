package dev.verbatim.server;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.settings.Settings;

/** Whether a MongoDB answers, to this user and in this database. */
record MongoCheck(Settings.Mongo store) implements ConnectionCheck {
  @Override
  public String name() {
    return "store";
  }

  @Override
  public Result run() {
    try {
      return new Works(store.description() + " answers", Stores.check(store));
    } catch (StoreException e) {
      return new Fails(Reason.of(e));
    }
  }
}
