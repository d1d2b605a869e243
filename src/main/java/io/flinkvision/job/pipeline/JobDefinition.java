package io.flinkvision.job.pipeline;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.ConfigurationReader;
import io.flinkvision.core.configuration.OptionValues;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.camera.CameraDirectory;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.guard.NotesPlace;
import io.flinkvision.job.operator.AgeLimit;
import io.flinkvision.job.operator.BundleLocation.LocalBundle;
import io.flinkvision.job.operator.BundleLocation;
import io.flinkvision.job.operator.Versions;
import io.flinkvision.job.region.Regions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The file of a classify job, with the settings that are made of several options.
 *
 * @param folder of the file
 */
public record JobDefinition(OptionValues values, Path folder) implements KafkaJob {

    /**
     * Reads a job file.
     *
     * @param environment the variables that its values may refer to
     * @param overrides {@code path=value} each
     * @throws ConfigurationException with all problems of the file
     */
    public static JobDefinition read(Path file, Map<String, String> environment, List<String> overrides) {
        return new JobDefinition(ConfigurationReader.read(file, JobOptions.CLASSIFY, environment, overrides),
                file.toAbsolutePath().getParent());
    }

    @Override
    public List<String> outputTopics() {
        return Stream.of(JobOptions.SINK_TOPIC, JobOptions.EVENTS_TOPIC, JobOptions.EVENTS_STATES_TOPIC,
                        JobOptions.PICTURES_TOPIC, JobOptions.MODEL_COMPARISONS_TOPIC)
                .flatMap(topic -> find(topic).stream())
                .toList();
    }

    /**
     * The cameras that the job reads itself; empty if it reads topics of pictures.
     *
     * @throws ConfigurationException with all problems of the file of cameras
     */
    public Optional<CameraDirectory> cameras() {
        return JobCameras.of(values, folder);
    }

    @Override
    public List<String> warnings() {
        return Stream.concat(values.warnings().stream(), JobCameras.warnings(values, folder).stream()).toList();
    }

    public AgeLimit ageLimit() {
        return find(JobOptions.MAX_AGE).map(AgeLimit::new).orElse(AgeLimit.NONE);
    }

    /** Which frames reuse labels; empty if all are classified. */
    public Optional<ReuseRule> skipUnchanged() {
        return find(JobOptions.SKIP_UNCHANGED_THRESHOLD)
                .map(threshold -> new ReuseRule(threshold, get(JobOptions.SKIP_UNCHANGED_AT_LEAST_EVERY)));
    }

    public DecodeLimits decodeLimits() {
        long maxPixels = get(JobOptions.DECODE_MAX_PIXELS);
        long maxBytes = get(JobOptions.MAX_IMAGE_BYTES);
        // Pictures that come encoded from a camera were held to the limit when they were read; pixels have their own.
        return new DecodeLimits(readsCameras() ? Math.max(maxBytes, RawFormat.BGR24.channels() * maxPixels) : maxBytes,
                maxPixels, get(JobOptions.DECODE_MAX_SIDE), EnumSet.copyOf(get(JobOptions.DECODE_FORMATS)),
                get(JobOptions.DECODE_TRUNCATED));
    }

    /** Whether pictures may have regions: those of the job file, or those of the heads topic. */
    public boolean hasRegions() {
        return JobOptions.hasRegions(values);
    }

    /**
     * The network on which heads answer; empty if the job has no regions.
     *
     * @param bundle the job's model
     * @throws ModelException if the job has regions, but its network cannot be cut at its pooled features
     */
    public Optional<Backbone> backbone(ModelBundle bundle) {
        try {
            return hasRegions()
                    ? Optional.of(Backbone.of(bundle))
                    : Optional.empty();
        } catch (ModelException e) {
            throw new ModelException("The model " + bundle.name() + " cannot answer in regions, which the job file or its"
                    + " model.heads-topic declares: " + e.getMessage(), e);
        }
    }

    /**
     * The regions of the job file, with their heads, whose files are read.
     *
     * @param backbone the network that the heads must have been taught on
     * @throws ConfigurationException with the problems of all heads
     */
    public Regions regions(Backbone backbone) {
        return RegionOptions.read(JobOptions.REGIONS, get(JobOptions.REGIONS), folder, backbone);
    }

    public GuardSettings guard() {
        return new GuardSettings(
                get(JobOptions.CRASH_GUARD_ENABLED),
                find(JobOptions.CRASH_GUARD_FOLDER)
                        .<NotesPlace>map(NotesPlace.Chosen::new)
                        .orElseGet(NotesPlace.TemporaryFiles::new),
                GuardSettings.jobOf(get(JobOptions.SOURCE_BOOTSTRAP_SERVERS),
                        readsCameras() ? name() : get(JobOptions.SOURCE_GROUP)),
                get(JobOptions.CRASH_GUARD_DEADLINE));
    }

    /** The model's folder: an absolute path, or a URI. */
    public String bundle() {
        String bundle = get(JobOptions.MODEL_BUNDLE);
        return BundleLocation.isUri(bundle) ? bundle : folder.resolve(bundle).normalize().toString();
    }

    /** The model's folder if it is one of this machine, which is shipped with the job. */
    public Optional<Path> localBundle() {
        return Optional.of(bundle()).filter(bundle -> !BundleLocation.isUri(bundle)).map(Path::of);
    }

    /**
     * The job's model, until it is closed; one that is not on this machine is downloaded.
     *
     * @throws ModelException if it cannot be read
     */
    public LocalBundle openModel() {
        Optional<Path> local = localBundle();
        if (local.isPresent()) {
            return new LocalBundle(ModelBundle.read(local.get()), Optional.empty());
        }
        try {
            return new BundleLocation.Remote(bundle()).download();
        } catch (IOException e) {
            throw new ModelException(e.getMessage(), e);
        }
    }

    /** The line that a job begins its log with: its options, its model, and where it was submitted. No passwords. */
    String summary(ModelBundle bundle) {
        String notes = guard().place() instanceof NotesPlace.Chosen chosen
                ? chosen.path()
                : NotesPlace.TemporaryFiles.PREFIX + "USER of java.io.tmpdir";
        return "Job " + name() + ": " + values() + "; model " + bundle.name() + " (SHA-256 " + bundle.digest() + "); "
                + (guard().enabled() ? "crash notes in " + notes + "/" + guard().job() : "no crash notes")
                + "; submitted on " + Versions.hostName() + " with " + Versions.ofThisClient();
    }
}
