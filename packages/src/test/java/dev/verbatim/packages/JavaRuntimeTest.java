package dev.verbatim.packages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JavaRuntimeTest {
  private static final String ABC =
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
          + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";

  @Test
  void tellsOfAFileThatIsNotAsItWasMade(@TempDir Path home) throws Exception {
    Files.writeString(home.resolve("zones"), "abc");
    List<String> made = List.of("6|0|" + ABC + "|zones", "6|0|" + ABC + "|other");
    assertEquals(List.of(), JavaRuntime.changed(made, home, "zones"));
    Files.writeString(home.resolve("zones"), "abd");
    assertEquals(
        List.of("zones is not the one that this JDK was made with"),
        JavaRuntime.changed(made, home, "zones"));
  }

  @Test
  void hasNothingAgainstTheJdkOfThisBuild() throws Exception {
    assertEquals(List.of(), JavaRuntime.complaints());
  }
}
