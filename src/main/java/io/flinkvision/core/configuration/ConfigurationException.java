package io.flinkvision.core.configuration;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration with something wrong in it; the message has a line for each problem. */
public final class ConfigurationException extends RuntimeException {

    private final List<Problem> problems;

    /** @param problems at least one */
    public ConfigurationException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, in the file's order. */
    public List<Problem> problems() {
        return problems;
    }
}
