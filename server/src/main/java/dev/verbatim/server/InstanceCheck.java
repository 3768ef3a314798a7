package dev.verbatim.server;

import dev.verbatim.server.identity.clerk.JwksEndpoint;
import dev.verbatim.server.identity.clerk.KeySet;
import dev.verbatim.server.settings.Secret;
import dev.verbatim.server.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether what is set of Clerk is all of one instance: the issuer's keys and those of the Backend
 * API have ids in common, and a key in PEM is among them. What cannot be fetched is not compared;
 * that it is needed says {@link KeySetCheck}.
 *
 * @param within how long each of the two answers may take
 */
record InstanceCheck(Settings.Clerk clerk, Duration within) implements ConnectionCheck {
  /** Whether there are two things to compare. */
  static boolean hasWork(Settings.Clerk clerk) {
    return clerk.secretKey() != null || clerk.keys() instanceof Settings.ClerkKeys.Pem;
  }

  @Override
  public String name() {
    return "Clerk's instance";
  }

  /** What is at an address, or nothing. */
  private record Shown(URI url, KeySet keys) {}

  @Override
  public Result run() {
    List<Shown> shown = new ArrayList<>(2);
    List<String> failures = new ArrayList<>(2);
    try {
      fetch(clerk.jwksUrl(), /* bearer= */ null, shown, failures);
      if (clerk.secretKey() != null) {
        URI url = URI.create(clerk.apiUrl() + "/v1/jwks");
        fetch(url, clerk.secretKey(), shown, failures);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Fails("interrupted");
    }
    return compare(shown, String.join("; ", failures));
  }

  private void fetch(URI url, @Nullable Secret bearer, List<Shown> shown, List<String> failures)
      throws InterruptedException {
    try {
      shown.add(new Shown(url, new JwksEndpoint(url, bearer, within).keySet()));
    } catch (IOException e) {
      failures.add(Reason.of(e));
    }
  }

  private Result compare(List<Shown> shown, String failures) {
    String urls = String.join(" and ", shown.stream().map(each -> each.url().toString()).toList());
    boolean isPair = shown.size() == 2;
    if (isPair && !shown.getFirst().keys().sharesIdWith(shown.getLast().keys())) {
      return new Fails(
          "CLERK_SECRET_KEY is of another instance than the issuer, for no key is at both " + urls);
    }
    boolean isPem = clerk.keys() instanceof Settings.ClerkKeys.Pem;
    if (clerk.keys() instanceof Settings.ClerkKeys.Pem(var key)
        && !shown.isEmpty()
        && shown.stream().noneMatch(each -> each.keys().contains(key))) {
      return new Fails("CLERK_JWT_KEY is none of the keys at " + urls);
    }
    return isPair || (isPem && !shown.isEmpty())
        ? new Works("the keys belong together, as " + urls + " has them")
        : new Works("cannot be compared; " + failures);
  }
}
