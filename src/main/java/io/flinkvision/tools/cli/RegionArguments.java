package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.teach.RegionFile;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.operator.BundleLocation.LocalBundle;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.publish.DeclaredRegions.Declaration;
import io.flinkvision.tools.publish.DeclaredRegions;
import io.flinkvision.tools.publish.HeadsTopic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The options of teaching for a region of a camera: its name, and its declaration to running jobs. */
final class RegionArguments {

    private static final String BOX = "--box";
    private static final String PUBLISH = "--publish";

    @Option(names = "--region", paramLabel = "CAMERA/REGION",
            description = "Teach a head for this region, '*/REGION' for all cameras (default: the region of DIR's "
                    + RegionFile.NAME + ", whose pictures are whole frames). Without such a file, DIR's pictures must be"
                    + " cut like the region.")
    private Optional<RegionKey> region = Optional.empty();

    @Option(names = PUBLISH,
            description = "Declare the region with the head to running jobs, as 'head publish' does. The job's own model"
                    + " is then the backbone.")
    private boolean publish;

    @Option(names = BOX, paramLabel = "X,Y,WIDTH,HEIGHT",
            description = "Where the published head answers, in fractions of the upright picture, from 0 to 1 (default:"
                    + " the box of DIR's " + RegionFile.NAME + ", else the one that is declared for the region now).")
    private Optional<RegionBox> box = Optional.empty();

    @Mixin
    private HeadsTopicArguments heads;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * The labelled pictures, as far as the options need to know them.
     *
     * @param described what the folder says of itself
     */
    record Pictures(Path folder, Optional<RegionFile> described) {

        /** @throws ToolException if the folder's file names no region that there can be */
        private Optional<RegionKey> key() {
            try {
                return described.map(region -> new RegionKey(region.camera(), region.region()));
            } catch (IllegalArgumentException e) {
                throw new ToolException(file() + ": " + e.getMessage(), e);
            }
        }

        private Path file() {
            return folder.resolve(RegionFile.NAME);
        }
    }

    /** Whether the head is to be published. */
    boolean publishes() {
        return publish;
    }

    /**
     * The region to teach a head for; empty if none is named. Where the pictures are of another one, only a box says
     * that this is meant.
     *
     * @throws ParameterException if the options contradict the pictures or each other
     * @throws ToolException if the folder's file names no region that there can be
     */
    Optional<RegionKey> key(Pictures pictures) {
        requireUseOfOptions();
        Optional<RegionKey> ofPictures = pictures.key();
        if (region.isPresent() && ofPictures.isPresent() && !region.equals(ofPictures) && box.isEmpty()) {
            throw wrongUse("--region is " + region.get() + ", but " + pictures.file() + " says that the pictures are of "
                    + ofPictures.get() + "; leave --region out, or give the box in " + region.get() + " too, with "
                    + PUBLISH + " and " + BOX);
        }
        Optional<RegionKey> key = region.or(() -> ofPictures);
        if (publish && key.isEmpty()) {
            throw wrongUse(PUBLISH + " needs --region CAMERA/REGION, since there is no " + pictures.file());
        }
        return key;
    }

    private void requireUseOfOptions() {
        ParseResult parsed = spec.commandLine().getParseResult();
        List<String> ofPublishing = new ArrayList<>(List.of(BOX));
        ofPublishing.addAll(HeadsTopicArguments.NAMES);
        ofPublishing.stream().filter(name -> !publish && parsed.hasMatchedOption(name)).findFirst().ifPresent(name -> {
            throw wrongUse(name + " has no effect without " + PUBLISH);
        });
    }

    /**
     * Prepares the publication of a head that is not there yet.
     *
     * @param backbone the model that the command line names
     * @param remarks receives what was done, and warnings
     * @throws ParameterException if there is no topic, no box, or the named model is not the job's
     * @throws ModelException if the job's model cannot be read, or cut at its pooled features
     * @throws ToolException if the topic cannot be read or made
     */
    RegionPublication publication(Pictures pictures, Optional<ModelBundle> backbone, Consumer<String> remarks) {
        RegionKey key = key(pictures).orElseThrow();
        JobDefinition job = heads.job();
        HeadsTopic topic = heads.topic(job);
        LocalBundle model = job.openModel();
        try {
            backbone.ifPresent(named -> requireSame(named, model.bundle()));
            Backbone network = Backbone.of(model.bundle());
            DeclaredRegions declared = topic.declared(network, job.regions(network));
            Optional<Region> before = declared.find(key).map(Declaration::region);
            RegionBox place = box.or(() -> pictures.described().map(RegionFile::box))
                    .or(() -> before.map(Region::box))
                    .orElseThrow(() -> wrongUse(withoutBox(key, topic, pictures, declared)));
            before.map(Region::box).filter(it -> !it.equals(place)).ifPresent(it -> remarks.accept(
                    "The region " + key + " moves from the box " + it.text() + " to " + place.text() + "."));
            topic.require(remarks);
            return new RegionPublication(model, topic, key, place, before.flatMap(Region::every), heads.given());
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private void requireSame(ModelBundle named, ModelBundle ofJob) {
        if (!named.backboneDigest().equals(ofJob.backboneDigest())) {
            throw wrongUse("--backbone " + named.name() + " (SHA-256 " + named.backboneDigest() + ") is not the job's model "
                    + ofJob.name() + " (SHA-256 " + ofJob.backboneDigest() + "), which takes only heads that were taught on it;"
                    + " leave --backbone out");
        }
    }

    private static String withoutBox(RegionKey key, HeadsTopic topic, Pictures pictures, DeclaredRegions declared) {
        return "The box of " + key + " is not known: neither " + pictures.file() + " nor the job file nor topic "
                + topic.name() + " has it" + declared.refusal(key)
                        .map(refusal -> " (the job refuses " + refusal.source() + ": " + refusal.reason() + ")").orElse("")
                + "; give it with " + BOX + " X,Y,WIDTH,HEIGHT";
    }

    /** A line for a shell that publishes a head. */
    String publishLine(Pictures pictures, Path head) {
        return RegionPublication.command(List.of(key(pictures).map(RegionKey::toString).orElse("CAMERA/REGION"), BOX,
                pictures.described().map(region -> region.box().text()).orElse("X,Y,WIDTH,HEIGHT"),
                "--head", head.toString()));
    }

    private ParameterException wrongUse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
