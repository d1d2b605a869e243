package io.flinkvision.job.record;

/** A record's value is not what its topic should hold. */
public final class MalformedRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param message what is wrong with the value */
    public MalformedRecordException(String message) {
        super(message);
    }
}
