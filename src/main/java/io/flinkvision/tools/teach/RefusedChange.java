package io.flinkvision.tools.teach;

import java.util.Objects;

/**
 * A change of the folder of labelled pictures, or of what is taught from it, that cannot be made. The message is for
 * the person who asked for it. Nothing was changed.
 */
public final class RefusedChange extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** The sort of obstacle. */
    public enum Reason {
        /** A name, label or number is not valid. */
        INVALID,
        /** There is no such region, picture or head. */
        MISSING,
        /** Something of that name is there, or is being taught. */
        CONFLICT,
        /** A picture has too many bytes. */
        TOO_LARGE,
        /** The folder has as many pictures, regions or bytes as it may have, or the disk is full. */
        NO_ROOM
    }

    public RefusedChange(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    public RefusedChange(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    public Reason reason() {
        return reason;
    }
}
