package dev.verbatim.server;

import dev.verbatim.server.settings.Origins;
import dev.verbatim.server.settings.Secret;
import dev.verbatim.server.settings.Settings;
import java.io.PrintStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what the settings come to, without secrets, and tries the connections. */
record CheckConfigCommand(Settings settings, PrintStream out) {
  /** Whether all connections work. */
  boolean run() {
    tell("Mode", settings.isProduction() ? "production" : "development");
    tellIdentity();
    tell("Store", settings.store().description());
    tell("Listens on", settings.host() + ":" + settings.port());
    tell("Origins", text(settings.apiOrigins()));
    tell("Origins of sockets", text(settings.socketOrigins()));
    tell("Proxies in front", proxies(settings.trustProxy()));
    tell("Operator token", text(settings.operatorToken()));
    tellLogging(settings.logging());
    tellCollector(settings.collector());
    List<String> changed = settings.remarks().changed();
    tell("Other than by default", changed.isEmpty() ? "nothing" : String.join(", ", changed));
    settings.remarks().warnings().forEach(warning -> tell("Warning", warning));
    boolean isWorking = true;
    for (ConnectionCheck check : checks()) {
      switch (check.run()) {
        case ConnectionCheck.Works works -> {
          tell("ok", check.name() + ": " + works.detail());
          works.warnings().forEach(warning -> tell("Warning", warning));
        }
        case ConnectionCheck.Fails fails -> {
          tell("failed", check.name() + ": " + fails.reason());
          isWorking = false;
        }
      }
    }
    return isWorking;
  }

  private void tellLogging(Settings.Logging logging) {
    tell(
        "Log level",
        logging.levelFile() == null
            ? logging.level().toString()
            : logging.level() + ", or what " + logging.levelFile() + " says");
    tell(
        "Log format",
        logging.format() == null
            ? "plain on a terminal, else json"
            : logging.format().name().toLowerCase(Locale.ROOT));
    tell("Access log", logging.access().name().toLowerCase(Locale.ROOT));
  }

  private void tellCollector(Settings.@Nullable Collector collector) {
    tell(
        "Collector",
        collector == null
            ? "none"
            : collector.endpoint()
                + ", as "
                + collector.serviceName()
                + ", headers "
                + (collector.headers().values().isEmpty() ? "none" : "set")
                + ", traces "
                + collector.tracedShare());
  }

  private List<ConnectionCheck> checks() {
    List<ConnectionCheck> checks = new ArrayList<>();
    checks.add(new PortCheck(settings.host(), settings.port()));
    switch (settings.store()) {
      case Settings.Embedded embedded -> checks.add(new EmbeddedStoreCheck(embedded.dataDir()));
      case Settings.Mongo mongo -> checks.add(new MongoCheck(mongo));
    }
    switch (settings.identity()) {
      case Settings.Development _ -> {}
      case Settings.Clerk clerk -> {
        if (clerk.keys() instanceof Settings.ClerkKeys.Jwks jwks) {
          checks.add(keySet("Clerk's keys", jwks.url(), /* bearer= */ null));
        }
        if (clerk.secretKey() != null) {
          URI url = URI.create(clerk.apiUrl() + "/v1/jwks");
          checks.add(keySet("Clerk's Backend API", url, clerk.secretKey()));
        }
        if (InstanceCheck.hasWork(clerk)) {
          checks.add(new InstanceCheck(clerk, Limits.CHECK_TIME_MAX));
        }
      }
    }
    return checks;
  }

  private static ConnectionCheck keySet(String name, URI url, @Nullable Secret bearer) {
    return new KeySetCheck(name, url, bearer, Limits.CHECK_TIME_MAX);
  }

  private void tellIdentity() {
    tell("Identity", settings.identity().description());
    if (settings.identity() instanceof Settings.Clerk clerk) {
      tell("Keys", clerk.keys().description());
      tell("Publishable key", clerk.publishableKey() == null ? "none" : clerk.publishableKey());
      tell("Backend API", clerk.apiUrl().toString());
      tell("Secret key", text(clerk.secretKey()));
      tell("Webhook secret", text(clerk.webhookSecret()));
      tell("Tokens without azp", clerk.requiresAzp() ? "refused" : "allowed");
    }
  }

  private void tell(String name, String text) {
    out.println(name + ": " + text);
  }

  private static String proxies(int trusted) {
    return trusted == 0
        ? "none; behind one all clients would count as one address, unless TRUST_PROXY is set"
        : Integer.toString(trusted);
  }

  private static String text(@Nullable Secret secret) {
    return secret == null ? "none" : "set";
  }

  private static String text(Origins origins) {
    String listed = origins.listed().stream().sorted().collect(Collectors.joining(", "));
    if (!origins.isLocalhostAllowed()) {
      return listed.isEmpty() ? "its own page alone" : listed;
    }
    return listed.isEmpty() ? "localhost" : listed + ", localhost";
  }
}
