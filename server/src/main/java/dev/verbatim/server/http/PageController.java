package dev.verbatim.server.http;

import dev.verbatim.server.wire.Refusal;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The chat page and what it loads, out of the jar's {@code public} folder. */
@Controller
@Produces("*/*")
@ExecuteOn(TaskExecutors.BLOCKING)
final class PageController {
  /** Stricter than Helmet's, but without what would send a page served by plain http to https. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data: https:;"
          + "connect-src 'self';manifest-src 'self';base-uri 'none';form-action 'self';"
          + "frame-ancestors 'none'";

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

  /** What was read once; as many as the jar has files. */
  private final Map<String, Asset> assets = new ConcurrentHashMap<>();

  /** A file of the page. Its tag is weak, for it stands for the compressed file too. */
  private static final class Asset {
    final byte[] content;
    final String type;
    final String tag;

    Asset(byte[] content, String type) {
      this.content = content;
      this.type = type;
      CRC32C sum = new CRC32C();
      sum.update(content);
      this.tag = "W/\"" + Long.toHexString(sum.getValue()) + '-' + content.length + '"';
    }
  }

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
    Asset asset = asset(path);
    if (asset == null) {
      throw new RefusalException(Refusal.noRoute());
    }
    boolean isKnown = isKnown(asset, request.getHeaders().getAll(HttpHeaders.IF_NONE_MATCH));
    MutableHttpResponse<?> answer =
        isKnown
            ? HttpResponse.notModified()
            : HttpResponse.ok(asset.content).contentType(new MediaType(asset.type));
    return answer
        .header(HttpHeaders.ETAG, asset.tag)
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  }

  /** Whether the client has the file already (RFC 9110, 13.1.2). */
  private static boolean isKnown(Asset asset, List<String> tags) {
    return tags.stream()
        .flatMap(header -> Stream.of(header.split(",")))
        .map(String::strip)
        .anyMatch(tag -> tag.equals("*") || tag.equals(asset.tag) || asset.tag.equals("W/" + tag));
  }

  private @Nullable Asset asset(String path) {
    Asset known = assets.get(path);
    if (known != null) {
      return known;
    }
    String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    if (type == null) {
      return null;
    }
    try (InputStream file = PageController.class.getResourceAsStream("/public/" + path)) {
      if (file == null) {
        return null;
      }
      Asset read = new Asset(file.readAllBytes(), type);
      assets.put(path, read);
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException("The jar cannot be read", e);
    }
  }
}
