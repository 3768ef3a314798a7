package dev.verbatim.socketio.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client says in {@code Accept-Encoding}: codings with weights from 0, never, to 1.
 *
 * <pre>
 * gzip;q=0.8, deflate, *;q=0
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3">RFC 9110, 12.5.3</a>
 */
public final class AcceptEncoding {
  private static final Pattern ITEM =
      Pattern.compile("\\s*([^\\s;]+)\\s*(?:;\\s*[qQ]=(0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?)\\s*)?");

  private AcceptEncoding() {}

  /**
   * The coding that a client wants most; of two that it wants as much, the one that it names first,
   * and before any that it means by {@code *}. What is malformed counts as not said.
   *
   * @param headers the header's values, as sent
   * @param offered what there is to choose from
   * @return null if the content is to be sent as it is
   */
  public static @Nullable ContentCoding preferred(
      List<String> headers, List<ContentCoding> offered) {
    Map<String, Double> weights = weights(headers);
    double others = weights.getOrDefault("*", 0.0);
    for (ContentCoding coding : offered) {
      // Behind what is named.
      weights.putIfAbsent(coding.text(), others);
    }
    ContentCoding preferred = null;
    double highest = 0;
    for (Map.Entry<String, Double> named : weights.entrySet()) {
      ContentCoding coding = find(offered, named.getKey());
      if (coding != null && named.getValue() > highest) {
        preferred = coding;
        highest = named.getValue();
      }
    }
    return weights.getOrDefault("identity", 0.0) > highest ? null : preferred;
  }

  /** The weights by name, in the order in which they are said. */
  private static Map<String, Double> weights(List<String> headers) {
    Map<String, Double> weights = new LinkedHashMap<>();
    for (String header : headers) {
      for (String item : header.split(",", -1)) {
        Matcher matcher = ITEM.matcher(item);
        if (matcher.matches()) {
          String weight = matcher.group(2);
          weights.putIfAbsent(
              matcher.group(1).toLowerCase(Locale.ROOT),
              weight == null ? 1.0 : Double.parseDouble(weight));
        }
      }
    }
    return weights;
  }

  private static @Nullable ContentCoding find(List<ContentCoding> offered, String name) {
    for (ContentCoding coding : offered) {
      if (coding.text().equals(name)) {
        return coding;
      }
    }
    return null;
  }
}
