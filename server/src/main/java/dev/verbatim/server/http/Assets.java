package dev.verbatim.server.http;

import dev.verbatim.server.wire.Refusal;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The files of one folder of the jar, as answers with an ETag. Safe on any thread. */
final class Assets {
  private final String folder;
  private final Map<String, String> types;

  /** What was read once; as many as the folder has files. */
  private final Map<String, Asset> assets = new ConcurrentHashMap<>();

  /**
   * Of a folder.
   *
   * @param folder its path in the jar, between slashes
   * @param types media types by the ends of names; a file of another is not served
   */
  Assets(String folder, Map<String, String> types) {
    this.folder = folder;
    this.types = types;
  }

  /** A file. Its tag is weak, for it stands for the compressed file too, which is kept beside. */
  private static final class Asset {
    final byte[] content;
    final byte[] gzipped;
    final String type;
    final String tag;

    Asset(byte[] content, String type) {
      this.content = content;
      this.gzipped = Compression.gzip(content);
      this.type = type;
      CRC32C sum = new CRC32C();
      sum.update(content);
      this.tag = "W/\"" + Long.toHexString(sum.getValue()) + '-' + content.length + '"';
    }
  }

  /** The file, or that it is what the client has. */
  MutableHttpResponse<?> serve(HttpRequest<?> request, String path) {
    Asset asset = asset(path);
    if (asset == null) {
      throw new RefusalException(Refusal.noRoute());
    }
    boolean isKnown = isKnown(asset, request.getHeaders().getAll(HttpHeaders.IF_NONE_MATCH));
    MutableHttpResponse<?> answer =
        isKnown
            ? HttpResponse.notModified()
            : HttpResponse.ok(asset.content).contentType(new MediaType(asset.type));
    answer.setAttribute(Compression.GZIPPED, asset.gzipped);
    return answer.header(HttpHeaders.ETAG, asset.tag).header(HttpHeaders.CACHE_CONTROL, "no-cache");
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
    String type = types.get(path.substring(path.lastIndexOf('.') + 1));
    if (type == null) {
      return null;
    }
    try (InputStream file = Assets.class.getResourceAsStream(folder + path)) {
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
