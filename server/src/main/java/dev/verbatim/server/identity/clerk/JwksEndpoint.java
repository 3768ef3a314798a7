package dev.verbatim.server.identity.clerk;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.verbatim.server.Reason;
import dev.verbatim.server.settings.Secret;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a JWKS (RFC 7517): from one address that the settings name, never from one that a token
 * does, without following redirects, within a time and a number of bytes that hold for the whole.
 * Makes an HTTP client for each fetch, for they are minutes apart. Without state.
 */
public final class JwksEndpoint {
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private final URI address;
  private final @Nullable Secret secretKey;
  private final Duration timeMax;

  /**
   * @param secretKey goes with the request, if there is one
   * @param timeMax how long the whole answer may take
   */
  public JwksEndpoint(URI address, @Nullable Secret secretKey, Duration timeMax) {
    this.address = address;
    this.secretKey = secretKey;
    this.timeMax = timeMax;
  }

  /**
   * The keys that are there and that tokens may be signed with, at least one. Blocks.
   *
   * @throws IOException as {@link #fetch}
   */
  public KeySet keySet() throws IOException, InterruptedException {
    return new KeySet(fetch());
  }

  /**
   * The keys that are there, by id, at least one. Blocks.
   *
   * @throws IOException if there is none; the message is the address and why, and holds no secret
   */
  Map<String, List<SigningKey>> fetch() throws IOException, InterruptedException {
    Map<String, List<SigningKey>> keys = read(body());
    if (keys.isEmpty()) {
      throw failure("it has no key for RS256", null);
    }
    return keys;
  }

  private String body() throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address).timeout(timeMax).header("Accept", "application/json");
    if (secretKey != null) {
      request.header("Authorization", "Bearer " + secretKey.value());
    }
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeMax)
            .build();
    try {
      // The request's own timeout ends with the head of the answer.
      CompletableFuture<HttpResponse<byte[]>> answer =
          client.sendAsync(
              request.build(),
              BodyHandlers.limiting(BodyHandlers.ofByteArray(), ClerkLimits.KEY_SET_BYTES_MAX));
      HttpResponse<byte[]> response = answer.get(timeMax.toMillis(), TimeUnit.MILLISECONDS);
      int status = response.statusCode();
      if (status != OK) {
        boolean isKeyRefused = secretKey != null && (status == UNAUTHORIZED || status == FORBIDDEN);
        throw failure(
            "it answers " + status + (isKeyRefused ? ": the key is not accepted" : ""), null);
      }
      return new String(response.body(), StandardCharsets.UTF_8);
    } catch (TimeoutException e) {
      throw failure("no answer within " + timeMax.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw failure(reason(cause), cause);
    } finally {
      client.shutdownNow();
    }
  }

  private IOException failure(String reason, @Nullable Throwable cause) {
    return new IOException(address + ": " + reason, cause);
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

  private Map<String, List<SigningKey>> read(String json) throws IOException {
    Map<String, List<SigningKey>> keys = new HashMap<>();
    try {
      Map<String, Object>[] members =
          JSONObjectUtils.getJSONObjectArray(JSONObjectUtils.parse(json), "keys");
      if (members == null) {
        throw failure("its answer is no set of keys", null);
      }
      for (Map<String, Object> member : members) {
        add(member, keys);
      }
    } catch (ParseException e) {
      // Its message would hold some of the answer.
      throw failure("its answer is no set of keys", e);
    }
    return keys;
  }

  /** What is no key for this purpose is passed over: others may be. */
  private static void add(Map<String, Object> member, Map<String, List<SigningKey>> keys) {
    try {
      if (JWK.parse(member) instanceof RSAKey key
          && key.getKeyID() != null
          && (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
          && (key.getAlgorithm() == null || key.getAlgorithm().equals(JWSAlgorithm.RS256))) {
        SigningKey found = SigningKey.of(key.toRSAPublicKey());
        List<SigningKey> ofId = keys.computeIfAbsent(key.getKeyID(), _ -> new ArrayList<>(1));
        if (ofId.size() < ClerkLimits.KEYS_OF_ID_MAX) {
          ofId.add(found);
        }
      }
    } catch (ParseException | JOSEException | IllegalArgumentException _) {
      // No key that counts.
    }
  }
}
