package io.flinkvision.tools.discover;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/** The header by which ONVIF's devices know a user: WS-Security's UsernameToken with a digest of the password. */
final class UsernameToken {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE_BYTES = 16;
    private static final String OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";

    private UsernameToken() {}

    /** @param deviceTime by the device's clock, which refuses tokens of another time */
    static String header(Login login, Instant deviceTime) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        String created = deviceTime.truncatedTo(ChronoUnit.SECONDS).toString();
        return """
                <w:Security xmlns:w="%swssecurity-secext-1.0.xsd" xmlns:u="%swssecurity-utility-1.0.xsd" \
                s:mustUnderstand="1"><w:UsernameToken><w:Username>%s</w:Username><w:Password \
                Type="%susername-token-profile-1.0#PasswordDigest">%s</w:Password><w:Nonce \
                EncodingType="%ssoap-message-security-1.0#Base64Binary">%s</w:Nonce><u:Created>%s</u:Created>\
                </w:UsernameToken></w:Security>""".formatted(OASIS, OASIS, SoapConnection.escaped(login.user()), OASIS,
                digest(nonce, created, login.password()), OASIS, Base64.getEncoder().encodeToString(nonce), created);
    }

    /** The digest of a password, in Base64. */
    static String digest(byte[] nonce, String created, String password) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-1");
            sha.update(nonce);
            sha.update(created.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(sha.digest(password.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-1", e);
        }
    }
}
