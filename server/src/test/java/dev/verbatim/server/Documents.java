package dev.verbatim.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The contract's documents, as the server has them. */
public final class Documents {
  private Documents() {}

  /** The routes. */
  public static JsonNode openapi() throws IOException {
    return read("openapi.yaml");
  }

  /** The events. */
  public static JsonNode asyncapi() throws IOException {
    return read("asyncapi.yaml");
  }

  /** The texts in an array. */
  public static Set<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asString).collect(Collectors.toSet());
  }

  private static JsonNode read(String name) throws IOException {
    try (InputStream file = Documents.class.getResourceAsStream("/api/" + name)) {
      Object document =
          new Yaml(new SafeConstructor(new LoaderOptions())).load(Objects.requireNonNull(file));
      return new JsonMapper().valueToTree(document);
    }
  }
}
