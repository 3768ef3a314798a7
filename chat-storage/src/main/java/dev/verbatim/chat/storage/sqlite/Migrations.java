package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;

/**
 * The numbered steps from an empty file to the schema of today. A store's version ({@code PRAGMA
 * user_version}) is the number of steps it has taken. A step that was released is never changed.
 */
final class Migrations {
  private static final List<String> STEPS = List.of("0001-initial.sql", "0002-identity.sql");

  private Migrations() {}

  /** The version that this program reads and writes. */
  static int newest() {
    return STEPS.size();
  }

  /**
   * Takes the steps that the store lacks, each in a transaction of its own.
   *
   * @throws StoreException if the store is of a newer program
   */
  static void run(Statements statements) throws SQLException, StoreException {
    int version = (int) statements.get("PRAGMA user_version").firstLong(0);
    if (version > newest()) {
      throw new StoreException(
          "The store is of version %d, but this program knows versions up to %d only"
              .formatted(version, newest()));
    }
    for (int step = version; step < newest(); step++) {
      statements.run(
          """
          BEGIN IMMEDIATE;
          %s;
          PRAGMA application_id = %d;
          PRAGMA user_version = %d;
          COMMIT;
          """
              .formatted(text(STEPS.get(step)), Database.APPLICATION_ID, step + 1));
    }
  }

  private static String text(String step) {
    try (InputStream resource = Migrations.class.getResourceAsStream(step)) {
      if (resource == null) {
        throw new IllegalStateException("There is no migration " + step);
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
