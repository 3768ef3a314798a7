package dev.verbatim.server.http;

/**
 * The Content-Security-Policy of the chat page: what its way to sign in needs, and nothing else.
 *
 * @see <a href="https://clerk.com/docs/guides/secure/best-practices/csp-headers">What Clerk's
 *     component needs</a>
 */
final class PagePolicy {
  /**
   * Stricter than Helmet's: what the page loads and connects to is its own server's, it shows no
   * images but its icon, and its forms are answered by its scripts alone. What is not named falls
   * back to {@code default-src}. {@code upgrade-insecure-requests} is left out, or a page served by
   * plain http would be sent to https.
   */
  private static final String OWN =
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';"
          + "base-uri 'none';form-action 'none';frame-ancestors 'none'";

  private PagePolicy() {}

  static String of(PageIdentity identity) {
    return switch (identity) {
      case PageIdentity.Development(), PageIdentity.Elsewhere() -> OWN;
      case PageIdentity.Clerk clerk -> withClerk(clerk.origin());
    };
  }

  /**
   * The same, with what Clerk names: its instance for the script and its requests, its avatars, its
   * worker, the styles that its component makes, and the check against robots that it embeds.
   */
  private static String withClerk(String instance) {
    return "default-src 'none';script-src 'self' "
        + instance
        + " https://challenges.cloudflare.com;style-src 'self' 'unsafe-inline';"
        + "img-src 'self' https://img.clerk.com;connect-src 'self' "
        + instance
        + ";worker-src 'self' blob:;frame-src https://challenges.cloudflare.com;"
        + "base-uri 'none';form-action 'none';frame-ancestors 'none'";
  }
}
