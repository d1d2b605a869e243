package io.flinkvision.core.weights;

import io.flinkvision.core.bundle.ModelBundle.Weights;

/** Weights or a bundle that cannot be used; the message names the file, the tensor or line, and what is wrong. */
public final class ModelException extends RuntimeException {

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
