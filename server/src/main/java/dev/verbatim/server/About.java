package dev.verbatim.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** What this service calls itself. */
public final class About {
  /** Its name on the wire and in the log. */
  public static final String SERVICE = "verbatim";

  /** One sentence on it. */
  public static final String DESCRIPTION =
      "A group chat server that keeps every word, once, in order.";

  private About() {}

  /** This build's version, as the build wrote it into {@code verbatim.properties}. */
  public static String version() {
    try (InputStream file = About.class.getResourceAsStream("/verbatim.properties")) {
      Properties properties = new Properties();
      if (file != null) {
        properties.load(file);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new IllegalStateException("The jar cannot be read", e);
    }
  }
}
