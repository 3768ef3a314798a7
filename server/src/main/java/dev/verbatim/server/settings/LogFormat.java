package dev.verbatim.server.settings;

/** How a record of the log looks. */
public enum LogFormat {
  /** A line for people. */
  PLAIN,
  /** An object of JSON on a line. */
  JSON
}
