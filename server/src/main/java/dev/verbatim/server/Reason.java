package dev.verbatim.server;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;

/** Why something failed, in one line for the operator. */
public final class Reason {
  private Reason() {}

  /** The exception's own words, or what its type says where it has none. */
  public static String of(Throwable failure) {
    String message = failure.getMessage();
    String text =
        switch (failure) {
          case AccessDeniedException _ -> message + ": access denied";
          case FileAlreadyExistsException _, NotDirectoryException _ ->
              message + ": is no directory";
          case FileSystemException _ -> String.valueOf(message);
          default -> message == null ? failure.getClass().getSimpleName() : message;
        };
    return text.lines().findFirst().orElse("");
  }
}
