package dev.verbatim.socketio.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeflateOffersTest {
  private static final String PLAIN =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate",
        " permessage-deflate ",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate;client_max_window_bits=8",
        "permessage-deflate; client_max_window_bits = \"10\"",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "x-webkit-deflate-frame, permessage-deflate; client_max_window_bits",
        "permessage-deflate; server_max_window_bits=10, permessage-deflate",
        "permessage-deflate; unknown, permessage-deflate"
      })
  void takesWhatItCanKeep(String header) {
    assertEquals(PLAIN, DeflateOffers.answer(List.of(header)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",;,",
        "permessage-bzip2",
        "Permessage-Deflate",
        "permessage-deflate;",
        "permessage-deflate; unknown",
        "permessage-deflate; server_max_window_bits=8",
        "permessage-deflate; server_max_window_bits=14",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=015",
        "permessage-deflate; server_max_window_bits=15; server_max_window_bits=15",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=16",
        "permessage-deflate; client_max_window_bits=x",
        "permessage-deflate; client_max_window_bits=",
        "permessage-deflate; client_max_window_bits; client_max_window_bits=9",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover=\"\"",
        "permessage-deflate; client_no_context_takeover=\""
      })
  void declinesTheRest(String header) {
    assertNull(DeflateOffers.answer(List.of(header)));
  }

  @Test
  void repeatsTheWindowThatItIsAskedFor() {
    assertEquals(
        PLAIN + "; server_max_window_bits=15",
        DeflateOffers.answer(
            List.of("permessage-deflate; server_max_window_bits=\"15\"; client_max_window_bits")));
  }

  @Test
  void looksAtAllValuesOfTheHeader() {
    assertNull(DeflateOffers.answer(List.of()));
    assertEquals(PLAIN, DeflateOffers.answer(List.of("other; a=1", "permessage-deflate")));
  }
}
