package io.flinkvision.tools.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;

/**
 * A line for each step of a long work, as soon as it begins.
 *
 * @param err where they go
 */
record StepLines(PrintWriter err) implements Consumer<String> {

    @Override
    public void accept(String step) {
        err.println(step);
        err.flush();
    }
}
