package dev.verbatim.server.identity.clerk;

import static dev.verbatim.server.identity.clerk.ClerkTokens.KEY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyOriginTest {
  static Stream<Arguments> goodPems() throws Exception {
    String pem = ClerkTokens.pem(KEY);
    String body = pem.replaceAll("-----[A-Z ]*-----", "");
    return Stream.of(
        Arguments.of("as Clerk shows it", pem),
        Arguments.of("a literal \\n for each line end", pem.replace("\n", "\\n")),
        Arguments.of("a literal \\r\\n", pem.replace("\n", "\\r\\n")),
        Arguments.of("Windows' line ends", pem.replace("\n", "\r\n")),
        Arguments.of("spaces for line ends", pem.replace("\n", " ")),
        Arguments.of("one line", pem.replace("\n", "")),
        Arguments.of("blanks around", "\n  " + pem + "  "),
        Arguments.of("without its first and last line", body));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goodPems")
  void readsAPem(String name, String pem) throws Exception {
    assertEquals(KEY.toRSAPublicKey(), KeyOrigin.Pem.parse(pem).key(), name);
  }

  static Stream<Arguments> badPems() throws Exception {
    String pem = ClerkTokens.pem(KEY);
    String none = "is no RSA public key in PEM";
    return Stream.of(
        Arguments.of("nothing", "", none),
        Arguments.of("words", "nonsense!", none),
        Arguments.of("cut", pem.substring(0, 100), none),
        Arguments.of("without its last line", pem.replace("-----END PUBLIC KEY-----", ""), none),
        Arguments.of("a character changed", pem.replace("MIIB", "MIIC"), none),
        Arguments.of(
            "a private key",
            "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getEncoder().encodeToString(KEY.toPrivateKey().getEncoded())
                + "\n-----END PRIVATE KEY-----",
            "is a private key"),
        Arguments.of("1024 bits", ClerkTokens.pem(ClerkTokens.rsa("x", 1024)), "of 1024 bits"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badPems")
  void saysWhatIsWrongWithAPemAndShowsNothingOfIt(String name, String pem, String words) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> KeyOrigin.Pem.parse(pem), name);
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains(words), message);
    assertFalse(message.contains("MII"), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://clerk.example.com/.well-known/jwks.json",
        "HTTPS://clerk.example.com",
        "http://127.0.0.1:1234/jwks",
        "http://localhost/jwks",
        "http://[::1]:1/jwks",
      })
  void fetchesFromTheseAddresses(String address) {
    assertEquals(URI.create(address), new KeyOrigin.Jwks(URI.create(address)).address());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://clerk.example.com/jwks",
        "http://127.0.0.1.example.com/jwks",
        "http://localhost.example.com/jwks",
        "http://10.0.0.1/jwks",
        "ftp://127.0.0.1/jwks",
        "file:///etc/passwd",
        "clerk.example.com/jwks",
        "/jwks",
        "https:clerk",
        "https://user:password@clerk.example.com/jwks",
      })
  void fetchesFromNoOthers(String address) {
    URI uri = URI.create(address);
    assertThrows(IllegalArgumentException.class, () -> new KeyOrigin.Jwks(uri));
    assertThrows(IllegalArgumentException.class, () -> new KeyOrigin.BackendApi(uri, "sk"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.clerk.com, https://api.clerk.com/v1/jwks",
    "https://api.clerk.com/, https://api.clerk.com/v1/jwks",
    "https://proxy.example.com/clerk, https://proxy.example.com/clerk/v1/jwks",
  })
  void findsTheJwksOfTheBackendApi(String api, String jwks) {
    KeyOrigin.BackendApi origin = new KeyOrigin.BackendApi(URI.create(api), "sk_test_secret");
    assertEquals(URI.create(jwks), origin.address());
    assertEquals(jwks, origin.description());
    assertFalse(origin.toString().contains("secret"));
  }
}
