package dev.verbatim.server.http;

import java.util.regex.Pattern;

/** How people sign in on the chat page. */
public sealed interface PageIdentity {

  /** By a name of their choice, which the server makes a token for. */
  record Development() implements PageIdentity {}

  /** Somewhere else: the server takes tokens, and the page has no way to get one. */
  record Elsewhere() implements PageIdentity {}

  /**
   * With Clerk's own component, which the page loads from the application's instance at Clerk.
   *
   * @param publishableKey names the instance; {@code pk_live_…} or {@code pk_test_…}, no secret
   * @param frontendApiHost of that instance, as the key has it: {@code clerk.example.org}
   * @see <a href="https://clerk.com/docs/js-frontend/getting-started/quickstart">Clerk's quickstart
   *     for pages</a>
   */
  record Clerk(String publishableKey, String frontendApiHost) implements PageIdentity {
    private static final Pattern KEY = Pattern.compile("pk_(live|test)_[A-Za-z0-9+/_=-]{1,512}");

    /** A name in the DNS, for it becomes part of a policy and of an address. */
    private static final Pattern HOST =
        Pattern.compile(
            "(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+");

    /** Its component stands in the script itself up to this major version; the later lack it. */
    private static final String SCRIPT = "/npm/@clerk/clerk-js@5/dist/clerk.browser.js";

    public Clerk {
      if (!KEY.matcher(publishableKey).matches()) {
        throw new IllegalArgumentException("not a publishable key");
      }
      if (!HOST.matcher(frontendApiHost).matches()) {
        throw new IllegalArgumentException("not a host: " + frontendApiHost);
      }
    }

    /** Where the instance is, as policies name it. */
    String origin() {
      return "https://" + frontendApiHost;
    }

    /** Clerk's script for browsers. */
    String scriptUrl() {
      return origin() + SCRIPT;
    }
  }
}
