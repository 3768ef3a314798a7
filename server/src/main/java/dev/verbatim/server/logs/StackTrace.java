package dev.verbatim.server.logs;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import org.jspecify.annotations.Nullable;

/** A stack trace as the JVM prints it, within bounds; what an exception says stays on its line. */
public final class StackTrace {
  private StackTrace() {}

  /** Its lines, each with its end. */
  public static String of(IThrowableProxy thrown) {
    StringBuilder text = new StringBuilder(2_048);
    @Nullable IThrowableProxy at = thrown;
    for (int depth = 0; at != null && depth < LogLimits.CAUSES_MAX; depth++) {
      text.append(depth == 0 ? "" : "Caused by: ").append(head(at)).append('\n');
      frames(text, at);
      at = at.getCause();
    }
    return text.toString();
  }

  private static void frames(StringBuilder text, IThrowableProxy thrown) {
    StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
    if (frames == null) {
      return;
    }
    int own = frames.length - thrown.getCommonFrames();
    int shown = Math.min(own, LogLimits.FRAMES_MAX);
    for (int i = 0; i < shown; i++) {
      text.append('\t').append(frames[i]).append('\n');
    }
    if (shown < frames.length) {
      text.append("\t... ").append(frames.length - shown).append(" more\n");
    }
  }

  /** Its type and what it says. */
  static String head(IThrowableProxy thrown) {
    String message = thrown.getMessage();
    return message == null
        ? thrown.getClassName()
        : thrown.getClassName() + ": " + LineText.of(message);
  }
}
