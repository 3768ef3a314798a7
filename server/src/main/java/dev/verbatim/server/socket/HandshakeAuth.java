package dev.verbatim.server.socket;

import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.socketio.Handshake;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a client says of itself when it connects, in its {@code auth} or as before in its query.
 *
 * @param device what it says it runs on, else what its User-Agent tells, else web
 */
record HandshakeAuth(Token token, DeviceType device) {
  /** The name of the token, in {@code auth} and in the query. */
  static final String TOKEN = "token";

  private static final JsonFactory JSON = new JsonFactory();

  /** The place where a token may stand. */
  sealed interface Token {}

  /** There is none; absent, null and empty are the same. */
  record NoToken() implements Token {}

  /** What stands there is no string. */
  record Misshapen() implements Token {}

  /** There is one. */
  record Given(String token) implements Token {}

  static HandshakeAuth of(Handshake handshake) {
    Token token = new NoToken();
    DeviceType device = null;
    byte[] auth = handshake.auth();
    if (auth != null) {
      try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), auth)) {
        json.nextToken();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = json.currentName();
          JsonToken value = json.nextToken();
          if (name.equals(TOKEN)) {
            token = token(json, value);
          } else if (name.equals("deviceType") && value == JsonToken.VALUE_STRING) {
            device = device(json.getString());
          }
          json.skipChildren();
        }
      }
    }
    if (token instanceof NoToken) {
      token = token(handshake.query(TOKEN));
    }
    if (device == null) {
      device = device(handshake.query("deviceType"));
    }
    return new HandshakeAuth(
        token, device != null ? device : deviceOf(handshake.header("user-agent")));
  }

  private static Token token(JsonParser json, JsonToken value) {
    return switch (value) {
      case VALUE_STRING -> token(json.getString());
      case VALUE_NULL -> new NoToken();
      default -> new Misshapen();
    };
  }

  private static Token token(@Nullable String text) {
    return text == null || text.isEmpty() ? new NoToken() : new Given(text);
  }

  private static @Nullable DeviceType device(@Nullable String text) {
    return switch (text) {
      case "mobile" -> DeviceType.MOBILE;
      case "web" -> DeviceType.WEB;
      case "desktop" -> DeviceType.DESKTOP;
      case null, default -> null;
    };
  }

  private static DeviceType deviceOf(@Nullable String userAgent) {
    if (userAgent == null) {
      return DeviceType.WEB;
    }
    if (userAgent.contains("Electron")) {
      return DeviceType.DESKTOP;
    }
    return userAgent.contains("Mobi") || userAgent.contains("Android")
        ? DeviceType.MOBILE
        : DeviceType.WEB;
  }
}
