package dev.verbatim.socketio.protocol;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The mistakes of one set of settings, to be told all at once. For one thread. */
public final class Mistakes {
  private final List<String> found = new ArrayList<>();

  /** No mistakes yet. */
  public Mistakes() {}

  /** Adds one behind those found before. */
  public void add(String mistake) {
    found.add(mistake);
  }

  /** Adds a setting that is not above zero. */
  public void mustBePositive(String name, long value) {
    if (value < 1) {
      add(name + " is not positive: " + value);
    }
  }

  /** Adds a setting that is no time at all. */
  public void mustBePositive(String name, Duration value) {
    if (!value.isPositive()) {
      add(name + " is not positive: " + value);
    }
  }

  /** Adds a setting that is below zero. */
  public void mustNotBeNegative(String name, long value) {
    if (value < 0) {
      add(name + " is negative: " + value);
    }
  }

  /** Adds a setting that is a time below zero. */
  public void mustNotBeNegative(String name, Duration value) {
    if (value.isNegative()) {
      add(name + " is negative: " + value);
    }
  }

  /**
   * Ends the check.
   *
   * @throws IllegalArgumentException naming all that were found, in their order, if there are any
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", found));
    }
  }
}
