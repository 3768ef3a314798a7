package dev.verbatim.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AssetsTest {
  private final Assets assets = new Assets("/public/", Map.of("html", "text/html; charset=utf-8"));

  private MutableHttpResponse<?> compressed() {
    HttpRequest<?> request = HttpRequest.GET("/").header(HttpHeaders.ACCEPT_ENCODING, "gzip");
    MutableHttpResponse<?> answer = assets.serve(request, "index.html");
    new Compression().compress(request, answer);
    assertEquals("gzip", answer.getHeaders().get(HttpHeaders.CONTENT_ENCODING));
    return answer;
  }

  @Test
  void areCompressedOnceForAll() {
    assertSame(compressed().body(), compressed().body());
  }
}
