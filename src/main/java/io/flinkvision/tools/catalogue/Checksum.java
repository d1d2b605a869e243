package io.flinkvision.tools.catalogue;

import java.util.HexFormat;
import java.util.Locale;

/**
 * A file's SHA-256, or the first digits of it: PyTorch's projects publish eight of them, in the file's name
 * ({@code torch.hub.load_state_dict_from_url}, {@code check_hash}).
 *
 * @param digits 8 to 64 hexadecimal digits, in lower case
 */
public record Checksum(String digits) {

    /** Hexadecimal digits of a whole SHA-256. */
    private static final int WHOLE = 64;

    /**
     * As above, in either case.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public Checksum {
        if (!digits.matches("[0-9a-fA-F]{8,64}")) {
            throw new IllegalArgumentException(
                    "must be 8 to 64 hexadecimal digits, the first or all of a SHA-256, not '" + digits + "'");
        }
        digits = digits.toLowerCase(Locale.ROOT);
    }

    /** Whether a file with this digest is the one that was meant. */
    public boolean matches(byte[] sha256) {
        return HexFormat.of().formatHex(sha256).startsWith(digits);
    }

    /** {@code SHA-256 5c1a...}, or {@code SHA-256 that begins with 5c1a4163}. */
    @Override
    public String toString() {
        return "SHA-256 " + (digits.length() == WHOLE ? "" : "that begins with ") + digits;
    }
}
