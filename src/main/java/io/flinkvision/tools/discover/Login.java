package io.flinkvision.tools.discover;

import io.flinkvision.tools.ToolException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * The user and the password of cameras, by the names of the environment variables that hold them. The variables are
 * written as in an address, since the addresses of cameras refer to them: {@code %40} for {@code @}.
 *
 * @param userVariable the name of the user's variable
 * @param passwordVariable the name of the password's variable
 * @param user decoded
 * @param password decoded
 * @param rawPassword as in the variable
 */
public record Login(
        String userVariable, String passwordVariable, String user, String password, String rawPassword) {

    /**
     * The login that two variables hold; empty if the user's one is not set.
     *
     * @param environment the variables by name
     * @throws ToolException if only one is set, or one cannot be in an address
     */
    public static Optional<Login> of(String userVariable, String passwordVariable, Map<String, String> environment) {
        String user = environment.getOrDefault(userVariable, "");
        String password = environment.getOrDefault(passwordVariable, "");
        if (user.isEmpty() && password.isEmpty()) {
            return Optional.empty();
        }
        if (user.isEmpty() || password.isEmpty()) {
            throw new ToolException("Only one of " + userVariable + " and " + passwordVariable
                    + " is set; a login of cameras needs both");
        }
        return Optional.of(new Login(userVariable, passwordVariable,
                decoded(userVariable, user), decoded(passwordVariable, password), password));
    }

    private static String decoded(String variable, String value) {
        try {
            URI address = new URI("rtsp://" + value + "@host/");
            if (value.equals(address.getRawUserInfo()) && value.indexOf(':') < 0) {
                return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
            }
        } catch (URISyntaxException e) {
            // Without its message, which shows the value.
        }
        throw new ToolException("The value of " + variable + " cannot be in an address: write %40 for @, %3A for :,"
                + " %23 for #, %2F for /, %3F for ? and %25 for %");
    }

    /** The part of an address that refers to both variables. */
    String reference() {
        return "${" + userVariable + "}:${" + passwordVariable + "}";
    }

    /**
     * An address with a reference in each place of the password, for there are cameras that answer with addresses which
     * contain it.
     */
    String withReferences(String address) {
        return address.replace(rawPassword, "${" + passwordVariable + "}");
    }

    /** A text from a device, for people: without the password. */
    String masked(String text) {
        return text.replace(password, "***").replace(rawPassword, "***");
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return reference();
    }
}
