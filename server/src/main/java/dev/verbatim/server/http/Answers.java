package dev.verbatim.server.http;

import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.server.wire.WireJson;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** Bodies of answers. */
final class Answers {
  static final MediaType JSON = new MediaType("application/json; charset=utf-8");

  private Answers() {}

  /** 200 with {@code success} and these fields. */
  static MutableHttpResponse<byte[]> ok(Consumer<JsonGenerator> fields) {
    return success(HttpStatus.OK, fields);
  }

  /** 201 with {@code success} and these fields. */
  static MutableHttpResponse<byte[]> created(Consumer<JsonGenerator> fields) {
    return success(HttpStatus.CREATED, fields);
  }

  private static MutableHttpResponse<byte[]> success(
      HttpStatus status, Consumer<JsonGenerator> fields) {
    return object(
        status,
        json -> {
          json.writeBooleanProperty("success", true);
          fields.accept(json);
        });
  }

  /** An object of these fields. */
  static MutableHttpResponse<byte[]> object(HttpStatus status, Consumer<JsonGenerator> fields) {
    return HttpResponse.<byte[]>status(status).contentType(JSON).body(JsonBytes.ofObject(fields));
  }

  /** A failure with its code's own status. */
  static MutableHttpResponse<byte[]> failure(Refusal refusal) {
    return failure(HttpStatus.valueOf(refusal.code().httpStatus()), refusal);
  }

  /** The same with a status of its own. */
  static MutableHttpResponse<byte[]> failure(HttpStatus status, Refusal refusal) {
    MutableHttpResponse<byte[]> answer =
        HttpResponse.<byte[]>status(status).contentType(JSON).body(body(refusal));
    answer.setAttribute(RequestTracking.REFUSAL, refusal);
    if (status == HttpStatus.UNAUTHORIZED) {
      answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    Long retryAfter = refusal.details().retryAfter();
    if (retryAfter != null) {
      answer.header(HttpHeaders.RETRY_AFTER, retryAfter.toString());
    }
    return answer;
  }

  /** {@code {success: false, error, code, details?}}. */
  static byte[] body(Refusal refusal) {
    return JsonBytes.ofObject(
        json -> {
          json.writeBooleanProperty("success", false);
          json.writeStringProperty("error", refusal.words());
          json.writeStringProperty("code", refusal.code().name());
          WireJson.details(json, refusal.details());
        });
  }
}
