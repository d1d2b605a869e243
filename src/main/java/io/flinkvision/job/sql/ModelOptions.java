package io.flinkvision.job.sql;

import io.flinkvision.core.image.ImageFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** The options of {@code CREATE MODEL}. Those of the crash guard are called as in a job file. */
final class ModelOptions {

    static final ConfigOption<String> BUNDLE = ConfigOptions.key("bundle")
            .stringType()
            .noDefaultValue()
            .withDescription("The model's folder: an absolute path or a URI that every TaskManager can read, or the"
                    + " name of an entry of pipeline.cached-files, which travels with the query.");

    static final ConfigOption<String> HEAD = ConfigOptions.key("head")
            .stringType()
            .noDefaultValue()
            .withDescription("The file of a head, which answers instead of the network's own classes; named like the"
                    + " bundle.");

    static final ConfigOption<String> REGION = ConfigOptions.key("region")
            .stringType()
            .noDefaultValue()
            .withDescription("The box that is answered instead of the whole picture: x,y,width,height in parts of the"
                    + " upright picture, from 0 to 1.");

    static final ConfigOption<Map<String, String>> REGIONS = ConfigOptions.key("regions")
            .mapType()
            .noDefaultValue()
            .withDescription("Boxes for the output 'regions', one option regions.NAME for each.");

    static final ConfigOption<Integer> TOP_K = ConfigOptions.key("top-k")
            .intType()
            .defaultValue(5)
            .withDescription("The maximum number of labels of the output 'labels'.");

    static final ConfigOption<List<ImageFormat>> FORMATS = ConfigOptions.key("formats")
            .enumType(ImageFormat.class)
            .asList()
            .defaultValues(ImageFormat.DEFAULTS.stream().sorted().toArray(ImageFormat[]::new))
            .withDescription("The formats that are decoded, separated by semicolons; a picture of another one gets the"
                    + " error code FORMAT_NOT_ALLOWED.");

    static final ConfigOption<Boolean> CRASH_GUARD_ENABLED = ConfigOptions.key("crash-guard.enabled")
            .booleanType()
            .defaultValue(true)
            .withDescription("A picture that was being decoded or classified at two deaths of a TaskManager's process"
                    + " gets the error code CRASHED_DECODER instead of killing the next process.");

    static final ConfigOption<String> CRASH_GUARD_FOLDER = ConfigOptions.key("crash-guard.folder")
            .stringType()
            .noDefaultValue()
            .withDescription("The folder in which the TaskManagers note the pictures in flight: an absolute path that"
                    + " outlives a TaskManager. If it is absent, flink-vision-notes-USER below java.io.tmpdir.");

    static final ConfigOption<Duration> CRASH_GUARD_DEADLINE = ConfigOptions.key("crash-guard.deadline")
            .durationType()
            .defaultValue(Duration.ofSeconds(60))
            .withDescription("The maximum time to decode and classify a picture. Native code cannot be interrupted, so"
                    + " the TaskManager's process ends, and the picture gets the error code TOO_SLOW. 0 s: no"
                    + " deadline.");

    static final Set<ConfigOption<?>> REQUIRED = Set.of(BUNDLE);

    static final Set<ConfigOption<?>> OPTIONAL = Set.of(HEAD, REGION, REGIONS, TOP_K, FORMATS, CRASH_GUARD_ENABLED,
            CRASH_GUARD_FOLDER, CRASH_GUARD_DEADLINE);

    private ModelOptions() {}
}
