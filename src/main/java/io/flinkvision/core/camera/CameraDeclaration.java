package io.flinkvision.core.camera;

import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.ConfigurationReader;
import io.flinkvision.core.configuration.NearestName;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.References;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A camera as somebody wrote it down: what a file of cameras and a record of the topic of cameras hold. Its texts may
 * refer to environment variables, and are resolved only where the camera is read: a declaration is in job graphs and
 * checkpoints, where no password may be.
 *
 * @param id the key of its records: from 1 to {@value #MAX_ID_BYTES} bytes in UTF-8, no control character, not blank
 * @param options the texts by the names of a file's keys: {@code source}, {@code fps}, {@code every} and so on
 */
public record CameraDeclaration(String id, SortedMap<String, String> options) implements Serializable {

    /** Bytes of an id in UTF-8: as many as of a topic's name, the other kind of name that a picture's origin has. */
    public static final int MAX_ID_BYTES = 249;

    /** The beginning of the names of those variables that are meant for cameras, and that the topic may refer to. */
    public static final String VARIABLES = "CAMERA_";

    private static final long serialVersionUID = 1L;

    /** @throws IllegalArgumentException if the id is none */
    public CameraDeclaration {
        options = new TreeMap<>(options);
        if (id.isBlank() || id.getBytes(StandardCharsets.UTF_8).length > MAX_ID_BYTES
                || id.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("The id of a camera must have from 1 to " + MAX_ID_BYTES
                    + " bytes in UTF-8, without control characters, and must not be blank");
        }
    }

    /** The keys that a camera may have. */
    public static SortedSet<String> keys() {
        return new TreeSet<>(CameraOptions.of("").byKey().keySet());
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
                    String hint = NearestName.hint(key, keys.keySet());
                    throw new IllegalArgumentException("is unknown" + (hint.isEmpty()
                            ? "; the keys of a camera are " + String.join(", ", keys())
                            : hint));
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
        sourceProblem().ifPresent(problem -> problems.putIfAbsent(CameraOptions.SOURCE, problem));
        if (isTrue("loop") && isTrue("follow")) {
            problems.putIfAbsent("follow", "and loop exclude each other: a followed folder has no end");
        }
        if (problems.isEmpty()) {
            problems.putAll(problemOfSettings(known));
        }
        return problems;
    }

    /** What is wrong with the settings beside one another, if all are known. */
    private Map<String, String> problemOfSettings(CameraOptions known) {
        SortedMap<String, String> settings = new TreeMap<>(options);
        settings.put(CameraOptions.SOURCE, "test:");
        if (settings.values().stream().anyMatch(References::isIn)) {
            return Map.of();
        }
        try {
            known.camera(id, ConfigurationReader.readTexts(id, known.all(), settings), CameraSettings.DEFAULTS);
            return Map.of();
        } catch (IllegalArgumentException e) {
            String message = e.getMessage();
            return keys().stream()
                    .filter(key -> message.startsWith(key + " "))
                    .findFirst()
                    .map(key -> Map.of(key, message.substring(key.length() + 1)))
                    .orElse(Map.of(CameraOptions.SOURCE, "has settings that do not go together: " + message));
        }
    }

    /**
     * The same of one that anybody may have written who may write to the topic of cameras. It is read with the rights
     * of the TaskManager: of its machine it gets no file and no device, and of its environment only what is meant for
     * cameras, as it could send any other variable to an address of the writer's own.
     */
    public SortedMap<String, String> problemsInTopic() {
        SortedMap<String, String> problems = problems();
        options.forEach((key, text) -> References.variables(text).stream()
                .filter(variable -> !variable.startsWith(VARIABLES))
                .findFirst()
                .ifPresent(variable -> problems.putIfAbsent(key, "refers to the variable " + variable + ", but the"
                        + " topic of cameras may only refer to those whose names begin with " + VARIABLES
                        + ", since whoever can write to it could send any other to an address of theirs")));
        String source = options.getOrDefault(CameraOptions.SOURCE, "");
        // A variable holds what its owner wants; but with more after it, another one would make a path of that.
        if (!source.matches("(rtsps?|https?)://.*|test:.*|[$][{][A-Za-z0-9_]+[}]")) {
            problems.putIfAbsent(CameraOptions.SOURCE, "must be an address (rtsp://, rtsps://, http://, https://), a"
                    + " test scene (test:) or a single variable: whoever can write to the topic of cameras could"
                    + " otherwise read files and devices of the TaskManagers' machines, which a file of cameras may"
                    + " name");
        }
        return problems;
    }

    /** Which frames are sent, if not all; empty, too, if only the TaskManagers' variables can tell. */
    public Optional<ChangeRule> onlyChanges() {
        return CameraOptions.of("").onlyChanges(options);
    }

    private boolean isTrue(String key) {
        return "true".equals(options.get(key));
    }

    private Optional<String> sourceProblem() {
        String source = options.get(CameraOptions.SOURCE);
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
        CameraOptions known = CameraOptions.of("");
        SortedMap<String, String> texts = resolved(new References(environment, false));
        try {
            return known.camera(
                    id, ConfigurationReader.readTexts(id, known.all(), texts), CameraSettings.DEFAULTS);
        } catch (ConfigurationException e) {
            throw failure(e.problems().stream()
                    .map(problem -> problem.key() + " " + withoutValues(problem.key(), problem.message(), texts)));
        } catch (CameraException | IllegalArgumentException e) {
            throw failure(Stream.of(withoutValues(CameraOptions.SOURCE, e.getMessage(), texts)));
        }
    }

    private SortedMap<String, String> resolved(References references) {
        SortedMap<String, String> texts = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        options.forEach((key, text) -> {
            try {
                texts.put(key, references.substitute(text));
            } catch (IllegalArgumentException e) {
                problems.add(key + ": " + e.getMessage());
            }
        });
        if (!problems.isEmpty()) {
            throw failure(problems.stream());
        }
        return texts;
    }

    /** A problem's message without the value of a variable, which may be a password in the wrong place. */
    private String withoutValues(String key, String message, SortedMap<String, String> texts) {
        if (texts.equals(options)) {
            return message;
        }
        String text = options.getOrDefault(key, "");
        String value = texts.getOrDefault(key, "");
        // Messages about a value end with it.
        return value.equals(text)
                ? message.replaceFirst("(?s), not .*", "")
                : message.replaceFirst("(?s), not .*", Matcher.quoteReplacement(", unlike the value of " + text))
                        .replace(value, text);
    }

    private CameraException failure(Stream<String> problems) {
        return new CameraException(problems.collect(Collectors.joining("; ", "The camera " + id + ": ", "")));
    }

    /** Without the options, one of which may be a password that {@link #problems} would name. */
    @Override
    public String toString() {
        return "CameraDeclaration[" + id + "]";
    }
}
