package dev.verbatim.server.http;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what the store cannot do now; whether it was done is left open. */
@Singleton
final class StoreFailureHandler implements ExceptionHandler<StoreException, HttpResponse<byte[]>> {
  private static final Logger log = LoggerFactory.getLogger(StoreFailureHandler.class);

  @Override
  @SuppressWarnings("rawtypes") // the framework's own signature
  public HttpResponse<byte[]> handle(HttpRequest request, StoreException failure) {
    HttpRequest<?> asked = request;
    return Answers.failure(refusal(asked, failure));
  }

  /** Says in the log what failed, and to the client that it did. */
  static Refusal refusal(HttpRequest<?> request, StoreException failure) {
    log.atWarn()
        .addKeyValue("requestId", TrackedRequest.idOf(request))
        .log("A request failed, for the store did not answer: {}", failure.getMessage());
    return Refusal.unavailable(ErrorDetails.NONE);
  }
}
