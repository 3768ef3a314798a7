package dev.verbatim.chat.storage.sqlite;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Makes what only its owner may read, on systems that know of owners. What is there already is left
 * as it is: somebody may have opened it for a reason.
 */
final class OwnersAlone {
  private OwnersAlone() {}

  /** The directory, with those above it that are not there. */
  static void makeDirectory(Path directory) throws IOException {
    Path _ = Files.createDirectories(directory, attributes(directory, "rwx------"));
  }

  /** An empty file. What SQLite puts beside a database has the rights of the database. */
  static void makeFile(Path file) throws IOException {
    try {
      Path _ = Files.createFile(file, attributes(file, "rw-------"));
    } catch (FileAlreadyExistsException _) {
      // As it is.
    }
  }

  private static FileAttribute<?>[] attributes(Path path, String rights) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
        }
        : new FileAttribute<?>[0];
  }
}
