package dev.verbatim.server.settings;

import java.util.List;

/** The settings cannot be used. Its mistakes are for the operator and hold no secret. */
public final class SettingsException extends Exception {
  private final List<String> mistakes;

  SettingsException(List<String> mistakes) {
    super(String.join("; ", mistakes));
    this.mistakes = List.copyOf(mistakes);
  }

  /** Every mistake there is, one line each. */
  public List<String> mistakes() {
    return mistakes;
  }
}
