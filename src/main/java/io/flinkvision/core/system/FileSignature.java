package io.flinkvision.core.system;

import java.util.List;
import java.util.Optional;

/**
 * Bytes by which a file of some format is known.
 *
 * @param offset position of the bytes in the file
 * @param bytes as Latin-1
 * @param description the format, and what to do about it
 */
public record FileSignature(int offset, String bytes, String description) {

    /** The description of the first signature that a file has. */
    public static Optional<String> describe(List<FileSignature> signatures, byte[] file) {
        return signatures.stream()
                .filter(signature -> signature.matches(file))
                .findFirst()
                .map(FileSignature::description);
    }

    private boolean matches(byte[] file) {
        if (file.length < offset + bytes.length()) {
            return false;
        }
        for (int i = 0; i < bytes.length(); i++) {
            if ((file[offset + i] & 0xff) != bytes.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
