package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/** The file, and how connections to it are opened. Any thread may open one. */
final class Database {
  static final String FILE = "verbatim.db";

  /** What {@code PRAGMA application_id} says of a Verbatim store: {@code Vbtm}. */
  static final int APPLICATION_ID = 0x5662746d;

  private static final int HEADER_BYTES = 100;
  private static final int USER_VERSION_AT = 60;
  private static final int APPLICATION_ID_AT = 68;

  private final Path file;
  private final Limits limits;

  Database(Path directory, Limits limits) {
    this.file = directory.resolve(FILE);
    this.limits = limits;
  }

  /**
   * Makes the file a store of today's version, be it new, old or of today already.
   *
   * @throws StoreException if it is something else or of a newer program
   */
  void prepare() throws StoreException {
    try {
      OwnersAlone.makeFile(file);
    } catch (IOException e) {
      throw new StoreException("Cannot make " + file + ": " + e, e);
    }
    try (Statements statements = connect(SQLiteOpenMode.READWRITE, SQLiteOpenMode.CREATE)) {
      // Before anything is written: another program's file stays as it is.
      long application = statements.get("PRAGMA application_id").firstLong(0);
      boolean isNew =
          application == 0
              && statements.get("SELECT count(*) FROM sqlite_schema").firstLong(0) == 0;
      if (!isNew && application != APPLICATION_ID) {
        throw notAStore(null);
      }
      if (isNew) {
        statements.run("PRAGMA page_size = 4096; PRAGMA auto_vacuum = NONE");
      }
      writeAhead(statements);
      Migrations.run(statements);
    } catch (SQLException e) {
      throw cannotOpen(e);
    }
  }

  /**
   * Refuses a file that is no store of today's version.
   *
   * @throws StoreException if it is something else, of another version or not there
   */
  void check() throws StoreException {
    long version = version();
    if (version != Migrations.newest()) {
      throw otherVersion(version);
    }
  }

  /**
   * Refuses a file that {@link #prepare} would refuse too, and leaves it as it is.
   *
   * @return whether there is one
   */
  boolean canBePrepared() throws StoreException {
    // Of an empty file a store is made, as of none.
    if (file.toFile().length() == 0) {
      return false;
    }
    // Where there is no log, a connection would make one and leave it behind.
    boolean hasLog = Path.of(file + "-wal").toFile().length() > 0;
    long version = hasLog ? version() : versionInHeader();
    if (version > Migrations.newest()) {
      throw otherVersion(version);
    }
    return true;
  }

  /** What stands in the file's first bytes (sqlite.org/fileformat.html, section 1.3). */
  private long versionInHeader() throws StoreException {
    try (InputStream in = Files.newInputStream(file)) {
      ByteBuffer header = ByteBuffer.wrap(in.readNBytes(HEADER_BYTES));
      if (header.limit() < HEADER_BYTES || header.getInt(APPLICATION_ID_AT) != APPLICATION_ID) {
        throw notAStore(null);
      }
      return header.getInt(USER_VERSION_AT);
    } catch (IOException e) {
      throw new StoreException("Cannot open the store " + file + ": " + e, e);
    }
  }

  private long version() throws StoreException {
    try (Statements statements = connect(SQLiteOpenMode.READONLY)) {
      if (statements.get("PRAGMA application_id").firstLong(0) != APPLICATION_ID) {
        throw notAStore(null);
      }
      return statements.get("PRAGMA user_version").firstLong(0);
    } catch (SQLException e) {
      throw cannotOpen(e);
    }
  }

  private StoreException otherVersion(long version) {
    return new StoreException(
        "%s is of version %d, this program of version %d"
            .formatted(file, version, Migrations.newest()));
  }

  private StoreException notAStore(@Nullable SQLException cause) {
    String message = file + " is not a Verbatim store";
    return cause == null ? new StoreException(message) : new StoreException(message, cause);
  }

  private StoreException cannotOpen(SQLException e) {
    if (e instanceof SQLiteException cause
        && cause.getResultCode() == SQLiteErrorCode.SQLITE_NOTADB) {
      return notAStore(e);
    }
    return new StoreException("Cannot open the store " + file + ": " + e.getMessage(), e);
  }

  /** A connection that writes. It never makes the file: one that went away is not silently new. */
  Statements connectWriter() throws SQLException {
    Statements statements = connect(SQLiteOpenMode.READWRITE);
    try {
      writeAhead(statements);
      statements.run(
          """
          PRAGMA synchronous = FULL;
          PRAGMA foreign_keys = OFF;
          PRAGMA temp_store = MEMORY;
          PRAGMA cache_size = %d;
          PRAGMA wal_autocheckpoint = %d;
          PRAGMA journal_size_limit = %d;
          PRAGMA max_page_count = %d;
          """
              .formatted(
                  -limits.writerCacheBytes() / 1024,
                  limits.checkpointPages(),
                  limits.logBytesMax(),
                  limits.pagesMax()));
      return statements;
    } catch (SQLException e) {
      statements.close();
      throw e;
    }
  }

  /** A connection that only reads, and sees what is committed. */
  Statements connectReader() throws SQLException {
    Statements statements = connect(SQLiteOpenMode.READONLY);
    try {
      statements.run(
          """
          PRAGMA query_only = ON;
          PRAGMA temp_store = MEMORY;
          PRAGMA cache_size = %d;
          """
              .formatted(-limits.readerCacheBytes() / 1024));
      return statements;
    } catch (SQLException e) {
      statements.close();
      throw e;
    }
  }

  private void writeAhead(Statements statements) throws SQLException {
    String mode =
        statements.get("PRAGMA journal_mode = WAL").first(row -> row.getString(1)).orElse("none");
    if (!mode.equals("wal")) {
      throw new SQLException("no write-ahead log on this file system, but journal mode " + mode);
    }
  }

  private Statements connect(SQLiteOpenMode... modes) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.resetOpenMode(SQLiteOpenMode.READWRITE);
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    for (SQLiteOpenMode mode : modes) {
      config.setOpenMode(mode);
    }
    // Every connection has one owner at a time.
    config.setOpenMode(SQLiteOpenMode.NOMUTEX);
    // Otherwise the driver asks for them after each insert, by a statement it prepares anew.
    config.setGetGeneratedKeys(false);
    config.setBusyTimeout((int) limits.lockWait().toMillis());
    // As a URI, for the driver takes what follows a question mark in a path for settings.
    return new Statements(config.createConnection("jdbc:sqlite:" + file.toUri()));
  }
}
