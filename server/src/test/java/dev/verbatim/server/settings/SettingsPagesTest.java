package dev.verbatim.server.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators read of the settings names those that are read, with their true defaults. */
final class SettingsPagesTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern SETTING = Pattern.compile("#([A-Z][A-Z0-9_]*)=(.*)");
  private static final Pattern NAME = Pattern.compile("`([A-Z][A-Z0-9_]*)`");

  @TempDir Path directory = Path.of("");

  @Test
  void namesEverySettingInTheExampleWithItsDefault() throws Exception {
    Map<String, String> inTheExample = new TreeMap<>();
    for (String line : Files.readAllLines(ROOT.resolve(".env.example"))) {
      var setting = SETTING.matcher(line);
      if (setting.matches()) {
        assertEquals(null, inTheExample.put(setting.group(1), setting.group(2)), line);
      } else {
        assertFalse(!line.isEmpty() && !line.startsWith("# "), line);
      }
    }
    assertEquals(new TreeMap<>(defaults()), inTheExample);
  }

  @Test
  void meansTheDefaultsByTheExampleWithAllItsSettings() throws Exception {
    String text = Files.readString(ROOT.resolve(".env.example"));
    Settings defaults = Settings.read(Map.of(), directory);
    Files.writeString(directory.resolve(".env"), SETTING.matcher(text).replaceAll("$1=$2"));
    assertEquals(defaults, Settings.read(Map.of(), directory));
  }

  @Test
  void namesEverySettingOnItsPageWithItsDefault() throws Exception {
    Map<String, String> onThePage = new TreeMap<>();
    for (String row : settingsTable()) {
      String[] cells = row.split("(?<!\\\\)\\|", -1);
      List<String> names =
          NAME.matcher(cells[1]).results().map((MatchResult name) -> name.group(1)).toList();
      String[] standards = cells[2].strip().split(", ", -1);
      for (int i = 0; i < names.size(); i++) {
        onThePage.put(names.get(i), standards[Math.min(i, standards.length - 1)]);
      }
    }
    Map<String, String> expected = new TreeMap<>(defaults());
    // These two tell their default in words.
    expected.put("APP_ENV", "development");
    expected.put("SOCKET_IO_CORS_ORIGINS", "as `ALLOWED_ORIGINS`");
    assertEquals(expected, onThePage);
  }

  private Map<String, String> defaults() throws SettingsException {
    var source = new SettingsSource(Map.of(), DotEnv.NONE);
    var _ = new SettingsReader(source, directory).read();
    return source.defaults();
  }

  private static List<String> settingsTable() throws IOException {
    return Files.readAllLines(ROOT.resolve("docs/configuring.md")).stream()
        .dropWhile(line -> !line.equals("## Settings"))
        .filter(line -> line.startsWith("| `"))
        .toList();
  }
}
