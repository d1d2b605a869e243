package io.flinkvision.core.camera;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's authentication challenge: Basic (RFC 7617) or Digest (RFC 7616, with MD5 or SHA-256, also without
 * {@code qop} as in RFC 2069).
 *
 * @param scheme {@code basic}, {@code digest} or another one, in lower case
 * @param parameters by their names in lower case
 */
public record HttpChallenge(String scheme, Map<String, String> parameters) {

    private static final String BASIC = "basic";
    private static final String DIGEST = "digest";
    private static final String SESSION = "-sess";

    /** A parameter with a quoted or a plain value, or the name of a scheme. */
    private static final Pattern TOKEN =
            Pattern.compile("([A-Za-z0-9_*-]+)\\s*=\\s*(?:\"([^\"]*)\"|([^\\s,\"]*))|([A-Za-z][A-Za-z0-9-]*)");

    public HttpChallenge {
        parameters = Map.copyOf(parameters);
    }

    /** The strongest supported challenge in the values of {@code WWW-Authenticate} headers. */
    public static Optional<HttpChallenge> strongest(List<String> headers) {
        return headers.stream()
                .flatMap(header -> parse(header).stream())
                .filter(challenge -> challenge.strength() > 0)
                .reduce((first, second) -> second.strength() > first.strength() ? second : first);
    }

    private static List<HttpChallenge> parse(String header) {
        List<HttpChallenge> challenges = new ArrayList<>();
        String scheme = "";
        Map<String, String> parameters = new LinkedHashMap<>();
        Matcher token = TOKEN.matcher(header);
        while (token.find()) {
            if (token.group(4) != null) {
                challenges.add(new HttpChallenge(scheme, parameters));
                scheme = token.group(4).toLowerCase(Locale.ROOT);
                parameters.clear();
            } else {
                String value = token.group(2) == null ? token.group(3) : token.group(2);
                parameters.putIfAbsent(token.group(1).toLowerCase(Locale.ROOT), value);
            }
        }
        challenges.add(new HttpChallenge(scheme, parameters));
        return challenges;
    }

    private int strength() {
        if (scheme.equals(BASIC)) {
            return 1;
        }
        boolean answerable = scheme.equals(DIGEST) && parameters.containsKey("nonce")
                && (!parameters.containsKey("qop") || offersAuth());
        return !answerable ? 0 : switch (hash()) {
            case "MD5" -> 2;
            case "SHA-256" -> 3;
            default -> 0;
        };
    }

    /** Whether its answer has the password in it, for everybody on the way to read. */
    public boolean isClearText() {
        return scheme.equals(BASIC);
    }

    /** Whether the credentials were right and only the nonce was too old. */
    boolean isStale() {
        return parameters.getOrDefault("stale", "").equalsIgnoreCase("true");
    }

    /**
     * The value of the {@code Authorization} header.
     *
     * @param method of the request, such as {@code GET}
     * @param uri path and query of the request; in RTSP the whole address
     * @param clientNonce random, for Digest
     */
    public String answer(String method, String user, String password, String uri, String clientNonce) {
        if (scheme.equals(BASIC)) {
            return "Basic " + Base64.getEncoder().encodeToString(utf8(user + ":" + password));
        }
        String realm = parameters.getOrDefault("realm", "");
        String nonce = parameters.get("nonce");
        String secret = hashed(user + ":" + realm + ":" + password);
        if (algorithm().endsWith(SESSION.toUpperCase(Locale.ROOT))) {
            secret = hashed(secret + ":" + nonce + ":" + clientNonce);
        }
        String request = hashed(method + ":" + uri);
        String count = "00000001";
        String response = hashed(offersAuth()
                ? String.join(":", secret, nonce, count, clientNonce, "auth", request)
                : String.join(":", secret, nonce, request));
        StringBuilder answer = new StringBuilder("Digest username=\"" + user.replaceAll("([\"\\\\])", "\\\\$1")
                + "\", realm=\"" + realm + "\", nonce=\"" + nonce + "\", uri=\"" + uri + "\", response=\""
                + response + "\"");
        append(answer, "algorithm", "");
        append(answer, "opaque", "\"");
        if (offersAuth()) {
            answer.append(", qop=auth, nc=").append(count);
        }
        return answer.append(", cnonce=\"").append(clientNonce).append('"').toString();
    }

    private void append(StringBuilder answer, String name, String quote) {
        if (parameters.containsKey(name)) {
            answer.append(", ").append(name).append('=').append(quote).append(parameters.get(name)).append(quote);
        }
    }

    private boolean offersAuth() {
        return List.of(parameters.getOrDefault("qop", "").toLowerCase(Locale.ROOT).split("[\\s,]+")).contains("auth");
    }

    private String algorithm() {
        return parameters.getOrDefault("algorithm", "MD5").toUpperCase(Locale.ROOT);
    }

    private String hash() {
        return algorithm().replace(SESSION.toUpperCase(Locale.ROOT), "");
    }

    private String hashed(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(hash()).digest(utf8(text)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has MD5 and SHA-256", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
