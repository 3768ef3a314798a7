package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users of the library see of it. */
final class PublicApiTest {
  private static final Path SOURCES = Path.of("src/main/java");

  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?([a-z0-9.]+)\\.[A-Z]");
  private static final Pattern REQUIRES =
      Pattern.compile("(?m)^ *requires (?:static )?(?:transitive )?([a-z0-9.]+);");

  /** What the library stands on, among all that its tests do. */
  private static final Pattern LIBRARY = Pattern.compile("/(netty|jackson|slf4j-api|jspecify)-");

  /** A sentence may say what these would: tags are for what it does not. */
  private static final List<String> OPTIONAL = List.of("no @param", "no @return", "no @throws");

  @Test
  void hasACommentOnEachMember(@TempDir Path classes) throws IOException {
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(found, Locale.ROOT, UTF_8)) {
      List<String> options =
          List.of(
              "-Xdoclint:all/protected",
              "-Xmaxwarns",
              "10000",
              "-proc:none",
              "-classpath",
              System.getProperty("java.class.path"),
              "-d",
              classes.toString());
      compiler
          .getTask(null, files, found, options, null, files.getJavaFileObjectsFromPaths(sources()))
          .call();
    }
    List<String> gaps = new ArrayList<>();
    for (Diagnostic<? extends JavaFileObject> diagnostic : found.getDiagnostics()) {
      String message = diagnostic.getMessage(Locale.ROOT);
      if (OPTIONAL.stream().noneMatch(message::startsWith)) {
        gaps.add(diagnostic.toString());
      }
    }
    assertEquals(List.of(), gaps);
  }

  /** The compiler does not see to it, for it makes the module's descriptor by itself. */
  @Test
  void requiresTheModulesThatItUses() throws IOException {
    Map<String, String> moduleByPackage = new HashMap<>();
    for (ModuleReference module : ModuleFinder.of(libraries()).findAll()) {
      for (String name : module.descriptor().packages()) {
        moduleByPackage.put(name, module.descriptor().name());
      }
    }
    Set<String> used = new TreeSet<>();
    for (Path source : sources()) {
      IMPORT
          .matcher(Files.readString(source))
          .results()
          .map(found -> moduleByPackage.get(found.group(1)))
          .filter(Objects::nonNull)
          .forEach(used::add);
    }
    String descriptor = Files.readString(Path.of("src/main/module/module-info.java"));
    Set<String> required = new TreeSet<>();
    REQUIRES.matcher(descriptor).results().forEach(found -> required.add(found.group(1)));
    assertEquals(used, required);
  }

  private static Path[] libraries() {
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(System.getProperty("java.class.path"))
        .filter(entry -> LIBRARY.matcher(entry).find())
        .map(Path::of)
        .toArray(Path[]::new);
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
