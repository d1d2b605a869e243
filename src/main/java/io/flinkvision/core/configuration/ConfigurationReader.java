package io.flinkvision.core.configuration;

import io.flinkvision.core.configuration.OptionType.ListOf;
import io.flinkvision.core.configuration.OptionType.Properties;
import io.flinkvision.core.configuration.OptionType.Scalar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads a YAML file of known options. It goes on after a problem, so that a person sees all of them at once.
 */
public final class ConfigurationReader {

    private final List<Option<?>> options;
    private final References references;
    private final String file;
    private final Map<Option<?>, Configuration.Entry> entries = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    private ConfigurationReader(String file, List<Option<?>> options, References references) {
        this.file = file;
        this.options = List.copyOf(options);
        this.references = references;
    }

    /**
     * Reads a file of this machine's own, whose values may refer to environment variables and to other files.
     *
     * @param file YAML, in UTF-8
     * @param options the keys that it may have
     * @param environment the variables that its values may refer to, usually {@link System#getenv()}
     * @param overrides {@code path=value} each, the later one first served
     * @throws ConfigurationException with every problem that was found
     */
    public static Configuration read(
            Path file, List<Option<?>> options, Map<String, String> environment, List<String> overrides) {
        ConfigurationReader reader =
                new ConfigurationReader(file.toString(), options, new References(environment, true));
        reader.readFile(file);
        overrides.forEach(reader::override);
        return reader.configuration();
    }

    /**
     * Reads a file that may have come from anywhere, and so refers to nothing outside of itself.
     *
     * @param file YAML, in UTF-8
     * @param options the keys that it may have
     * @throws ConfigurationException with every problem that was found
     */
    public static Configuration read(Path file, List<Option<?>> options) {
        ConfigurationReader reader = new ConfigurationReader(file.toString(), options, References.none());
        reader.readFile(file);
        return reader.configuration();
    }

    /**
     * Reads values that stand elsewhere than in a file of their own. They refer to no environment variables.
     *
     * @param source where they stand, for errors
     * @param options the keys that there may be
     * @param values YAML values by their keys' paths
     * @throws ConfigurationException with every problem that was found
     */
    public static Configuration read(String source, List<Option<?>> options, Map<String, String> values) {
        ConfigurationReader reader = new ConfigurationReader(source, options, References.none());
        values.forEach((path, text) -> reader.override(path, text, source));
        return reader.configuration();
    }

    /**
     * The names of the sections and keys at a file's top, by which one kind of file can be told from another.
     *
     * @throws ConfigurationException if the file cannot be read, or is no YAML
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

    private Configuration configuration() {
        requireRequired();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new Configuration(file, entries);
    }

    /**
     * Reads a file whose keys at its top are names of free choice, each over a section of the same options.
     *
     * @param file YAML, in UTF-8
     * @param options the keys that each section may have
     * @return the sections by their names, in the file's order
     * @throws ConfigurationException with every problem that was found
     */
    public static Map<String, Configuration> readNamed(Path file, List<Option<?>> options) {
        ConfigurationReader reader = new ConfigurationReader(file.toString(), options, References.none());
        Map<String, Configuration> sections = new LinkedHashMap<>();
        reader.root(file).ifPresent(mapping -> reader.readNames(mapping, sections));
        if (!reader.problems.isEmpty()) {
            throw new ConfigurationException(reader.problems);
        }
        return sections;
    }

    private void readNames(MappingNode mapping, Map<String, Configuration> sections) {
        for (NodeTuple tuple : mapping.getValue()) {
            String where = where(tuple.getKeyNode());
            String name = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            ConfigurationReader section = new ConfigurationReader(file, options, References.none());
            if (sections.containsKey(name)) {
                problems.add(new Problem(where, name, "stands here a second time"));
            } else if (tuple.getValueNode() instanceof MappingNode values) {
                section.readSection("", values);
                section.requireRequired();
            } else {
                problems.add(new Problem(where, name, "must hold keys and values"));
            }
            // What is missing has no line of its own: it is missing under its name.
            section.problems.forEach(problem -> problems.add(new Problem(
                    problem.where().equals(file) ? where : problem.where(),
                    name + "." + problem.key(), problem.message())));
            sections.putIfAbsent(name, new Configuration(where, section.entries));
        }
    }

    private void readFile(Path path) {
        root(path).ifPresent(mapping -> readSection("", mapping));
    }

