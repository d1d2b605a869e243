package io.flinkvision.core.camera;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds passwords that stand in an address as they are, where a reference to a variable belongs. */
final class LiteralPassword {

    private static final Pattern REFERENCE = Pattern.compile("[$][{][A-Za-z_][A-Za-z0-9_]*(:([^}]*))?[}]");

    /** In place of a variable, and of one with a default, which would be a password, too. */
    private static final String VARIABLE = "\u0001";
    private static final String VARIABLE_WITH_DEFAULT = "\u0002";

    /** The names by which cameras and their proxies take a password in the query of an address. */
    private static final Pattern SECRET_PARAMETER =
            Pattern.compile("(?i).*(pass|pwd|psw|token|secret|auth|key|sig).*");

    private LiteralPassword() {}

    static boolean isIn(String source) {
        boolean inDefault = REFERENCE.matcher(source).results()
                .flatMap(reference -> Optional.ofNullable(reference.group(2)).stream())
                .anyMatch(LiteralPassword::isIn);
        return inDefault || isInAddress(REFERENCE.matcher(source)
                .replaceAll(reference -> reference.group(1) == null ? VARIABLE : VARIABLE_WITH_DEFAULT));
    }

    private static boolean isInAddress(String source) {
        int scheme = source.indexOf("://");
        if (scheme < 0) {
            return false;
        }
        String address = source.substring(scheme + 3);
        // The last one, since a password may have a / or another @ in it that should have been written as %2F or %40.
        int at = address.lastIndexOf('@');
        int colon = address.indexOf(':');
        if (colon >= 0 && colon < at && isLiteral(address.substring(colon + 1, at))) {
            return true;
        }
        int query = address.indexOf('?', at + 1);
        return query >= 0 && Arrays.stream(address.substring(query + 1).split("[&;]"))
                .map(parameter -> parameter.split("=", 2))
                .anyMatch(pair -> pair.length == 2 && SECRET_PARAMETER.matcher(pair[0]).matches()
                        && isLiteral(pair[1]));
    }

    private static boolean isLiteral(String value) {
        return !value.isEmpty() && !value.matches(VARIABLE + "+");
    }
}
