package dev.verbatim.server.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The RSA key of the development identity. It stays in a file that only its owner may read, PKCS #8
 * in PEM (RFC 7468), made when it is first needed.
 *
 * @param id of the public key, for {@code kid}
 */
public record DevelopmentKey(String id, RSAPublicKey publicKey, RSAPrivateCrtKey privateKey) {
  private static final String FILE = "development-key.pem";
  private static final String HEAD = "-----BEGIN PRIVATE KEY-----";
  private static final String FOOT = "-----END PRIVATE KEY-----";
  private static final int BITS = 2048;

  /**
   * The key in this directory, made if there is none. When several processes make one at the same
   * time, all get the same.
   *
   * @throws IOException if it cannot be read or written, or is no key; the message says so
   */
  public static DevelopmentKey in(Path directory) throws IOException {
    Path path = directory.resolve(FILE);
    if (!Files.exists(path)) {
      Path _ = Files.createDirectories(directory, attributes(directory, "rwx------"));
      write(path, generate());
    }
    return read(path);
  }

  private static DevelopmentKey read(Path path) throws IOException {
    String body = Files.readString(path).replace(HEAD, "").replace(FOOT, "");
    try {
      KeyFactory keys = KeyFactory.getInstance("RSA");
      byte[] encoded = Base64.getMimeDecoder().decode(body);
      var secret = (RSAPrivateCrtKey) keys.generatePrivate(new PKCS8EncodedKeySpec(encoded));
      var open =
          (RSAPublicKey)
              keys.generatePublic(
                  new RSAPublicKeySpec(secret.getModulus(), secret.getPublicExponent()));
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(open.getEncoded());
      return new DevelopmentKey("ins_dev" + HexFormat.of().formatHex(digest, 0, 12), open, secret);
    } catch (GeneralSecurityException | IllegalArgumentException | ClassCastException e) {
      throw new IOException(path + " is no RSA key; without it a new one is made", e);
    }
  }

  private static KeyPair generate() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(BITS);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IOException("No RSA key can be made", e);
    }
  }

  /** Writes it whole under another name and links it, which fails if somebody was faster. */
  private static void write(Path path, KeyPair pair) throws IOException {
    Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
    String pem =
        HEAD + "\n" + lines.encodeToString(pair.getPrivate().getEncoded()) + "\n" + FOOT + "\n";
    Path draft =
        Files.createTempFile(path.getParent(), FILE, ".new", attributes(path, "rw-------"));
    try {
      Files.write(draft, pem.getBytes(StandardCharsets.US_ASCII));
      Files.createLink(path, draft);
    } catch (FileAlreadyExistsException _) {
      // The other one counts.
    } finally {
      Files.delete(draft);
    }
  }

  private static FileAttribute<?>[] attributes(Path path, String rights) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
        }
        : new FileAttribute<?>[0];
  }

  /** Shows the id alone. */
  @Override
  public String toString() {
    return "DevelopmentKey[" + id + "]";
  }
}
