package dev.verbatim.server.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** Answers what a route refuses. */
@Singleton
final class RefusalHandler implements ExceptionHandler<RefusalException, HttpResponse<byte[]>> {
  @Override
  @SuppressWarnings("rawtypes") // the framework's own signature
  public HttpResponse<byte[]> handle(HttpRequest request, RefusalException refused) {
    return Answers.failure(refused.status(), refused.refusal());
  }
}
