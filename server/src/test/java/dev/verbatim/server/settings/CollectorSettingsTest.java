package dev.verbatim.server.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CollectorSettingsTest {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

  @TempDir Path directory = Path.of("");

  @Test
  void sendsNothingAnywhereByDefault() throws Exception {
    assertEquals(null, Settings.read(Map.of(), directory).collector());
  }

  @Test
  void takesOpenTelemetrysOwnNames() throws Exception {
    Settings.Collector collector =
        Objects.requireNonNull(
            Settings.read(
                    Map.of(
                        ENDPOINT,
                        "http://collector:4318/",
                        "OTEL_EXPORTER_OTLP_HEADERS",
                        "x-sentry-auth=sentry sentry_key=abc, b=c%2Cd+e",
                        "OTEL_SERVICE_NAME",
                        "chat",
                        "OTEL_TRACES_SAMPLER_ARG",
                        "0.25"),
                    directory)
                .collector());
    assertEquals("http://collector:4318", collector.endpoint());
    assertEquals(
        Map.of("x-sentry-auth", "sentry sentry_key=abc", "b", "c,d+e"),
        collector.headers().values());
    assertEquals("chat", collector.serviceName());
    assertEquals(0.25, collector.tracedShare());
    assertFalse(collector.toString().contains("sentry"), collector.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "OTEL_EXPORTER_OTLP_ENDPOINT, collector:4318",
    "OTEL_EXPORTER_OTLP_ENDPOINT, http://user:word@host",
    "OTEL_EXPORTER_OTLP_ENDPOINT, ftp://host",
    "OTEL_EXPORTER_OTLP_HEADERS, name",
    "OTEL_EXPORTER_OTLP_HEADERS, a b=c",
    "OTEL_EXPORTER_OTLP_HEADERS, a=%0d%0ab: c",
    "OTEL_TRACES_SAMPLER_ARG, 2",
    "OTEL_TRACES_SAMPLER_ARG, -0.1",
    "OTEL_TRACES_SAMPLER_ARG, all"
  })
  void refusesWhatCannotBeMeant(String name, String value) {
    var mistakes =
        assertThrows(SettingsException.class, () -> Settings.read(Map.of(name, value), directory))
            .mistakes();
    assertEquals(1, mistakes.size());
    assertEquals(true, mistakes.getFirst().startsWith(name));
    assertFalse(mistakes.getFirst().contains("word"));
  }
}