    /** What stands at the file's top; nothing where the file is empty or holds something else, which is a problem. */
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
                problems.add(new Problem(where(tuple.getKeyNode()), path, "stands here a second time"));
            } else {
                readKey(path, tuple);
            }
        }
    }

    private void readKey(String path, NodeTuple tuple) {
        Optional<Option<?>> option = options.stream().filter(known -> known.path().equals(path)).findFirst();
        if (option.isPresent() && entries.containsKey(option.get())) {
            // Once as a section's key and once with the section's name before a dot.
            problems.add(new Problem(where(tuple.getKeyNode()), path, "stands here a second time"));
        } else if (option.isPresent()) {
            readValue(option.get(), tuple.getValueNode(), where(tuple.getKeyNode()));
        } else if (options.stream().noneMatch(known -> known.path().startsWith(path + "."))) {
            problems.add(new Problem(where(tuple.getKeyNode()), path, "is unknown" + suggestion(path)));
        } else if (tuple.getValueNode() instanceof MappingNode mapping) {
            readSection(path, mapping);
        } else if (!isNull(tuple.getValueNode())) {
            problems.add(new Problem(where(tuple.getKeyNode()), path, "must hold keys and values, such as "
                    + String.join(", ", keysOf(path))));
        }
    }

    /** The paths that may stand directly in a section. */
    private Collection<String> keysOf(String section) {
        String prefix = section.isEmpty() ? "" : section + ".";
        return options.stream()
                .map(Option::path)
                .filter(path -> path.startsWith(prefix))
                .map(path -> path.indexOf('.', prefix.length()) < 0
                        ? path
                        : path.substring(0, path.indexOf('.', prefix.length())))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * The nearest key of the same section, or else one of the same name elsewhere. The section's name is left out of
     * the comparison: it is the same, and would bring near what is not.
     */
    private String suggestion(String path) {
        String section = path.substring(0, Math.max(path.lastIndexOf('.'), 0));
        Collection<String> siblings = keysOf(section);
        int start = section.isEmpty() ? 0 : section.length() + 1;
        return NearestName.of(path.substring(start), siblings.stream().map(key -> key.substring(start)).toList())
                .map(nearest -> path.substring(0, start) + nearest)
                .or(() -> sameLastKey(path))
                .or(() -> section.isEmpty() || siblings.isEmpty()
                        ? NearestName.of(path, options.stream().map(Option::path).toList())
                        : Optional.empty())
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElse("; known here are " + String.join(", ", siblings.isEmpty() ? keysOf("") : siblings));
    }

    private Optional<String> sameLastKey(String path) {
        String last = path.substring(path.lastIndexOf('.') + 1);
        return options.stream().map(Option::path)
                .filter(known -> known.substring(known.lastIndexOf('.') + 1).equals(last))
                .findFirst();
    }

    private void override(String override) {
        int equals = override.indexOf('=');
        if (equals < 1) {
            problems.add(new Problem("--set " + name(override), "", "must be path=value, such as sink.topic=labels"));
            return;
        }
        String path = override.substring(0, equals);
        // Without the value, which may be a password, however wrong the path is.
        override(path, override.substring(equals + 1), "--set " + path + "=...");
    }

    private void override(String path, String text, String where) {
        Optional<Option<?>> option = options.stream().filter(known -> known.path().equals(path)).findFirst();
        Optional<Option<?>> properties = options.stream()
                .filter(known -> known.type() instanceof Properties && path.startsWith(known.path() + "."))
                .findFirst();
        if (option.isPresent()) {
            overrideValue(option.get(), text, where);
        } else if (properties.isPresent()) {
            overrideProperty(properties.get(), path, text, where);
        } else {
            problems.add(new Problem(where, path, "is unknown" + suggestion(path)));
        }
    }

    private void overrideValue(Option<?> option, String text, String where) {
        try {
            YamlText.compose(text).ifPresentOrElse(
                    node -> readValue(option, node, where),
                    () -> problems.add(new Problem(where, option.path(), "has no value")));
        } catch (YAMLException e) {
            problems.add(new Problem(where, option.path(), "has a value that is no YAML: " + YamlText.reason(e)));
        }
    }

    private void overrideProperty(Option<?> properties, String path, String text, String where) {
        String key = path.substring(properties.path().length() + 1);
        if (key.isEmpty()) {
            problems.add(new Problem(where, properties.path(), "must name a property after the last dot"));
            return;
        }
        Map<String, String> values = new LinkedHashMap<>();
        Configuration.Entry before = entries.get(properties);
        if (before != null) {
            ((Map<?, ?>) before.value()).forEach((name, value) -> values.put((String) name, (String) value));
        }
        try {
            values.put(key, references.substitute(text));
            entries.put(properties, new Configuration.Entry(values, where));
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(where, path, e.getMessage()));
        }
    }

    private void readValue(Option<?> option, Node node, String where) {
        if (isNull(node)) {
            problems.add(new Problem(where, option.path(), "has no value"));
            return;
        }
        try {
            entries.put(option, new Configuration.Entry(value(option.type(), node), where));
        } catch (IllegalArgumentException | ArithmeticException e) {
            problems.add(new Problem(where, option.path(), e.getMessage()));
        }
    }

    private Object value(OptionType<?> type, Node node) {
        if (type instanceof Scalar<?> scalar) {
            return scalar.parser().apply(text(node, scalar.name()));
        }
        if (type instanceof ListOf<?> list) {
            Stream<String> texts = node instanceof SequenceNode sequence
                    ? sequence.getValue().stream().map(element -> text(element, list.element().name()))
                    : Stream.of(text(node, list.name()).split(",")).map(String::strip).filter(part -> !part.isEmpty());
            return texts.map(list.element().parser()).toList();
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
            return references.substitute(scalar.getValue());
        }
        throw new IllegalArgumentException("must be " + expected + ", not "
                + (node instanceof SequenceNode ? "a list" : isNull(node) ? "nothing" : "keys and values"));
    }

    /**
     * As much of a key as can be a key: where a colon or a space is missing after it, its value is taken for a part of
     * it, which may be a password.
     */
    private static String name(String key) {
        String name = key.replaceFirst("(?s)[=:\\s].*", "");
        return name.length() == key.length() ? name : name + "...";
    }

    private void requireRequired() {
        Set<String> alreadyWrong = problems.stream().map(Problem::key).collect(Collectors.toSet());
        for (Option<?> option : options) {
            if (option.required() && !entries.containsKey(option) && !alreadyWrong.contains(option.path())) {
                problems.add(new Problem(file, option.path(), "is missing"));
            }
        }
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private String where(Node node) {
        return file + ":" + (node.getStartMark().getLine() + 1);
    }
}
