package dev.verbatim.server;

import dev.verbatim.chat.storage.mongo.MongoChatStore;
import dev.verbatim.chat.storage.mongo.MongoSettings;
import dev.verbatim.chat.storage.mongo.MongoStoreCheck;
import dev.verbatim.chat.storage.mongo.StoreListener;
import dev.verbatim.chat.storage.sqlite.SqliteChatStore;
import dev.verbatim.chat.storage.sqlite.SqliteStoreCheck;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.faults.Faults;
import dev.verbatim.server.settings.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the stores that settings name. */
final class Stores {
  private static final Logger log = LoggerFactory.getLogger(Stores.class);

  private Stores() {}

  /** Opens one. Blocks. */
  static ChatStore open(Settings.Store store, String writer) throws StoreException {
    return switch (store) {
      case Settings.Embedded embedded -> SqliteChatStore.open(embedded.dataDir());
      case Settings.Mongo mongo -> MongoChatStore.open(settings(mongo, writer), new Background());
    };
  }

  /** Returns if a MongoDB answers: what to know of what is there. Blocks; writes nothing. */
  static List<String> check(Settings.Mongo mongo) throws StoreException {
    return MongoChatStore.check(settings(mongo, "check-config"));
  }

  /** What is wrong in one, a line for each finding. Blocks. */
  static List<String> findings(Settings.Store store) throws StoreException {
    return switch (store) {
      case Settings.Embedded embedded -> SqliteStoreCheck.findings(embedded.dataDir());
      case Settings.Mongo mongo -> MongoStoreCheck.findings(settings(mongo, "verify-store"));
    };
  }

  /**
   * The name by which a server knows what it wrote itself, also after a restart: where it listens.
   */
  static String writerOf(Settings settings) {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      host = settings.host();
    }
    return host + ":" + settings.port();
  }

  /** Tells of what a store does by itself. */
  private static final class Background implements StoreListener {
    @Override
    public void onWarning(String sentence) {
      log.warn("{}", sentence);
    }

    @Override
    public void onFault(String doing, Throwable cause) {
      var _ = Faults.record(Faults.Owner.BACKGROUND, doing, cause);
    }
  }

  private static MongoSettings settings(Settings.Mongo mongo, String writer) {
    return new MongoSettings(mongo.uri().value(), mongo.databaseName(), writer);
  }
}
