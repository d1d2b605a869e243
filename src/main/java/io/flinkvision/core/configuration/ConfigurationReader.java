package io.flinkvision.core.configuration;

import io.flinkvision.core.configuration.ConfigurationException.Problem;
import io.flinkvision.core.configuration.OptionType.ListOf;
import io.flinkvision.core.configuration.OptionType.Properties;
import io.flinkvision.core.configuration.OptionType.Scalar;
import io.flinkvision.core.configuration.OptionType.SectionsOf;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads a YAML file of known options, and reports all problems at once. */
public final class ConfigurationReader {

    private final List<Option<?>> options;
    private final UnaryOperator<String> references;
    private final String source;
    private final Function<Node, String> places;
    private final Map<Option<?>, OptionValues.Entry> entries = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    /**
     * @param source the file, or what else has the values
     * @param places where a node is: {@code FILE:LINE}, or the override
     */
    private ConfigurationReader(
            String source, List<Option<?>> options, UnaryOperator<String> references, Function<Node, String> places) {
        this.source = source;
        this.options = List.copyOf(options);
        this.references = references;
        this.places = places;
    }

    private ConfigurationReader(String source, List<Option<?>> options, UnaryOperator<String> references) {
        this(source, options, references, node -> source + ":" + (node.getStartMark().getLine() + 1));
    }

    /**
     * Reads a trusted file, whose values may refer to environment variables and to other files.
     *
     * @param file YAML, in UTF-8
     * @param environment the variables that its values may refer to, usually {@link System#getenv()}
     * @param overrides {@code path=value} each; of several for a path the last one counts
     * @throws ConfigurationException with every problem found
     */
    public static OptionValues read(
            Path file, List<Option<?>> options, Map<String, String> environment, List<String> overrides) {
        ConfigurationReader reader =
                new ConfigurationReader(file.toString(), options, new References(environment, true)::substitute);
        reader.readFile(file);
        overrides.forEach(reader::override);
        return reader.values();
    }

    /**
     * Reads an untrusted file, whose values must not refer to anything outside of it.
     *
     * @param file YAML, in UTF-8
     * @throws ConfigurationException with every problem found
     */
    public static OptionValues read(Path file, List<Option<?>> options) {
        ConfigurationReader reader = new ConfigurationReader(file.toString(), options, References.none()::substitute);
        reader.readFile(file);
        return reader.values();
    }

    /**
     * Reads a file whose references are replaced later, where the variables are; so its values are texts as they stand
     * there.
     *
     * @param file YAML, in UTF-8
     * @throws ConfigurationException with every problem found
     */
    public static OptionValues readUnresolved(Path file, List<Option<?>> options) {
        ConfigurationReader reader = new ConfigurationReader(file.toString(), options, References::requireWellFormed);
        reader.readFile(file);
        return reader.values();
    }

    /**
     * Reads texts that are values as they are: no YAML, and without references.
     *
     * @param source where they are from, for messages
     * @param texts by the paths of their options
     * @throws ConfigurationException with every problem found
     */
    public static OptionValues readTexts(String source, List<Option<?>> options, Map<String, String> texts) {
        ConfigurationReader reader = new ConfigurationReader(source, options, UnaryOperator.identity());
        texts.forEach((path, text) -> reader.option(path).ifPresentOrElse(
                option -> reader.readValue(option, YamlText.plain(text), source, any -> source),
                () -> reader.problems.add(reader.unknown(source, path))));
        return reader.values();
    }

    /**
     * Reads untrusted values that are not in a file of their own.
     *
     * @param source where they are from, for messages
     * @param values YAML values by the paths of their options
     * @throws ConfigurationException with every problem found
     */
    public static OptionValues read(String source, List<Option<?>> options, Map<String, String> values) {
        ConfigurationReader reader = new ConfigurationReader(source, options, References.none()::substitute);
        values.forEach((path, text) -> reader.override(path, text, source));
        return reader.values();
    }

    /**
     * The sections and keys at the top of a file, by which kinds of files can be told apart.
     *
     * @throws ConfigurationException if the file cannot be read or is not YAML
     */
    public static List<String> sections(Path file) {
        return YamlText.read(file)
                .filter(MappingNode.class::isInstance)
                .map(MappingNode.class::cast)
                .map(mapping -> mapping.getValue().stream()
                        .map(NodeTuple::getKeyNode)
                        .filter(ScalarNode.class::isInstance)
                        .map(key -> ((ScalarNode) key).getValue())
                        .toList())
                .orElse(List.of());
    }

