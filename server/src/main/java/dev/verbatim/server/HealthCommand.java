package dev.verbatim.server;

import dev.verbatim.server.settings.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;

/** Asks the server that these settings make on this machine whether it is ready. */
record HealthCommand(Settings settings, PrintStream out) {
  private static final int OK = 200;

  /** Whether it is; a line tells it, or why not. Blocks for twice the time of a check at most. */
  boolean run() {
    try {
      URI url = new URI("http", null, host(), settings.port(), "/health/ready", null, null);
      int millis = (int) Limits.CHECK_TIME_MAX.toMillis();
      // It is asked every few seconds, by a process of its own: the JDK's small client, not the
      // large.
      HttpURLConnection question = (HttpURLConnection) url.toURL().openConnection();
      question.setConnectTimeout(millis);
      question.setReadTimeout(millis);
      int status = question.getResponseCode();
      out.println(status == OK ? "ready" : "not ready: " + url + " answers " + status);
      return status == OK;
    } catch (IOException | URISyntaxException e) {
      out.println("not ready: " + Reason.of(e));
      return false;
    }
  }

  /** Whoever listens everywhere listens on the loopback. */
  private String host() {
    return switch (settings.host()) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::", "[::]" -> "[::1]";
      default -> settings.host();
    };
  }
}
