package dev.verbatim.server.http;

import dev.verbatim.server.wire.ErrorCode;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.WireJson;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** Bodies of answers. */
final class Answers {
  private static final MediaType JSON = new MediaType("application/json; charset=utf-8");

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
    return HttpResponse.<byte[]>status(status)
        .contentType(JSON)
        .body(
            JsonBytes.of(
                json -> {
                  json.writeStartObject();
                  fields.accept(json);
                  json.writeEndObject();
                }));
  }

  static MutableHttpResponse<byte[]> failure(Refusal refusal) {
    MutableHttpResponse<byte[]> answer =
        failure(refusal.status(), refusal.code(), refusal.words(), refusal.details());
    Long retryAfter = refusal.details().retryAfter();
    if (retryAfter != null) {
      answer.header("Retry-After", retryAfter.toString());
    }
    return answer;
  }

  static MutableHttpResponse<byte[]> failure(HttpStatus status, ErrorCode code, String message) {
    return failure(status, code, message, ErrorDetails.NONE);
  }

  /** {@code {success: false, error, code, details?}}. */
  private static MutableHttpResponse<byte[]> failure(
      HttpStatus status, ErrorCode code, String message, ErrorDetails details) {
    return object(
        status,
        json -> {
          json.writeBooleanProperty("success", false);
          json.writeStringProperty("error", message);
          json.writeStringProperty("code", code.name());
          WireJson.details(json, details);
        });
  }
}