    private OptionValues values() {
        requireRequired();
        OptionValues values = new OptionValues(source, options, entries);
        if (problems.isEmpty()) {
            problems.addAll(values.problems());
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return values;
    }

    /**
     * Reads an untrusted file with a section of the same options under each of several names of free choice.
     *
     * @param file YAML, in UTF-8
     * @return the sections by their names, in the order of the file
     * @throws ConfigurationException with every problem found
     */
    public static Map<String, OptionValues> readNamed(Path file, List<Option<?>> options) {
        ConfigurationReader reader = new ConfigurationReader(file.toString(), options, References.none()::substitute);
        Map<String, OptionValues> sections = new LinkedHashMap<>();
        reader.root(file).ifPresent(mapping -> reader.readNames(mapping, sections));
        if (!reader.problems.isEmpty()) {
            throw new ConfigurationException(reader.problems);
        }
        return sections;
    }

    private void readNames(MappingNode mapping, Map<String, OptionValues> sections) {
        for (NodeTuple tuple : mapping.getValue()) {
            String where = where(tuple.getKeyNode());
            String name = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            if (sections.containsKey(name)) {
                problems.add(new Problem(where, name, "is set twice"));
            } else {
                sections.put(name, section(name, options, tuple.getValueNode(), where, places));
            }
        }
    }

    /**
     * Reads a section with options of its own, and adds its problems to those of this reader.
     *
     * @param where the section is, since a missing option has no line of its own
     */
    private OptionValues section(
            String path, List<Option<?>> itsOptions, Node node, String where, Function<Node, String> itsPlaces) {
        ConfigurationReader section = new ConfigurationReader(where, itsOptions, references, itsPlaces);
        if (node instanceof MappingNode values) {
            section.readSection("", values);
            section.requireRequired();
        } else {
            problems.add(new Problem(where, path, "must hold keys and values"));
        }
        section.problems.forEach(problem -> problems.add(problem.in(path)));
        return new OptionValues(where, itsOptions, section.entries);
    }

    private void readFile(Path path) {
        root(path).ifPresent(mapping -> readSection("", mapping));
    }

    /** The mapping at the top of a file; empty if the file is empty, or holds something else, which is a problem. */
    private Optional<MappingNode> root(Path path) {
        Optional<Node> root = YamlText.read(path).filter(node -> !isNull(node));
        if (root.isPresent() && !(root.get() instanceof MappingNode)) {
            problems.add(new Problem(where(root.get()), "", "must hold keys and values at its top"));
        }
        return root.filter(MappingNode.class::isInstance).map(MappingNode.class::cast);
    }

    private void readSection(String section, MappingNode mapping) {
        Set<String> seen = new LinkedHashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? name(scalar.getValue()) : "";
            String path = section.isEmpty() ? key : section + "." + key;
            if (!seen.add(key)) {
                problems.add(new Problem(where(tuple.getKeyNode()), path, "is set twice"));
            } else {
                readKey(path, tuple);
            }
        }
    }

    private void readKey(String path, NodeTuple tuple) {
        Optional<Option<?>> option = option(path);
        if (option.isPresent() && entries.containsKey(option.get())) {
            // As a key of its section, and again with the section's name before a dot.
            problems.add(new Problem(where(tuple.getKeyNode()), path, "is set twice"));
        } else if (option.isPresent()) {
            readValue(option.get(), tuple.getValueNode(), where(tuple.getKeyNode()), places);
        } else if (NearestName.keysOf(path + ".", paths()).isEmpty()) {
            problems.add(unknown(where(tuple.getKeyNode()), path));
        } else if (tuple.getValueNode() instanceof MappingNode mapping) {
            readSection(path, mapping);
        } else if (!isNull(tuple.getValueNode())) {
            problems.add(new Problem(where(tuple.getKeyNode()), path, "must hold keys and values, such as "
                    + String.join(", ", NearestName.keysOf(path + ".", paths()))));
        }
    }

    private Optional<Option<?>> option(String path) {
        return options.stream().filter(known -> known.path().equals(path)).findFirst();
    }

    private List<String> paths() {
        return options.stream().map(Option::path).toList();
    }

    private Problem unknown(String where, String path) {
        return new Problem(where, path, "is unknown" + NearestName.pathHint(path, paths()));
    }

    private void override(String override) {
        int equals = override.indexOf('=');
        if (equals < 1) {
            problems.add(new Problem("--set " + name(override), "", "must be path=value, such as sink.topic=labels"));
            return;
        }
        String path = override.substring(0, equals);
        // Without the value, which may be a password even if the path is wrong.
        override(path, override.substring(equals + 1), "--set " + path + "=...");
    }

