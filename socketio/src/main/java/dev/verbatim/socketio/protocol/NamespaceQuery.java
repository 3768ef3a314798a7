package dev.verbatim.socketio.protocol;

import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.INVALID_QUERY;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;

/**
 * The query behind a namespace's name, {@link Packet.Connect#query}: what clients of Socket.IO 1
 * and 2 send in place of {@code auth}, {@code token=abc&device=web}.
 */
public final class NamespaceQuery {
  private NamespaceQuery() {}

  /**
   * A query as a JSON object of strings, in UTF-8. Of a name that comes more than once the last
   * value counts.
   *
   * @param parametersMax how many are read; what comes behind them is left out
   * @throws MalformedPacketException if it is not URL-encoded
   */
  public static byte[] toJson(String query, int parametersMax) throws MalformedPacketException {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    json.write('{');
    for (Map.Entry<String, List<String>> parameter : parameters(query, parametersMax).entrySet()) {
      if (json.size() > 1) {
        json.write(',');
      }
      json.writeBytes(JsonText.of(parameter.getKey()));
      json.write(':');
      json.writeBytes(JsonText.of(parameter.getValue().getLast()));
    }
    json.write('}');
    return json.toByteArray();
  }

  private static Map<String, List<String>> parameters(String query, int max)
      throws MalformedPacketException {
    try {
      return new QueryStringDecoder(query, UTF_8, false, max, true).parameters();
    } catch (IllegalArgumentException _) {
      throw INVALID_QUERY.exception();
    }
  }
}
