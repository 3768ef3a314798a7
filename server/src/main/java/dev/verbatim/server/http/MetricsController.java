package dev.verbatim.server.http;

import dev.verbatim.server.metrics.Metrics;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.nio.charset.StandardCharsets;

/** What the service has measured, for Prometheus. */
@Controller
@Produces("*/*")
@ExecuteOn(TaskExecutors.BLOCKING)
final class MetricsController {
  private final Metrics metrics;
  private final Operators operators;

  MetricsController(Backend backend, Operators operators) {
    this.metrics = backend.metrics();
    this.operators = operators;
  }

  /** For operators, as OpenMetrics if that is asked for. */
  @Get("/metrics")
  HttpResponse<byte[]> metrics(HttpRequest<?> request) {
    operators.check(request);
    Metrics.Scrape scrape = metrics.scrape(request.getHeaders().get(HttpHeaders.ACCEPT));
    return HttpResponse.ok(scrape.text().getBytes(StandardCharsets.UTF_8))
        .header(HttpHeaders.CONTENT_TYPE, scrape.contentType());
  }
}