    private void override(String path, String text, String where) {
        Optional<Option<?>> option = option(path);
        Optional<Option<?>> properties = options.stream()
                .filter(known -> known.type() instanceof Properties && path.startsWith(known.path() + "."))
                .findFirst();
        if (option.isPresent()) {
            overrideValue(option.get(), text, where);
        } else if (properties.isPresent()) {
            overrideProperty(properties.get(), path, text, where);
        } else {
            problems.add(unknown(where, path));
        }
    }

    private void overrideValue(Option<?> option, String text, String where) {
        try {
            YamlText.compose(text).ifPresentOrElse(
                    node -> readValue(option, node, where, any -> where),
                    () -> problems.add(new Problem(where, option.path(), "has no value")));
        } catch (YAMLException e) {
            problems.add(new Problem(where, option.path(), "has a value that is not YAML: " + YamlText.reason(e)));
        }
    }

    private void overrideProperty(Option<?> properties, String path, String text, String where) {
        String key = path.substring(properties.path().length() + 1);
        if (key.isEmpty()) {
            problems.add(new Problem(where, properties.path(), "must name a property after the last dot"));
            return;
        }
        Map<String, String> values = new LinkedHashMap<>();
        OptionValues.Entry before = entries.get(properties);
        if (before != null) {
            ((Map<?, ?>) before.value()).forEach((name, value) -> values.put((String) name, (String) value));
        }
        try {
            values.put(key, references.apply(text));
            entries.put(properties, new OptionValues.Entry(values, where));
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(where, path, e.getMessage()));
        }
    }

    private void readValue(Option<?> option, Node node, String where, Function<Node, String> itsPlaces) {
        if (isNull(node)) {
            problems.add(new Problem(where, option.path(), "has no value"));
            return;
        }
        try {
            Object value = option.type() instanceof SectionsOf sections
                    ? sections(option, sections, node, itsPlaces)
                    : value(option.type(), node);
            entries.put(option, new OptionValues.Entry(value, where));
        } catch (IllegalArgumentException | ArithmeticException e) {
            problems.add(new Problem(where, option.path(), e.getMessage()));
        }
    }

    private List<OptionValues> sections(
            Option<?> option, SectionsOf type, Node node, Function<Node, String> itsPlaces) {
        if (!(node instanceof SequenceNode sequence)) {
            throw new IllegalArgumentException("must be a list, with a dash before each section");
        }
        List<OptionValues> sections = new ArrayList<>();
        for (Node element : sequence.getValue()) {
            sections.add(section(SectionsOf.path(option, sections.size()), type.options(), element,
                    itsPlaces.apply(element), itsPlaces));
        }
        return List.copyOf(sections);
    }

    private Object value(OptionType<?> type, Node node) {
        if (type instanceof Scalar<?> scalar) {
            return scalar.parser().apply(text(node, scalar.name()));
        }
        if (type instanceof ListOf<?> list) {
            Stream<String> texts = node instanceof SequenceNode sequence
                    ? sequence.getValue().stream().map(element -> text(element, list.element().name()))
                    : Stream.of(text(node, list.name()).split(",")).map(String::strip).filter(part -> !part.isEmpty());
            List<?> values = texts.map(list.element().parser()).toList();
            if (values.isEmpty() && !list.canBeEmpty()) {
                throw new IllegalArgumentException("must hold at least one value");
            }
            return values;
        }
        if (!(node instanceof MappingNode mapping)) {
            throw new IllegalArgumentException("must hold keys and values");
        }
        Map<String, String> properties = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = text(tuple.getKeyNode(), "a key");
            if (properties.put(key, text(tuple.getValueNode(), "one value for " + name(key))) != null) {
                throw new IllegalArgumentException("has " + name(key) + " twice");
            }
        }
        return properties;
    }

    private String text(Node node, String expected) {
        if (node instanceof ScalarNode scalar && !isNull(node)) {
            return references.apply(scalar.getValue());
        }
        throw new IllegalArgumentException("must be " + expected + ", not "
                + (node instanceof SequenceNode ? "a list" : isNull(node) ? "nothing" : "keys and values"));
    }

    /**
     * As much of a key as can be a key. If the colon or the space after it is missing, the parser takes the value for a
     * part of it, and that may be a password.
     */
    private static String name(String key) {
        String name = key.replaceFirst("(?s)[=:\\s].*", "");
        return name.length() == key.length() ? name : name + "...";
    }

    private void requireRequired() {
        Set<String> alreadyWrong = problems.stream().map(Problem::key).collect(Collectors.toSet());
        for (Option<?> option : options) {
            if (option.required() && !entries.containsKey(option) && !alreadyWrong.contains(option.path())) {
                problems.add(new Problem(source, option.path(), "is missing"));
            }
        }
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private String where(Node node) {
        return places.apply(node);
    }
}
