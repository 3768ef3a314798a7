package dev.verbatim.server.http;

import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;

/** Tells clients in the contract's words what the framework found wrong; its own never leave. */
@Singleton
final class FrameworkErrors implements ErrorResponseProcessor<byte[]> {
  @Override
  public MutableHttpResponse<byte[]> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    HttpStatus status = response.getStatus();
    String allow = response.getHeaders().get(HttpHeaders.ALLOW);
    if (allow == null) {
      return answer(status);
    }
    return context.getRequest().getMethod() == HttpMethod.OPTIONS
        ? HttpResponse.<byte[]>noContent().header(HttpHeaders.ALLOW, allow + ",OPTIONS")
        : answer(status).header(HttpHeaders.ALLOW, allow + ",OPTIONS");
  }

  private static MutableHttpResponse<byte[]> answer(HttpStatus status) {
    return switch (status) {
      case NOT_FOUND -> Answers.failure(Refusal.noRoute());
      case METHOD_NOT_ALLOWED ->
          Answers.failure(status, Refusal.malformed("This route has other methods"));
      case REQUEST_ENTITY_TOO_LARGE -> Answers.failure(status, Refusal.tooLarge());
      case UNSUPPORTED_MEDIA_TYPE ->
          Answers.failure(status, Refusal.malformed("The body must be JSON"));
      default ->
          status.getCode() < 500
              ? Answers.failure(Refusal.malformed("The request is malformed"))
              : Answers.failure(Refusal.internal(ErrorDetails.NONE));
    };
  }
}
