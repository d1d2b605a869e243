package io.flinkvision.tools.wall;

/** A request that is refused; the message is a sentence for the user. */
final class RefusedRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    /** @param status of the answer (RFC 9110, section 15) */
    RefusedRequestException(int status, String sentence) {
        super(sentence);
        this.status = status;
    }

    int status() {
        return status;
    }
}
