package io.flinkvision.tools.feed;

import io.flinkvision.core.configuration.Configuration;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.ConfigurationReader;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionType;
import io.flinkvision.core.configuration.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Reads a file of cameras: under {@code cameras} an id for each, and under that its {@code source} and what differs
 * from the settings of the others. Values take environment variables, which is where passwords belong.
 */
public final class CamerasFile {

    private static final String CAMERAS = "cameras";

    private final Configuration configuration;
    private final CameraSettings defaults;
    private final List<Problem> problems = new ArrayList<>();

    /** The keys of one camera. */
    private record Options(
            Option<String> source,
            Option<Double> fps,
            Option<Integer> every,
            Option<Integer> maxSide,
            Option<Integer> quality,
            Option<Boolean> loop,
            Option<Boolean> realtime,
            Option<Boolean> follow) {

        static Options of(String id) {
            String path = CAMERAS + "." + id + ".";
            return new Options(
                    Option.required(path + "source", OptionType.text(), "As bin/vision feed takes it."),
                    Option.optional(path + "fps", OptionType.number(), "The most frames a second."),
                    Option.optional(path + "every", OptionType.wholeNumber(1, Integer.MAX_VALUE),
                            "One frame in so many."),
                    Option.optional(path + "max-side", OptionType.wholeNumber(16, 65535), "Pixels of a side."),
                    Option.optional(path + "quality", OptionType.wholeNumber(1, 100), "JPEG quality."),
                    Option.optional(path + "loop", OptionType.truth(), "Whether files start again."),
                    Option.optional(path + "realtime", OptionType.truth(), "Whether files keep their pace."),
                    Option.optional(path + "follow", OptionType.truth(), "Whether folders are watched."));
        }

        List<Option<?>> all() {
            return List.of(source, fps, every, maxSide, quality, loop, realtime, follow);
        }
    }

    private CamerasFile(Configuration configuration, CameraSettings defaults) {
        this.configuration = configuration;
        this.defaults = defaults;
    }

    /**
     * Reads the file.
     *
     * @param environment the variables that its values may refer to
     * @param defaults of the settings that a camera does not set
     * @throws ConfigurationException with everything that is wrong in it
     */
    public static List<CameraDefinition> read(Path file, Map<String, String> environment, CameraSettings defaults) {
        List<Options> options = ids(file).stream().map(Options::of).toList();
        List<Option<?>> all = new ArrayList<>();
        options.forEach(camera -> all.addAll(camera.all()));
        CamerasFile reader = new CamerasFile(ConfigurationReader.read(file, all, environment, List.of()), defaults);
        List<CameraDefinition> cameras = new ArrayList<>();
        options.forEach(camera -> reader.camera(camera).ifPresent(cameras::add));
        if (cameras.isEmpty() && reader.problems.isEmpty()) {
            reader.problems.add(new Problem(file.toString(), CAMERAS, "holds no camera"));
        }
        if (!reader.problems.isEmpty()) {
            throw new ConfigurationException(reader.problems);
        }
        return List.copyOf(cameras);
    }

    /** The ids, which are keys of free choice; what is wrong with the file is told by who reads it next. */
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

    private Optional<CameraDefinition> camera(Options options) {
        String id = options.source().path().replaceAll("^" + CAMERAS + "[.]|[.]source$", "");
        try {
            List<FrameSource> sources = SourceParser.parse(configuration.get(options.source()));
            if (sources.size() != 1) {
                throw new CameraException("is " + sources.size() + " sources; a camera has one");
            }
            return Optional.of(new CameraDefinition(id, sources.get(0), settings(options)));
        } catch (CameraException | IllegalArgumentException e) {
            problems.add(configuration.problem(options.source(), e.getMessage()));
            return Optional.empty();
        }
    }

    private CameraSettings settings(Options options) {
        return new CameraSettings(
                configuration.find(options.fps()).or(defaults::fps),
                configuration.find(options.every()).orElse(defaults.every()),
                configuration.find(options.maxSide()).or(defaults::maxSide),
                configuration.find(options.quality()).orElse(defaults.quality()),
                configuration.find(options.loop()).orElse(defaults.loop()),
                configuration.find(options.realtime()).orElse(defaults.realtime()),
                configuration.find(options.follow()).orElse(defaults.follow()),
                defaults.again(), defaults.keyByFile(), defaults.max());
    }
}
