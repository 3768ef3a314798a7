package dev.verbatim.server;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import dev.verbatim.server.settings.Secret;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Whether there is a set of keys with one for RS256 at this URL (JWKS, RFC 7517).
 *
 * @param bearer the key that opens it, if it wants one
 * @param within how long the whole answer may take
 */
record KeySetCheck(String name, URI url, @Nullable Secret bearer, Duration within)
    implements ConnectionCheck {
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  @Override
  public Result run() {
    HttpRequest.Builder request = HttpRequest.newBuilder(url);
    if (bearer != null) {
      request.header("Authorization", "Bearer " + bearer.value());
    }
    HttpClient client = HttpClient.newBuilder().connectTimeout(within).build();
    try {
      CompletableFuture<HttpResponse<String>> answer =
          client.sendAsync(
              request.build(),
              BodyHandlers.limiting(BodyHandlers.ofString(), Limits.KEY_SET_BYTES_MAX));
      // The whole of it: a request's own timeout ends with the headers.
      return result(answer.get(within.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException _) {
      return fails("no answer within " + within.toMillis() + " ms");
    } catch (ExecutionException e) {
      return fails(reason(e.getCause() == null ? e : e.getCause()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return fails("interrupted");
    } finally {
      client.shutdownNow();
    }
  }

  private Result result(HttpResponse<String> answer) {
    int status = answer.statusCode();
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      return fails("it answers " + status + (bearer == null ? "" : ": the key is not accepted"));
    }
    if (status != OK) {
      return fails("it answers " + status);
    }
    try {
      long keys =
          JWKSet.parse(answer.body()).getKeys().stream()
              .filter(key -> key.getKeyType().equals(KeyType.RSA))
              .count();
      return keys == 0 ? fails("it has no RSA key") : new Works(url + " has RSA keys: " + keys);
    } catch (ParseException _) {
      return fails("its answer is no set of keys");
    }
  }

  private Result fails(String reason) {
    return new Fails(url + ": " + reason);
  }

  /** The client's exceptions say little by themselves. */
  private static String reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "no such host";
      }
      if (cause instanceof SSLException) {
        return "no TLS connection: " + Reason.of(cause);
      }
    }
    return failure instanceof ConnectException ? "nobody answers there" : Reason.of(failure);
  }
}
