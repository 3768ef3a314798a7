package dev.verbatim.server.identity.clerk;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/** Where the keys come from that tokens are signed with. Each is checked when it is made. */
public sealed interface KeyOrigin {

  /** In a few words for the log, without secrets. */
  String description();

  /** One key that is known beforehand, whatever {@code kid} says. Nothing is ever fetched. */
  record Pem(RSAPublicKey key) implements KeyOrigin {
    private static final String HEAD = "-----BEGIN PUBLIC KEY-----";
    private static final String FOOT = "-----END PUBLIC KEY-----";

    /**
     * @throws IllegalArgumentException if the key is too small or too large; the message says so
     */
    public Pem {
      SigningKey.check(key);
    }

    /**
     * Reads a public key as Clerk shows it: SubjectPublicKeyInfo in PEM (RFC 7468), whose line ends
     * may be spaces, a literal {@code \n} or nothing, and whose first and last line may be missing,
     * for that is what becomes of it in environments.
     *
     * @throws IllegalArgumentException if it is none; the message says so and shows nothing of it
     */
    public static Pem parse(String text) {
      String pem = text.replace("\\r", "").replace("\\n", "\n").strip();
      if (pem.contains("PRIVATE KEY")) {
        throw new IllegalArgumentException("is a private key, where a public one is wanted");
      }
      if (pem.startsWith(HEAD) && pem.endsWith(FOOT)) {
        pem = pem.substring(HEAD.length(), pem.length() - FOOT.length());
      }
      try {
        byte[] encoded = Base64.getDecoder().decode(pem.replaceAll("\\s", ""));
        return new Pem(
            (RSAPublicKey)
                KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded)));
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw new IllegalArgumentException(
            e instanceof SigningKey.SizeException
                ? String.valueOf(e.getMessage())
                : "is no RSA public key in PEM (-----BEGIN PUBLIC KEY-----)",
            e);
      }
    }

    @Override
    public String description() {
      return "a PEM";
    }
  }

  /** The JWKS (RFC 7517) at an address that asks for no secret, mostly the instance's own. */
  record Jwks(URI address) implements KeyOrigin {
    /**
     * @throws IllegalArgumentException if nothing is fetched from such an address; the message says
     *     why
     */
    public Jwks {
      checkAddress(address);
    }

    @Override
    public String description() {
      return address.toString();
    }
  }

  /**
   * The JWKS of Clerk's Backend API.
   *
   * @param api without {@code /v1}
   * @param secretKey of the instance
   */
  record BackendApi(URI api, String secretKey) implements KeyOrigin {
    /**
     * @throws IllegalArgumentException if nothing is fetched from such an address; the message says
     *     why
     */
    public BackendApi {
      checkAddress(api);
    }

    URI address() {
      String base = api.toString();
      return URI.create((base.endsWith("/") ? base : base + "/") + "v1/jwks");
    }

    @Override
    public String description() {
      return address().toString();
    }

    /** Does not show the secret. */
    @Override
    public String toString() {
      return "BackendApi[" + api + "]";
    }
  }

  private static void checkAddress(URI address) {
    String scheme = address.getScheme() == null ? "" : address.getScheme();
    String host = address.getHost();
    if (host == null || address.getUserInfo() != null || address.getFragment() != null) {
      throw new IllegalArgumentException("is no address like https://host/path");
    }
    switch (scheme.toLowerCase(Locale.ROOT)) {
      case "https" -> {}
      case "http" -> {
        if (!Loopback.is(host)) {
          throw new IllegalArgumentException("may be http only on this machine (127.0.0.1)");
        }
      }
      default -> throw new IllegalArgumentException("is neither https nor http");
    }
  }

  /** The names of this machine that no resolver is asked for. */
  final class Loopback {
    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private Loopback() {}

    static boolean is(String host) {
      return NAMES.contains(host.toLowerCase(Locale.ROOT));
    }
  }
}
