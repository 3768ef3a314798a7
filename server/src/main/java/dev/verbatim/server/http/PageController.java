package dev.verbatim.server.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.Map;

/** The chat page and what it loads, out of the jar's {@code public} folder. */
@Controller
@Produces("*/*")
@ExecuteOn(TaskExecutors.BLOCKING)
final class PageController {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "ico", "image/x-icon",
          "png", "image/png",
          "webmanifest", "application/manifest+json",
          "txt", "text/plain; charset=utf-8");

  private final Assets assets = new Assets("/public/", TYPES);
  private final PageIdentity identity;
  private final String policy;

  PageController(Backend backend) {
    this.identity = backend.pageIdentity();
    this.policy = PagePolicy.of(identity);
  }

  @Get("/")
  HttpResponse<?> page(HttpRequest<?> request) {
    return serve(request, "index.html");
  }

  /** How one signs in on the page. */
  @Get("/identity.json")
  HttpResponse<byte[]> identity() {
    return Answers.object(
        HttpStatus.OK,
        json -> {
          switch (identity) {
            case PageIdentity.Development() -> json.writeStringProperty("kind", "development");
            case PageIdentity.Elsewhere() -> json.writeStringProperty("kind", "elsewhere");
            case PageIdentity.Clerk clerk -> {
              json.writeStringProperty("kind", "clerk");
              json.writeStringProperty("publishableKey", clerk.publishableKey());
              json.writeStringProperty("scriptUrl", clerk.scriptUrl());
            }
          }
        });
  }

  @Get("/{file:[a-z0-9-]+\\.[a-z]+}")
  HttpResponse<?> file(HttpRequest<?> request, String file) {
    return serve(request, file);
  }

  @Get("/{folder:css|js|img}/{file:[a-z0-9-]+\\.[a-z]+}")
  HttpResponse<?> file(HttpRequest<?> request, String folder, String file) {
    return serve(request, folder + "/" + file);
  }

  private HttpResponse<?> serve(HttpRequest<?> request, String path) {
    return assets.serve(request, path).header("Content-Security-Policy", policy);
  }
}
