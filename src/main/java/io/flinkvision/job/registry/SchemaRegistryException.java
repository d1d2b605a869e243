package io.flinkvision.job.registry;

/** A schema registry that cannot be reached, or does not do what was asked. */
public final class SchemaRegistryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message the problem and the remedy, as whole sentences */
    SchemaRegistryException(String message) {
        super(message);
    }

    SchemaRegistryException(String message, Throwable cause) {
        super(message, cause);
    }
}
