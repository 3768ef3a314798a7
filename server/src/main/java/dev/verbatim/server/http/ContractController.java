package dev.verbatim.server.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.Map;

/**
 * The wire contract, machine-readable: routes as OpenAPI, events as AsyncAPI, out of the jar's
 * {@code api} folder.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9512">RFC 9512, the media type of YAML</a>
 */
@Controller
@Produces("*/*")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ContractController {
  private final Assets documents = new Assets("/api/", Map.of("yaml", "application/yaml"));

  @Get("/openapi.yaml")
  HttpResponse<?> routes(HttpRequest<?> request) {
    return documents.serve(request, "openapi.yaml");
  }

  @Get("/asyncapi.yaml")
  HttpResponse<?> events(HttpRequest<?> request) {
    return documents.serve(request, "asyncapi.yaml");
  }
}
