package dev.verbatim.server.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads where faults and traces go, by OpenTelemetry's own names. Confined to one call of {@link
 * Settings#read}.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otel/protocol/exporter/">OpenTelemetry Protocol
 *     Exporter</a>
 */
final class CollectorReader {
  private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
  private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e]*");
  private static final Pattern SHARE = Pattern.compile("0(\\.[0-9]{1,9})?|1(\\.0{1,9})?");

  private final SettingsSource source;

  CollectorReader(SettingsSource source) {
    this.source = source;
  }

  Settings.@Nullable Collector read() {
    String endpoint = endpoint();
    Settings.Collector.Headers headers = headers();
    String serviceName = source.text("OTEL_SERVICE_NAME", "verbatim");
    double share = share();
    if (endpoint == null) {
      if (share > 0 || !headers.values().isEmpty()) {
        source.warn(
            "OTEL_EXPORTER_OTLP_HEADERS and OTEL_TRACES_SAMPLER_ARG count for nothing without"
                + " OTEL_EXPORTER_OTLP_ENDPOINT");
      }
      return null;
    }
    return new Settings.Collector(endpoint, headers, serviceName, share);
  }

  /** Collectors stand in one's own network, and often speak plainly there. */
  private @Nullable String endpoint() {
    String text = source.text("OTEL_EXPORTER_OTLP_ENDPOINT");
    if (text == null) {
      return null;
    }
    try {
      URI url = new URI(text);
      if (url.getHost() != null
          && ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))
          && url.getRawUserInfo() == null
          && url.getRawQuery() == null
          && url.getRawFragment() == null) {
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
      }
    } catch (URISyntaxException _) {
      // Told below.
    }
    // Not shown: somebody may have put a key into it.
    source.mistake(
        "OTEL_EXPORTER_OTLP_ENDPOINT must be http:// or https:// and a host, such as"
            + " http://localhost:4318; /v1/logs and /v1/traces come behind it");
    return null;
  }

  /** {@code name=value} separated by commas, the values percent-encoded where they have to be. */
  private Settings.Collector.Headers headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    String text = source.text("OTEL_EXPORTER_OTLP_HEADERS");
    for (String header : text == null ? new String[0] : text.split(",")) {
      int equals = header.indexOf('=');
      String name = equals < 0 ? "" : header.substring(0, equals).strip();
      String value = equals < 0 ? null : decoded(header.substring(equals + 1).strip());
      if (value == null
          || !HEADER_NAME.matcher(name).matches()
          || !HEADER_VALUE.matcher(value).matches()) {
        source.mistake("OTEL_EXPORTER_OTLP_HEADERS must be name=value, separated by commas");
        break;
      }
      headers.put(name, value);
    }
    return new Settings.Collector.Headers(headers);
  }

  private static @Nullable String decoded(String value) {
    try {
      // A plus is itself here, unlike in forms.
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private double share() {
    String text = source.text("OTEL_TRACES_SAMPLER_ARG", "0");
    if (SHARE.matcher(text).matches()) {
      return Double.parseDouble(text);
    }
    source.mistake(
        "OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, is " + SettingsSource.shown(text));
    return 0;
  }
}
