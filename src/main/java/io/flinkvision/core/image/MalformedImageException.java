package io.flinkvision.core.image;

/** How a header's reader gives up; it never leaves this package, {@link ImageDecoder} makes an outcome of it. */
final class MalformedImageException extends Exception {

    private final ErrorCode code;

    MalformedImageException(ErrorCode code, String message) {
        // A bad frame is a normal event: the stack is never looked at, so it is not recorded.
        super(message, null, false, false);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }

    static MalformedImageException corrupt(String message) {
        return new MalformedImageException(ErrorCode.CORRUPT, message);
    }

    /** For a picture that may be sound, of a kind that is not decoded. */
    static MalformedImageException unsupported(String message) {
        return new MalformedImageException(ErrorCode.UNSUPPORTED, message);
    }

    static MalformedImageException truncated(String message) {
        return new MalformedImageException(ErrorCode.TRUNCATED, message);
    }
}
