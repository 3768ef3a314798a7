package dev.verbatim.server.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
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
  /**
   * Stricter than Helmet's: what the page loads and connects to is its own server's, it shows no
   * images but its icon, and its forms are answered by its scripts alone. What is not named falls
   * back to {@code default-src}. {@code upgrade-insecure-requests} is left out, or a page served by
   * plain http would be sent to https.
   */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';"
          + "base-uri 'none';form-action 'none';frame-ancestors 'none'";

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

  @Get("/")
  HttpResponse<?> page(HttpRequest<?> request) {
    return serve(request, "index.html");
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
    return assets.serve(request, path).header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  }
}
