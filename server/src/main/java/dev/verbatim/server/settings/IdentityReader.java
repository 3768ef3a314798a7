package dev.verbatim.server.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads who says who somebody is. Confined to one call of {@link Settings#read}. The formats of
 * Clerk's keys are those of its documentation and its SDK for JavaScript.
 */
final class IdentityReader {
  private static final Pattern PUBLISHABLE_KEY =
      Pattern.compile("pk_(test|live)_([A-Za-z0-9+/=]+)");
  // It goes into a header, so nothing but what may stand there.
  private static final Pattern SECRET_KEY = Pattern.compile("sk_(test|live)_[A-Za-z0-9_-]+");
  private static final Pattern HOST =
      Pattern.compile(
          "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+");
  private static final String WEBHOOK_PREFIX = "whsec_";
  private static final URI API = URI.create("https://api.clerk.com");

  /** Where the host of an issuer shows its keys. */
  static final String JWKS_PATH = "/.well-known/jwks.json";

  private final SettingsSource source;
  private final boolean isProduction;

  IdentityReader(SettingsSource source, boolean isProduction) {
    this.source = source;
    this.isProduction = isProduction;
  }

  /** A publishable key taken apart: of which instance, {@code test} or {@code live}. */
  private record Publishable(String key, String kind, String host) {}

  Settings.Identity read() {
    Publishable publishable = publishable();
    String issuer = issuer(publishable);
    RsaPublicKeyPem.@Nullable Key pem = pem();
    Secret secretKey = secretKey(publishable);
    Secret webhookSecret = webhookSecret();
    URI jwksUrl = source.url("CLERK_JWKS_URL");
    URI apiUrl = apiUrl();
    boolean requiresAzp = source.flag("CLERK_REQUIRE_AZP");
    boolean isClerk =
        isProduction
            || isSet("CLERK_JWT_ISSUER")
            || isSet("CLERK_PUBLISHABLE_KEY")
            || isSet("CLERK_SECRET_KEY")
            || isSet("CLERK_JWT_KEY");
    if (!isClerk) {
      if (webhookSecret != null || jwksUrl != null) {
        source.warn(
            "CLERK_WEBHOOK_SECRET and CLERK_JWKS_URL count for nothing without the other keys of"
                + " Clerk: the identity is that for development");
      }
      return new Settings.Development();
    }
    if (issuer == null) {
      // Of the instance there may be a text that is wrong; that is told already.
      if (!isSet("CLERK_JWT_ISSUER") && !isSet("CLERK_PUBLISHABLE_KEY")) {
        source.mistake(
            "CLERK_JWT_ISSUER or CLERK_PUBLISHABLE_KEY must be set "
                + (isProduction ? "in production" : "where Clerk's other keys are")
                + ": it tells whose tokens count");
      }
      return new Settings.Development();
    }
    if (isProduction && publishable != null && publishable.kind().equals("test")) {
      source.warn("CLERK_PUBLISHABLE_KEY is a test key (pk_test_), and this is production");
    }
    if (secretKey == null && webhookSecret == null) {
      source.warn(
          "Without CLERK_SECRET_KEY and CLERK_WEBHOOK_SECRET nobody tells of bans and of revoked"
              + " sessions: they count when tokens expire");
    }
    return new Settings.Clerk(
        issuer,
        keys(pem, jwksUrl, publishable, secretKey, issuer, apiUrl),
        apiUrl,
        secretKey,
        publishable == null ? null : publishable.key(),
        webhookSecret,
        requiresAzp);
  }

  private boolean isSet(String name) {
    return source.text(name) != null;
  }

  /** What is set by itself counts before what follows from something else. */
  private static Settings.ClerkKeys keys(
      RsaPublicKeyPem.@Nullable Key pem,
      @Nullable URI jwksUrl,
      @Nullable Publishable publishable,
      @Nullable Secret secretKey,
      String issuer,
      URI apiUrl) {
    if (pem != null) {
      return new Settings.ClerkKeys.Pem(pem.key());
    }
    if (jwksUrl != null) {
      return new Settings.ClerkKeys.Jwks(jwksUrl);
    }
    if (publishable == null && secretKey != null) {
      return new Settings.ClerkKeys.BackendApi(URI.create(apiUrl + "/v1/jwks"), secretKey);
    }
    String base = publishable == null ? issuer : "https://" + publishable.host();
    return new Settings.ClerkKeys.Jwks(URI.create(base + JWKS_PATH));
  }

  private @Nullable Publishable publishable() {
    String key = source.text("CLERK_PUBLISHABLE_KEY");
    if (key == null) {
      return null;
    }
    Matcher parts = PUBLISHABLE_KEY.matcher(key);
    if (parts.matches()) {
      String host = host(Objects.requireNonNull(parts.group(2)));
      if (host != null) {
        return new Publishable(key, Objects.requireNonNull(parts.group(1)), host);
      }
    }
    source.mistake(
        "CLERK_PUBLISHABLE_KEY is no publishable key of Clerk (pk_test_… or pk_live_…, of Clerk's"
            + " dashboard)");
    return null;
  }

  /** A host and {@code $} in base64. */
  private static @Nullable String host(String base64) {
    try {
      String text = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
      String host = text.endsWith("$") ? text.substring(0, text.length() - 1) : "";
      return HOST.matcher(host).matches() ? host.toLowerCase(Locale.ROOT) : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private @Nullable String issuer(@Nullable Publishable publishable) {
    String issuer = source.text("CLERK_JWT_ISSUER");
    if (issuer == null) {
      return publishable == null ? null : "https://" + publishable.host();
    }
    String host = issuerHost(issuer);
    if (host == null) {
      source.mistake(
          "CLERK_JWT_ISSUER must be https:// and a host in small letters, without a slash at the"
              + " end, as the tokens have it");
      return null;
    }
    if (publishable != null && !publishable.host().equals(host)) {
      source.mistake(
          "CLERK_PUBLISHABLE_KEY is of another instance, %s, than CLERK_JWT_ISSUER, %s"
              .formatted(publishable.host(), host));
    }
    return issuer;
  }

  private static @Nullable String issuerHost(String issuer) {
    try {
      URI uri = new URI(issuer);
      if (!"https".equals(uri.getScheme())
          || uri.getHost() == null
          || uri.getRawUserInfo() != null
          || uri.getRawQuery() != null
          || uri.getRawFragment() != null
          || issuer.endsWith("/")
          || !issuer.equals(issuer.toLowerCase(Locale.ROOT))) {
        return null;
      }
      return uri.getRawAuthority();
    } catch (URISyntaxException _) {
      return null;
    }
  }

  private RsaPublicKeyPem.@Nullable Key pem() {
    String text = source.text("CLERK_JWT_KEY");
    if (text == null) {
      return null;
    }
    return switch (RsaPublicKeyPem.parse(text)) {
      case RsaPublicKeyPem.Key key -> key;
      case RsaPublicKeyPem.Wrong wrong -> {
        source.mistake("CLERK_JWT_KEY " + wrong.reason());
        yield null;
      }
    };
  }

  private @Nullable Secret secretKey(@Nullable Publishable publishable) {
    String key = source.text("CLERK_SECRET_KEY");
    if (key == null) {
      return null;
    }
    Matcher parts = SECRET_KEY.matcher(key);
    if (!parts.matches()) {
      source.mistake("CLERK_SECRET_KEY is no secret key of Clerk (sk_test_… or sk_live_…)");
      return null;
    }
    String kind = Objects.requireNonNull(parts.group(1));
    if (publishable != null && !publishable.kind().equals(kind)) {
      source.mistake(
          "CLERK_SECRET_KEY (sk_%s_) and CLERK_PUBLISHABLE_KEY (pk_%s_) are of different instances"
              .formatted(kind, publishable.kind()));
    } else if (publishable == null && isProduction && kind.equals("test")) {
      source.warn("CLERK_SECRET_KEY is a test key (sk_test_), and this is production");
    }
    return new Secret(key);
  }

  private @Nullable Secret webhookSecret() {
    String secret = source.text("CLERK_WEBHOOK_SECRET");
    if (secret == null) {
      return null;
    }
    if (!secret.startsWith(WEBHOOK_PREFIX)
        || !isBase64(secret.substring(WEBHOOK_PREFIX.length()))) {
      source.mistake(
          "CLERK_WEBHOOK_SECRET must be whsec_ and base64, as Clerk's dashboard shows it");
      return null;
    }
    return new Secret(secret);
  }

  private static boolean isBase64(String text) {
    try {
      return Base64.getDecoder().decode(text).length > 0;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private URI apiUrl() {
    URI url = source.url("CLERK_API_URL");
    source.standard("CLERK_API_URL", API.toString());
    if (url == null) {
      return API;
    }
    String text = url.toString();
    String base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    if (base.endsWith("/v1")) {
      source.mistake("CLERK_API_URL must be without /v1, such as " + API);
    }
    return URI.create(base);
  }
}
