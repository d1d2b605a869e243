package io.flinkvision.core.camera;

import io.flinkvision.core.configuration.ConfigurationException.Problem;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.ConfigurationReader;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionValues;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Reads a file of cameras: {@code cameras} maps each id to a {@code source} and to the settings that override the
 * defaults. Values may refer to environment variables, which is where passwords belong.
 */
public final class CamerasFile {

    private static final String CAMERAS = "cameras";

    private final OptionValues configuration;
    private final CameraSettings defaults;
    private final List<Problem> problems = new ArrayList<>();

    private CamerasFile(OptionValues configuration, CameraSettings defaults) {
        this.configuration = configuration;
        this.defaults = defaults;
    }

    /**
     * Reads the file.
     *
     * @param environment the variables that values may refer to
     * @param defaults for the settings that a camera does not have
     * @throws ConfigurationException with all problems of the file
     */
    public static List<CameraDefinition> read(Path file, Map<String, String> environment, CameraSettings defaults) {
        List<CameraOptions> options = options(file);
        List<Option<?>> all = options.stream().flatMap(camera -> camera.all().stream()).toList();
        CamerasFile reader = new CamerasFile(ConfigurationReader.read(file, all, environment, List.of()), defaults);
        List<CameraDefinition> cameras = new ArrayList<>();
        options.forEach(camera -> reader.camera(camera).ifPresent(cameras::add));
        if (cameras.isEmpty() && reader.problems.isEmpty()) {
            reader.problems.add(noCamera(file));
        }
        if (!reader.problems.isEmpty()) {
            throw new ConfigurationException(reader.problems);
        }
        return List.copyOf(cameras);
    }

    /**
     * Reads the file for a job, which resolves its references where the cameras are read. What can be checked without
     * the variables is checked.
     *
     * @return the cameras by their ids
     * @throws ConfigurationException with all problems of the file, none of which has a password
     */
    public static SortedMap<String, CameraDeclaration> declarations(Path file) {
        List<CameraOptions> options = options(file);
        OptionValues texts = ConfigurationReader.readUnresolved(
                file, options.stream().flatMap(camera -> camera.asTexts().stream()).toList());
        SortedMap<String, CameraDeclaration> cameras = new TreeMap<>();
        List<Problem> problems = new ArrayList<>();
        for (CameraOptions camera : options) {
            SortedMap<String, String> values = new TreeMap<>();
            Map<String, Option<?>> keys = new HashMap<>();
            camera.asTexts().forEach(option -> {
                keys.put(camera.key(option), option);
                texts.find(option).ifPresent(text -> values.put(camera.key(option), (String) text));
            });
            try {
                CameraDeclaration declaration = new CameraDeclaration(id(camera), values);
                declaration.problems().forEach((key, problem) -> problems.add(texts.problem(keys.get(key), problem)));
                cameras.put(declaration.id(), declaration);
            } catch (IllegalArgumentException e) {
                problems.add(texts.problem(keys.get(CameraOptions.SOURCE), e.getMessage()));
            }
        }
        if (options.isEmpty()) {
            problems.add(noCamera(file));
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return cameras;
    }

    private static Problem noCamera(Path file) {
        return new Problem(file.toString(), CAMERAS, "has no camera");
    }

    private static List<CameraOptions> options(Path file) {
        return ids(file).stream().distinct().map(id -> CameraOptions.of(CAMERAS + "." + id + ".")).toList();
    }

    private static String id(CameraOptions camera) {
        return camera.prefix().substring(CAMERAS.length() + 1, camera.prefix().length() - 1);
    }

    /** The ids, which are the user's choice; problems of the file are reported when it is read for its options. */
    private static List<String> ids(Path file) {
        List<String> ids = new ArrayList<>();
        try {
            Node root = new Yaml().compose(new StringReader(Files.readString(file)));
            children(root).stream()
                    .filter(tuple -> name(tuple).equals(CAMERAS))
                    .forEach(tuple -> children(tuple.getValueNode()).forEach(camera -> ids.add(name(camera))));
        } catch (IOException | YAMLException e) {
            return List.of();
        }
        return ids;
    }

    private static List<NodeTuple> children(Node node) {
        return node instanceof MappingNode mapping ? mapping.getValue() : List.of();
    }

    private static String name(NodeTuple tuple) {
        return tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    private Optional<CameraDefinition> camera(CameraOptions options) {
        String id = id(options);
        try {
            return Optional.of(options.camera(id, configuration, defaults));
        } catch (CameraException | IllegalArgumentException e) {
            problems.add(configuration.problem(options.source(), e.getMessage()));
            return Optional.empty();
        }
    }
}
