package dev.verbatim.server.http;

import dev.verbatim.server.faults.Faults;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.http.server.netty.AbstractNettyHttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import jakarta.inject.Singleton;

/** Tells clients in the contract's words what the framework found wrong; its own never leave. */
@Singleton
final class FrameworkErrors implements ErrorResponseProcessor<byte[]> {
  @Override
  public MutableHttpResponse<byte[]> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    HttpStatus status = status(context.getRequest(), response);
    String allow = response.getHeaders().get(HttpHeaders.ALLOW);
    if (allow == null) {
      return answer(status, context);
    }
    return context.getRequest().getMethod() == HttpMethod.OPTIONS
        ? HttpResponse.<byte[]>noContent().header(HttpHeaders.ALLOW, allow + ",OPTIONS")
        : answer(status, context).header(HttpHeaders.ALLOW, allow + ",OPTIONS");
  }

  /** To the framework too long a head is as much too large as a body is. */
  private static HttpStatus status(HttpRequest<?> request, HttpResponse<?> response) {
    Throwable mistake =
        request instanceof AbstractNettyHttpRequest<?> netty
            ? netty.getNettyRequest().decoderResult().cause()
            : null;
    return switch (mistake) {
      case TooLongHttpLineException _ -> HttpStatus.REQUEST_URI_TOO_LONG;
      case TooLongHttpHeaderException _ -> HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
      case null, default -> response.getStatus();
    };
  }

  private static MutableHttpResponse<byte[]> answer(HttpStatus status, ErrorContext context) {
    return switch (status) {
      case NOT_FOUND -> Answers.failure(Refusal.noRoute());
      case METHOD_NOT_ALLOWED ->
          Answers.failure(status, Refusal.malformed("This route has other methods"));
      case REQUEST_ENTITY_TOO_LARGE, REQUEST_HEADER_FIELDS_TOO_LARGE, REQUEST_URI_TOO_LONG ->
          Answers.failure(status, Refusal.tooLarge());
      case UNSUPPORTED_MEDIA_TYPE ->
          Answers.failure(status, Refusal.malformed("The body must be JSON"));
      default ->
          status.getCode() < 500
              ? Answers.failure(Refusal.malformed("The request is malformed"))
              : Answers.failure(Refusal.internal(fault(status, context), ErrorDetails.NONE));
    };
  }

  private static String fault(HttpStatus status, ErrorContext context) {
    return Faults.record(
        Faults.Owner.ROUTE,
        "answering a request",
        context
            .getRootCause()
            .orElseGet(
                () -> new IllegalStateException("The framework answers " + status.getCode())),
        "requestId",
        TrackedRequest.idOf(context.getRequest()));
  }
}
