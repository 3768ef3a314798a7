package dev.verbatim.server.settings;

/**
 * A value that is never shown.
 *
 * @param value the secret itself
 */
public record Secret(String value) {
  /** Not the secret. */
  @Override
  public String toString() {
    return "(secret)";
  }
}
