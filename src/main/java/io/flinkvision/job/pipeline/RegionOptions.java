package io.flinkvision.job.pipeline;

import static io.flinkvision.core.configuration.OptionType.duration;
import static io.flinkvision.core.configuration.OptionType.nonEmptyListOf;
import static io.flinkvision.core.configuration.OptionType.number;
import static io.flinkvision.core.configuration.OptionType.text;

import io.flinkvision.core.configuration.ConfigurationException.Problem;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionType.SectionsOf;
import io.flinkvision.core.configuration.OptionValues;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.job.region.Regions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The options of a region in a job file, the checks of the list of regions, and the regions that it declares. */
public final class RegionOptions {

    /** Regions of a file; more than a handful belong on the heads topic. */
    private static final int MAX_REGIONS = 100;

    public static final Option<String> CAMERA = Option.withDefault("camera", text(), RegionKey.ALL_CAMERAS,
            "The camera, which is the key of its records; `*` for all cameras.")
            .checkedBy((option, camera, section) -> problem(() -> new RegionKey(camera, "region")));

    public static final Option<String> NAME = Option.required("name", text(),
            "The region's name in the records. A camera's own region takes the place of one of all cameras that has its"
                    + " name.")
            .checkedBy((option, name, section) -> problem(() -> new RegionKey(RegionKey.ALL_CAMERAS, name)));

    public static final Option<List<Double>> BOX = Option.required("box", nonEmptyListOf(number()),
            "`[x, y, width, height]` in fractions of the upright picture's width and height, from 0 to 1; x and y are"
                    + " the upper left corner.")
            .checkedBy((option, numbers, section) -> problem(() -> RegionBox.of(numbers)));

    public static final Option<Duration> EVERY = Option.optional("every", duration(Duration.ofMillis(1)),
            "The minimum time between two answers, by the frames' capture times. If it is absent, each frame has one.");

    public static final Option<String> HEAD = Option.optional("head", text(),
            "The file of the head that answers, relative to the job file; it is shipped with the job. If it is absent,"
                    + " the classes of the job's model answer.");

    /** In the order of the documentation. */
    public static final List<Option<?>> ALL = List.of(CAMERA, NAME, BOX, EVERY, HEAD);

    private RegionOptions() {}

    private static List<String> problem(Runnable check) {
        try {
            check.run();
            return List.of();
        } catch (IllegalArgumentException e) {
            return List.of(e.getMessage());
        }
    }

    /** The problems of a list of regions, each of which is valid on its own. */
    static List<String> problems(List<OptionValues> regions) {
        List<String> problems = new ArrayList<>();
        if (regions.size() > MAX_REGIONS) {
            problems.add("has " + regions.size() + " regions, more than the " + MAX_REGIONS + " of a file; declare them"
                    + " on a model.heads-topic with 'bin/vision head publish'");
        }
        Map<List<String>, OptionValues> byKey = new HashMap<>();
        for (OptionValues region : regions) {
            String camera = region.get(CAMERA);
            String name = region.get(NAME);
            OptionValues earlier = byKey.putIfAbsent(List.of(camera, name), region);
            if (earlier != null) {
                problems.add("has " + camera + "/" + name + " twice, at " + earlier.source() + " and "
                        + region.source());
            }
        }
        return problems;
    }

    /** Warns of regions that would go offline and online again between two answers. */
    static List<String> longPauses(
            Option<List<OptionValues>> option, List<OptionValues> regions, OptionValues values) {
        if (!values.isSet(JobOptions.EVENTS_TOPIC)) {
            return List.of();
        }
        Duration offlineAfter = values.get(JobOptions.EVENTS_OFFLINE_AFTER);
        return regions.stream()
                .filter(region -> region.find(EVERY).filter(every -> every.compareTo(offlineAfter) >= 0).isPresent())
                .map(region -> "The region " + region.get(CAMERA) + RegionKey.SEPARATOR + region.get(NAME)
                        + " is answered every " + EVERY.type().print(region.get(EVERY)) + ", but events.offline-after is "
                        + EVERY.type().print(offlineAfter) + ": its events say offline and online between two answers;"
                        + " lower the one or raise the other")
                .toList();
    }

    /** Whether one of the regions has a head. */
    static boolean haveHeads(List<OptionValues> regions) {
        return regions.stream().anyMatch(region -> region.isSet(HEAD));
    }

    /**
     * The regions with their heads, which are read.
     *
     * @param option the list of the regions
     * @param folder that the heads' files are relative to
     * @param backbone the network that they must have been taught on
     * @throws ConfigurationException with the problems of all heads
     */
    static Regions read(Option<List<OptionValues>> option, List<OptionValues> values, Path folder, Backbone backbone) {
        List<Region> regions = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (OptionValues section : values) {
            try {
                Optional<Head> head = section.find(HEAD).map(file -> head(folder.resolve(file).normalize(), backbone));
                regions.add(new Region(new RegionKey(section.get(CAMERA), section.get(NAME)), RegionBox.of(section.get(BOX)),
                        section.find(EVERY), head));
            } catch (ModelException e) {
                problems.add(section.problem(HEAD, e.getMessage()).in(SectionsOf.path(option, values.indexOf(section))));
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return Regions.of(regions);
    }

    private static Head head(Path file, Backbone backbone) {
        Head head = Head.read(file);
        head.requireTaughtOn(backbone);
        return head;
    }
}
