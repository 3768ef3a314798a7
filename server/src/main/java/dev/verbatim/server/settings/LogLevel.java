package dev.verbatim.server.settings;

/** How much is logged, from the least to the most. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE
}
