package io.flinkvision.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A key with a certificate that it has signed itself, made by the JDK's keytool.
 *
 * @param keyStore the key and the certificate, in PKCS #12
 * @param pem the same, in PEM
 * @param certificate the certificate alone, in PEM, for those who trust it
 */
public record TestCertificate(Path keyStore, Path pem, Path certificate) {

    public static final String PASSWORD = "changeit";

    /**
     * Makes one.
     *
     * @param name of its files
     * @param subject whose it is, as in {@code CN=vision}
     * @param address the IP address of a server; clients have none, and take the loopback one
     */
    public static TestCertificate make(Path folder, String name, String subject, String address) {
        Path keyStore = folder.resolve(name + ".p12");
        Path pem = folder.resolve(name + ".pem");
        Path certificate = folder.resolve(name + ".crt");
        try {
            Process keytool = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", subject, "-ext", "san=ip:" + address,
                    "-validity", "2", "-keystore", keyStore.toString(), "-storetype", "PKCS12",
                    "-storepass", PASSWORD).redirectErrorStream(true).start();
            String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(keytool.waitFor()).as(said).isZero();
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream input = Files.newInputStream(keyStore)) {
                store.load(input, PASSWORD.toCharArray());
            }
            String cert = block("CERTIFICATE", store.getCertificate(name).getEncoded());
            Files.writeString(certificate, cert);
            Files.writeString(pem,
                    block("PRIVATE KEY", store.getKey(name, PASSWORD.toCharArray()).getEncoded()) + cert);
            return new TestCertificate(keyStore, pem, certificate);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String block(String type, byte[] bytes) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                + "\n-----END " + type + "-----\n";
    }
}
