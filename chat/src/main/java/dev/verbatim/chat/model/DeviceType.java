package dev.verbatim.chat.model;

/** What a session runs on. */
public enum DeviceType {
  MOBILE,
  WEB,
  DESKTOP
}
