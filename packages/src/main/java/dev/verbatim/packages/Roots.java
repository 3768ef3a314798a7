package dev.verbatim.packages;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Properties;

/**
 * The certificates that the packages' Java runtime trusts: Mozilla's roots as they are in the
 * sources, and none of those that the JDK has here, to which whoever runs this machine may have
 * added some.
 */
final class Roots {
  /** As the JDK calls its own: its rules against weak algorithms for public sites name these. */
  private static final String PUBLIC = " [jdk]";

  private final String purl;
  private final byte[] pem;

  private Roots(String purl, byte[] pem) {
    this.purl = purl;
    this.pem = pem;
  }

  /**
   * Reads {@code cacert.pem} of a directory.
   *
   * @throws IllegalStateException if it is not the one that {@code origin.properties} tells of
   */
  static Roots in(Path directory) throws IOException, GeneralSecurityException {
    Properties origin = new Properties();
    try (InputStream text = Files.newInputStream(directory.resolve("origin.properties"))) {
      origin.load(text);
    }
    byte[] pem = Files.readAllBytes(directory.resolve("cacert.pem"));
    String digest = digest(pem);
    if (!digest.equals(origin.getProperty("sha256"))) {
      throw new IllegalStateException("The roots are not those of origin.properties: " + digest);
    }
    return new Roots(origin.getProperty("purl", ""), pem);
  }

  Part part() {
    String version = purl.substring(purl.lastIndexOf('@') + 1);
    return new Part(
        purl,
        "Mozilla's root certificates",
        version,
        "MPL-2.0",
        "https://wiki.mozilla.org/CA",
        new LinkedHashMap<>());
  }

  /** A store as the JDK reads it. Without a password it has no salt, and is the same each time. */
  byte[] store() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (var certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem))) {
      X509Certificate root = (X509Certificate) certificate;
      store.setCertificateEntry(digest(root.getEncoded()) + PUBLIC, root);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    store.store(bytes, null);
    return bytes.toByteArray();
  }

  private static String digest(byte[] bytes) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
