package dev.verbatim.server;

import dev.verbatim.server.identity.clerk.JwksEndpoint;
import dev.verbatim.server.settings.Secret;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether there is a set of keys at this URL (JWKS, RFC 7517) that the server could verify tokens
 * with: fetched and read as the server itself does.
 *
 * @param bearer the key that opens it, if it wants one
 * @param within how long the whole answer may take
 */
record KeySetCheck(String name, URI url, @Nullable Secret bearer, Duration within)
    implements ConnectionCheck {
  @Override
  public Result run() {
    try {
      int keys = new JwksEndpoint(url, bearer, within).keySet().size();
      return new Works(url + " has keys for RS256: " + keys);
    } catch (IOException e) {
      return new Fails(Reason.of(e));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Fails(url + ": interrupted");
    }
  }
}
