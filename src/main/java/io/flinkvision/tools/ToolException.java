package io.flinkvision.tools;

/**
 * A command cannot do what it was asked to. The message is for the person who called it: it says what is wrong and,
 * where something helps, what to do.
 */
public final class ToolException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ToolException(String message) {
        super(message);
    }

    public ToolException(String message, Throwable cause) {
        super(message, cause);
    }
}
