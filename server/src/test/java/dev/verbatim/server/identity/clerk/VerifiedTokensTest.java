package dev.verbatim.server.identity.clerk;

import static dev.verbatim.server.identity.clerk.ClerkTokens.FOREIGN_KEY;
import static dev.verbatim.server.identity.clerk.ClerkTokens.ISSUER;
import static dev.verbatim.server.identity.clerk.ClerkTokens.KEY;
import static dev.verbatim.server.identity.clerk.ClerkTokens.ORIGIN;
import static dev.verbatim.server.identity.clerk.ClerkTokens.claims;
import static dev.verbatim.server.identity.clerk.ClerkTokens.signed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.HeldTime;
import dev.verbatim.server.identity.Identity.Expired;
import dev.verbatim.server.identity.Identity.Invalid;
import dev.verbatim.server.identity.Identity.Verified;
import dev.verbatim.server.identity.IdentityCalls;
import dev.verbatim.server.identity.Mistake;
import dev.verbatim.server.identity.SessionToken;
import dev.verbatim.server.settings.Origins;
import dev.verbatim.server.settings.Settings.ClerkKeys;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is remembered of tokens that were verified, and what never is. */
class VerifiedTokensTest {
  private final HeldTime time = new HeldTime();
  private final Set<String> revoked = new HashSet<>();
  private final ClerkIdentity identity;

  VerifiedTokensTest() throws Exception {
    ClerkKeys pem = new ClerkKeys.Pem(KEY.toRSAPublicKey());
    identity =
        new ClerkIdentity(
            new ClerkTrust(ISSUER, pem, new Origins(Set.of(ORIGIN), false), false),
            revoked::contains,
            time,
            Duration.ofMinutes(1),
            IdentityCalls.NONE);
  }

  @Test
  void computesASignatureOnce() throws Exception {
    String token = ClerkTokens.token(time.instant());
    for (int i = 0; i < 5; i++) {
      assertInstanceOf(Verified.class, identity.verify(token));
    }
    assertEquals(1, identity.signaturesComputed());
  }

  @Test
  void looksAtExpiryEachTime() throws Exception {
    String token = ClerkTokens.token(time.instant());
    assertInstanceOf(Verified.class, identity.verify(token));
    time.advance(Duration.ofSeconds(64));
    assertInstanceOf(Verified.class, identity.verify(token));
    time.advance(Duration.ofSeconds(1));
    assertEquals(new Expired(), identity.verify(token));
    assertEquals(1, identity.signaturesComputed());
  }

  @Test
  void looksAtRevocationEachTime() throws Exception {
    String token = ClerkTokens.token(time.instant());
    assertInstanceOf(Verified.class, identity.verify(token));
    revoked.add("sess_1");
    assertEquals(new Invalid(Mistake.REVOKED_SESSION), identity.verify(token));
    time.advance(Duration.ofMinutes(2));
    assertEquals(new Invalid(Mistake.REVOKED_SESSION), identity.verify(token), "expired, too");
  }

  @Test
  void believesNoOtherSignatureOfAKnownSession() throws Exception {
    String token = ClerkTokens.token(time.instant());
    assertInstanceOf(Verified.class, identity.verify(token));
    String signed = token.substring(0, token.lastIndexOf('.'));
    String forged = signed(FOREIGN_KEY, claims(time.instant()));
    assertTrue(forged.startsWith(signed));
    assertEquals(new Invalid(Mistake.BAD_SIGNATURE), identity.verify(forged));
    assertInstanceOf(Verified.class, identity.verify(token));
    assertEquals(new Invalid(Mistake.BAD_SIGNATURE), identity.verify(forged), "once more");
  }

  @Test
  void believesNoOtherClaimsOfAKnownSession() throws Exception {
    String token = ClerkTokens.token(time.instant());
    assertInstanceOf(Verified.class, identity.verify(token));
    String claims = claims(time.instant()).replace("user_1", "user_2");
    String signature = token.substring(token.lastIndexOf('.'));
    String forged =
        ClerkTokens.base64(ClerkTokens.header()) + "." + ClerkTokens.base64(claims) + signature;
    assertEquals(new Invalid(Mistake.BAD_SIGNATURE), identity.verify(forged));
    Verified verified = assertInstanceOf(Verified.class, identity.verify(signed(claims)));
    assertEquals("user_2", verified.claims().subject());
  }

  @Test
  void remembersNothingOfWhatIsBad() throws Exception {
    String forged = signed(FOREIGN_KEY, claims(time.instant()));
    for (int i = 0; i < 3; i++) {
      assertEquals(new Invalid(Mistake.BAD_SIGNATURE), identity.verify(forged));
    }
    assertEquals(3, identity.signaturesComputed());
  }

  @Test
  void remembersTheSessionsThatCameLast() throws Exception {
    VerifiedSignatures signatures = new VerifiedSignatures(2);
    List<SigningKey> keys = List.of(SigningKey.of(KEY.toRSAPublicKey()));
    SessionToken first = ofSession("1");
    SessionToken second = ofSession("2");
    SessionToken third = ofSession("3");
    for (SessionToken token : List.of(first, second, first, third)) {
      assertTrue(signatures.isGood(token, keys));
    }
    assertEquals(3, signatures.computed());
    assertTrue(signatures.isGood(first, keys));
    assertEquals(3, signatures.computed());
    assertTrue(signatures.isGood(second, keys));
    assertEquals(4, signatures.computed());
    assertFalse(
        signatures.isGood(first, List.of(SigningKey.of(FOREIGN_KEY.toRSAPublicKey()))),
        "its key is gone");
  }

  private SessionToken ofSession(String id) throws Exception {
    return SessionToken.parse(signed(claims(time.instant()).replace("sess_1", id)));
  }
}
