package io.flinkvision.core.image;

/** A picture is refused. Never leaves this package: {@link ImageDecoder} turns it into a {@link DecodeOutcome}. */
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
