package io.flinkvision.core.camera;

import io.flinkvision.core.configuration.ConfigurationException.Problem;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.ConfigurationReader;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionType;
import io.flinkvision.core.configuration.OptionValues;
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
 * Reads a file of cameras: {@code cameras} maps each id to a {@code source} and to the settings that override the
 * defaults. Values may refer to environment variables, which is where passwords belong.
 */
public final class CamerasFile {

    private static final String CAMERAS = "cameras";

    private final OptionValues configuration;
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
                    Option.required(path + "source", OptionType.text(), "A SOURCE of bin/vision feed."),
                    Option.optional(path + "fps", OptionType.number(), "Maximum of frames per second."),
                    Option.optional(path + "every", OptionType.wholeNumber(1, Integer.MAX_VALUE),
                            "One frame in this many is sent."),
                    Option.optional(path + "max-side", OptionType.wholeNumber(16, 65535), "Maximum side in pixels."),
                    Option.optional(path + "quality", OptionType.wholeNumber(1, 100), "JPEG quality."),
                    Option.optional(path + "loop", OptionType.truth(), "Whether files restart at their end."),
                    Option.optional(path + "realtime", OptionType.truth(), "Whether videos keep their own pace."),
                    Option.optional(path + "follow", OptionType.truth(), "Whether folders are watched for new files."));
        }

        List<Option<?>> all() {
            return List.of(source, fps, every, maxSide, quality, loop, realtime, follow);
        }
    }

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
        List<Options> options = ids(file).stream().map(Options::of).toList();
        List<Option<?>> all = new ArrayList<>();
        options.forEach(camera -> all.addAll(camera.all()));
        CamerasFile reader = new CamerasFile(ConfigurationReader.read(file, all, environment, List.of()), defaults);
        List<CameraDefinition> cameras = new ArrayList<>();
        options.forEach(camera -> reader.camera(camera).ifPresent(cameras::add));
        if (cameras.isEmpty() && reader.problems.isEmpty()) {
            reader.problems.add(new Problem(file.toString(), CAMERAS, "has no camera"));
        }
        if (!reader.problems.isEmpty()) {
            throw new ConfigurationException(reader.problems);
        }
        return List.copyOf(cameras);
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

    private Optional<CameraDefinition> camera(Options options) {
        String id = options.source().path().replaceAll("^" + CAMERAS + "[.]|[.]source$", "");
        try {
            List<FrameSource> sources = SourceParser.parse(configuration.get(options.source()));
            if (sources.size() != 1) {
                throw new CameraException("is " + sources.size() + " sources, but a camera has one");
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
