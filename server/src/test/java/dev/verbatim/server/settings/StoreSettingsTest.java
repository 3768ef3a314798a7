package dev.verbatim.server.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoreSettingsTest {
  private static final String ATLAS =
      "mongodb+srv://chat:<db_password>@cluster0.example.net/?retryWrites=true&w=majority";

  @TempDir Path directory = Path.of("");

  @Test
  void isTheEmbeddedOneByDefault() throws Exception {
    Settings settings = Settings.read(Map.of(), directory);
    assertEquals(new Settings.Embedded(directory.resolve("data")), settings.store());
  }

  @Test
  void putsThePasswordInPercentEncoded() throws Exception {
    Settings settings =
        Settings.read(
            Map.of(
                "MONGODB_URI", ATLAS, "DATABASE_PASSWORD", "h/unter 2@+", "DATABASE_NAME", "chat"),
            directory);
    Settings.Mongo mongo = assertInstanceOf(Settings.Mongo.class, settings.store());
    assertEquals(ATLAS.replace("<db_password>", "h%2Funter%202%40%2B"), mongo.uri().value());
    assertEquals("mongodb+srv://cluster0.example.net", mongo.address());
    assertEquals("chat", mongo.databaseName());
    assertEquals(List.of(), settings.remarks().warnings());
    assertFalse(settings.toString().contains("unter"));
  }

  @Test
  void findsTheDatabaseAsMongooseDoes() throws Exception {
    assertEquals("chat", mongo(Map.of("MONGODB_URI", "mongodb://localhost/chat")).databaseName());
    assertEquals("test", mongo(Map.of("MONGODB_URI", "mongodb://a:1,b:2")).databaseName());
    assertEquals("test", mongo(Map.of("MONGODB_URI", "mongodb://[::1]/?w=1")).databaseName());
    assertEquals(
        "other",
        mongo(Map.of("MONGODB_URI", "mongodb://localhost/chat?w=1", "DATABASE_NAME", "other"))
            .databaseName());
  }

  @Test
  void warnsOfWhatCountsForNothing() throws Exception {
    for (Map<String, String> environment :
        List.of(
            Map.of("DATABASE_NAME", "chat"),
            Map.of("MONGODB_URI", "mongodb://localhost/chat", "DATABASE_PASSWORD", "hunter2"),
            Map.of("MONGODB_URI", "mongodb://localhost"),
            Map.of(
                "MONGODB_URI",
                ATLAS,
                "DATABASE_NAME",
                "chat",
                "DATABASE_PASSWORD",
                "hunter2%40"))) {
      List<String> warnings = Settings.read(environment, directory).remarks().warnings();
      assertEquals(1, warnings.size(), () -> String.join("\n", warnings));
      assertTrue(warnings.getFirst().contains("DATABASE_"));
      assertFalse(warnings.getFirst().contains("hunter2"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "postgres://chat:hunter2@localhost",
        "mongodb://",
        "mongodb:///chat",
        "mongodb://chat:hunter2@",
        ATLAS,
        "mongodb://chat:<password>@localhost/chat",
        "mongodb://chat:hunter2/hunter2@localhost/chat",
        "mongodb://chat:hunter2?hunter2@localhost/chat",
        "mongodb://chat:hunter2@hunter2@localhost/chat",
        "mongodb://localhost/hunter2.hunter2",
      })
  void refusesWithoutShowingIt(String uri) {
    List<String> mistakes =
        assertThrows(
                SettingsException.class, () -> Settings.read(Map.of("MONGODB_URI", uri), directory))
            .mistakes();
    assertEquals(1, mistakes.size());
    assertTrue(mistakes.getFirst().contains("MONGODB_URI"));
    assertFalse(mistakes.getFirst().contains("hunter2"));
  }

  @Test
  void refusesANameThatIsNone() {
    for (String name : List.of("a.b", "a b", "x".repeat(64))) {
      assertThrows(
          SettingsException.class,
          () ->
              Settings.read(
                  Map.of("MONGODB_URI", "mongodb://localhost", "DATABASE_NAME", name), directory));
    }
  }

  private Settings.Mongo mongo(Map<String, String> environment) throws SettingsException {
    return assertInstanceOf(Settings.Mongo.class, Settings.read(environment, directory).store());
  }
}
