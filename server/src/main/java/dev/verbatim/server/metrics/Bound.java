package dev.verbatim.server.metrics;

/**
 * Something that has a bound, as it is at one moment.
 *
 * @param name in snake case; with a unit at the end if it is none of things
 * @param used how much of it there is
 * @param max how much there may be
 */
public record Bound(String name, long used, long max) {
  private static final int NEAR_PERCENT = 80;

  /** Whether four fifths of it are used: somebody should look before it is passed. */
  public boolean isNear() {
    return used * 100 >= max * NEAR_PERCENT;
  }
}
