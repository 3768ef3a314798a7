package dev.verbatim.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PagePolicyTest {
  /** Of {@code clerk.example.org$}. */
  private static final String KEY = "pk_live_Y2xlcmsuZXhhbXBsZS5vcmck";

  private static final String OWN =
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';"
          + "base-uri 'none';form-action 'none';frame-ancestors 'none'";

  @Test
  void letsNothingInButThePagesOwn() {
    assertEquals(OWN, PagePolicy.of(new PageIdentity.Development()));
    assertEquals(OWN, PagePolicy.of(new PageIdentity.Elsewhere()));
  }

  @Test
  void letsInWhatClerkNames() {
    // To the letter: whatever is let in besides must be meant.
    assertEquals(
        "default-src 'none';"
            + "script-src 'self' https://clerk.example.org https://challenges.cloudflare.com;"
            + "style-src 'self' 'unsafe-inline';"
            + "img-src 'self' https://img.clerk.com;"
            + "connect-src 'self' https://clerk.example.org;"
            + "worker-src 'self' blob:;"
            + "frame-src https://challenges.cloudflare.com;"
            + "base-uri 'none';form-action 'none';frame-ancestors 'none'",
        PagePolicy.of(new PageIdentity.Clerk(KEY, "clerk.example.org")));
  }

  @Test
  void loadsTheScriptFromTheInstance() {
    assertEquals(
        "https://clerk.example.org/npm/@clerk/clerk-js@5/dist/clerk.browser.js",
        new PageIdentity.Clerk(KEY, "clerk.example.org").scriptUrl());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "clerk.example.org; script-src *",
        "clerk.example.org 'unsafe-eval'",
        "*.example.org",
        "clerk.example.org/x",
        "clerk.example.org:443",
        "clerk..org",
        "-clerk.example.org",
        "clerk.example.org\n",
      })
  void takesNothingButAHost(String host) {
    assertThrows(IllegalArgumentException.class, () -> new PageIdentity.Clerk(KEY, host));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sk_live_Y2xlcmsuZXhhbXBsZS5vcmck", "pk_live_", "pk_live_\"><x"})
  void takesNothingButAPublishableKey(String key) {
    assertThrows(
        IllegalArgumentException.class, () -> new PageIdentity.Clerk(key, "clerk.example.org"));
  }
}
