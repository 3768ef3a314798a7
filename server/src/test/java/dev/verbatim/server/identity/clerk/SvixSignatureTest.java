package dev.verbatim.server.identity.clerk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.HeldTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SvixSignatureTest {
  private static final Instant AT = Instant.ofEpochSecond(1_614_265_330);

  /** The example in Svix's documentation. */
  private static final SignedWebhook EXAMPLE =
      new SignedWebhook(
          "msg_p5jXN8AQM9LWM0D4loKWxJek",
          "1614265330",
          "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
          "{\"test\": 2432232314}");

  private static boolean isGood(SignedWebhook webhook, Instant now) {
    HeldTime time = new HeldTime();
    time.set(now);
    return new SvixSignature(SignedWebhook.SECRET, Duration.ofMinutes(5), time)
        .isGood(
            webhook.id(),
            webhook.timestamp(),
            webhook.signature(),
            webhook.body().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void takesTheExampleOfTheDocumentation() {
    assertTrue(isGood(EXAMPLE, AT));
    assertEquals(EXAMPLE, SignedWebhook.of(EXAMPLE.id(), AT, EXAMPLE.body()));
  }

  @Test
  void takesNothingThatWasChanged() {
    assertFalse(isGood(EXAMPLE.withBody(EXAMPLE.body() + " "), AT));
    assertFalse(isGood(EXAMPLE.withBody(""), AT));
    assertFalse(isGood(EXAMPLE.withId("msg_p5jXN8AQM9LWM0D4loKWxJel"), AT));
    assertFalse(isGood(EXAMPLE.withTimestamp("1614265331"), AT));
    assertFalse(isGood(EXAMPLE.withTimestamp("01614265330"), AT));
  }

  @Test
  void takesAListOfWhichOneIsGood() {
    String good = EXAMPLE.signature();
    String other = SignedWebhook.signature("whsec_b3RoZXI=", EXAMPLE.id(), "1614265330", "{}");
    assertFalse(isGood(EXAMPLE.withSignature(other), AT));
    assertTrue(isGood(EXAMPLE.withSignature(other + " " + good), AT));
    assertTrue(isGood(EXAMPLE.withSignature(good + " " + other), AT));
    assertTrue(isGood(EXAMPLE.withSignature("v1a,x v2,y  v1,%%% " + good), AT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "v1",
        "v1,",
        "v1,=",
        "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        "V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OI=",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ",
        "v1,G0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
      })
  void takesNoOtherSignature(String signature) {
    assertFalse(isGood(EXAMPLE.withSignature(signature), AT));
  }

  @ParameterizedTest
  @CsvSource({"-301, false", "-300, true", "0, true", "300, true", "301, false"})
  void takesWhatIsAtMostFiveMinutesAway(int seconds, boolean isTaken) {
    assertEquals(isTaken, isGood(EXAMPLE, AT.plusSeconds(seconds)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1e9", "1614265330.0", " 1614265330", "9999999999999", "now"})
  void takesNoTimeOfAnotherForm(String timestamp) {
    String signature =
        SignedWebhook.signature(SignedWebhook.SECRET, EXAMPLE.id(), timestamp, EXAMPLE.body());
    assertFalse(isGood(EXAMPLE.withTimestamp(timestamp).withSignature(signature), AT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "whsec_", "MfKQ9r8GKYqrTwjU", "whsec_MfKQ9*", "secret_MfKQ9r8G"})
  void refusesASecretOfAnotherFormAndDoesNotTellIt(String secret) {
    HeldTime time = new HeldTime();
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> new SvixSignature(secret, Duration.ofMinutes(5), time));
    assertFalse(String.valueOf(refusal.getMessage()).contains("MfKQ9"));
  }
}
