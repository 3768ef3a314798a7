package dev.verbatim.server.settings;

/** How an answered request looks in the access log. */
public enum AccessLogFormat {
  /** There is no access log. */
  OFF,
  /** The line that Apache's httpd calls combined, as Morgan for Express writes it. */
  COMBINED,
  /** An object of JSON on a line. */
  JSON
}
