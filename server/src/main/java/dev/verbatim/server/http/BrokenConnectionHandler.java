package dev.verbatim.server.http;

import dev.verbatim.server.wire.Refusal;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;
import java.io.IOException;

/**
 * Ends a request whose client went away before all of it had come, which is no fault of ours.
 * Routes read from their connections alone: what else fails to be read is a failure of the store.
 */
@Singleton
final class BrokenConnectionHandler implements ExceptionHandler<IOException, HttpResponse<byte[]>> {
  @Override
  @SuppressWarnings("rawtypes") // the framework's own signature
  public HttpResponse<byte[]> handle(HttpRequest request, IOException broken) {
    return Answers.failure(Refusal.malformed("The request ended too early"));
  }
}
