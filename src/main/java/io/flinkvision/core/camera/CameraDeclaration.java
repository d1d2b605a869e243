package io.flinkvision.core.camera;

import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.References;
import java.io.Serializable;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A camera as somebody wrote it down: what a file of cameras and a record of the topic of cameras hold. Its texts may
 * refer to environment variables, and are resolved only where the camera is read: a declaration is in job graphs and
 * checkpoints, where no password may be.
 *
 * @param id the key of its records
 * @param options the texts by the names of a file's keys: {@code source}, {@code fps}, {@code every} and so on
 */
public record CameraDeclaration(String id, SortedMap<String, String> options) implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String SOURCE = "source";

    public CameraDeclaration {
        Objects.requireNonNull(id, "id");
        options = new TreeMap<>(options);
    }

    /**
     * What is wrong with it, as far as that can be told before its references are replaced: keys, values without
     * references, and passwords that stand in it, which job graphs and checkpoints would show.
     *
     * @return the end of a sentence, which has no password, by the key that it is about
     */
    public SortedMap<String, String> problems() {
        CameraOptions known = CameraOptions.of("");
        Map<String, Option<?>> keys = known.byKey();
        SortedMap<String, String> problems = new TreeMap<>();
        options.forEach((key, text) -> {
            try {
                if (!keys.containsKey(key)) {
                    throw new IllegalArgumentException("is unknown; the keys of a camera are "
                            + String.join(", ", new TreeSet<>(keys.keySet())));
                }
                if (References.isIn(text)) {
                    References.requireWellFormed(text);
                } else {
                    CameraOptions.requireValue(keys.get(key), text);
                }
            } catch (IllegalArgumentException | ArithmeticException e) {
                problems.put(key, e.getMessage());
            }
        });
        sourceProblem().ifPresent(problem -> problems.putIfAbsent(SOURCE, problem));
        if (isTrue("loop") && isTrue("follow")) {
            problems.putIfAbsent("follow", "and loop exclude each other: a followed folder has no end");
        }
        return problems;
    }

    private boolean isTrue(String key) {
        return "true".equals(options.get(key));
    }

    private Optional<String> sourceProblem() {
        String source = options.get(SOURCE);
        if (source == null) {
            return Optional.of("is missing");
        }
        if (LiteralPassword.isIn(source)) {
            return Optional.of("has a password in it, which job graphs and checkpoints would show: write ${NAME} in its"
                    + " place, and set the environment variable NAME for the TaskManagers");
        }
        if (source.equals("-")) {
            return Optional.of("is standard input, which a job does not have");
        }
        // Paths are those of the TaskManagers' machines.
        if (References.isIn(source) || !source.startsWith("test:") && !source.contains("://")) {
            return Optional.empty();
        }
        try {
            int sources = SourceParser.parse(source).size();
            return sources == 1
                    ? Optional.empty()
                    : Optional.of("is " + sources + " sources, but a camera has one");
        } catch (CameraException e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * The camera with all references replaced.
     *
     * @param environment the variables that the texts may refer to
     * @throws CameraException if a text is wrong; its message has no password
     */
    public CameraDefinition resolve(Map<String, String> environment) {
        throw new CameraException("not yet");
    }
}
