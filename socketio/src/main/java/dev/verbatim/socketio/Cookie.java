package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Mistakes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The cookie that brings a polling client's session id to proxies, so that they can send all its
 * requests to one server. The server itself never reads it. Names and defaults are those of
 * Socket.IO's {@code cookie} option.
 *
 * @param name its name
 * @param path its {@code Path}, or null for none
 * @param httpOnly whether it is hidden from the page's scripts
 * @param sameSite whether requests that other sites cause carry it, or null to leave it to the
 *     browser
 * @param maxAge how long it lasts, in whole seconds; or null for as long as the browser is open
 * @param domain its {@code Domain}, or null for the server's host alone
 * @param secure whether it is sent by HTTPS alone
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6265">RFC 6265</a>
 */
public record Cookie(
    String name,
    @Nullable String path,
    boolean httpOnly,
    @Nullable SameSite sameSite,
    @Nullable Duration maxAge,
    @Nullable String domain,
    boolean secure) {

  /** Whether requests that other sites cause carry a cookie. */
  public enum SameSite {
    /** None do. */
    STRICT("Strict"),
    /** Those do by which a user comes to the site. */
    LAX("Lax"),
    /** All do; browsers want such a cookie to be {@link Cookie#secure}. */
    NONE("None");

    private final String text;

    SameSite(String text) {
      this.text = text;
    }
  }

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException naming every setting that cannot be
   */
  public Cookie {
    Mistakes mistakes = new Mistakes();
    if (!HttpTokens.isToken(name)) {
      mistakes.add("cookie.name is no token: " + name);
    }
    if (path != null && !isAttribute(path)) {
      mistakes.add("cookie.path cannot stand in a header: " + path);
    }
    if (domain != null && !isAttribute(domain)) {
      mistakes.add("cookie.domain cannot stand in a header: " + domain);
    }
    if (maxAge != null) {
      mistakes.mustNotBeNegative("cookie.maxAge", maxAge);
    }
    if (sameSite == SameSite.NONE && !secure) {
      mistakes.add("cookie.sameSite is none without cookie.secure: browsers drop such a cookie");
    }
    mistakes.throwIfAny();
  }

  private static boolean isAttribute(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 127 && c != ';');
  }

  /** The default cookie. */
  public static Cookie defaults() {
    return builder().build();
  }

  /** A builder that starts from the defaults: {@code io=…; Path=/; HttpOnly; SameSite=Lax}. */
  public static Builder builder() {
    return new Builder();
  }

  /** The value of a {@code Set-Cookie} header. */
  String of(String sessionId) {
    StringBuilder header = new StringBuilder(96).append(name).append('=').append(sessionId);
    if (maxAge != null) {
      header.append("; Max-Age=").append(maxAge.toSeconds());
    }
    if (domain != null) {
      header.append("; Domain=").append(domain);
    }
    if (path != null) {
      header.append("; Path=").append(path);
    }
    if (httpOnly) {
      header.append("; HttpOnly");
    }
    if (secure) {
      header.append("; Secure");
    }
    if (sameSite != null) {
      header.append("; SameSite=").append(sameSite.text);
    }
    return header.toString();
  }

  /** Sets what differs from the defaults. For one thread. */
  public static final class Builder {
    private String name = "io";
    private @Nullable String path = "/";
    private boolean httpOnly = true;
    private @Nullable SameSite sameSite = SameSite.LAX;
    private @Nullable Duration maxAge;
    private @Nullable String domain;
    private boolean secure;

    private Builder() {}

    /** Sets {@link Cookie#name}. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** Sets {@link Cookie#path}. */
    public Builder path(@Nullable String value) {
      path = value;
      return this;
    }

    /** Sets {@link Cookie#httpOnly}. */
    public Builder httpOnly(boolean value) {
      httpOnly = value;
      return this;
    }

    /** Sets {@link Cookie#sameSite}. */
    public Builder sameSite(@Nullable SameSite value) {
      sameSite = value;
      return this;
    }

    /** Sets {@link Cookie#maxAge}. */
    public Builder maxAge(@Nullable Duration value) {
      maxAge = value;
      return this;
    }

    /** Sets {@link Cookie#domain}. */
    public Builder domain(@Nullable String value) {
      domain = value;
      return this;
    }

    /** Sets {@link Cookie#secure}. */
    public Builder secure(boolean value) {
      secure = value;
      return this;
    }

    /**
     * The settings.
     *
     * @throws IllegalArgumentException naming every setting that cannot be
     */
    public Cookie build() {
      return new Cookie(name, path, httpOnly, sameSite, maxAge, domain, secure);
    }
  }
}
