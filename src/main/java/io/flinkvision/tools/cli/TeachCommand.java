package io.flinkvision.tools.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.teach.Augmentation;
import io.flinkvision.core.teach.ExampleReader;
import io.flinkvision.core.teach.FeatureFile;
import io.flinkvision.core.teach.LabelledPictures;
import io.flinkvision.core.teach.RegionFile;
import io.flinkvision.core.teach.Teaching;
import io.flinkvision.core.teach.Teaching.Taught;
import io.flinkvision.core.teach.TeachingException;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.teach.KeptFeatures;
import io.flinkvision.tools.teach.TeachingPage;
import io.flinkvision.tools.teach.TeachingText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vision teach}: makes a model or a head from labelled pictures, and measures how good it is. */
@Command(
        name = "teach",
        description = {
            "Make a model with labels of your own from a folder of pictures: a bundle in conf/models, for whole pictures."
                    + " For the regions of a camera make a head: with --region, --regions or --output, or from a folder"
                    + " that has a region.yaml.",
            "DIR has one sub-folder per label; deeper folders are groups, such as a camera or a day, whose pictures"
                    + " are alike. A folder 'none' is of nothing in particular and becomes no label.",
            "The features of the pictures are kept beside the bundle or the head, so that it is soon taught again, and"
                    + " more of it with --more.",
            "The report is about pictures that were held out, never about those that were taught.",
            "With --publish the running jobs answer with the head some moments later, without a restart."
        },
        footer = {"", "Exit status: 0 if a model or head was written, and published with --publish, 1 if not, 2 on wrong"
                + " usage."})
final class TeachCommand extends LabelledPicturesCommand implements Runnable {

    private static final String AUGMENT = "--augment";

    private static final String PLAIN = "--plain";

    private static final String ENDING = ".head.safetensors";

    @Parameters(paramLabel = "DIR", description = "A folder that has a folder of pictures per label. With --more: the"
            + " file of the head, or the model, that is taught more.")
    private Path subject;

    @Option(names = "--more", paramLabel = "DIR",
            description = "Teach a head or a model these pictures besides its own, which need not be there any more, and"
                    + " replace it: 'teach gate.head.safetensors --more DIR', 'teach gate --more DIR'. Not a --plain"
                    + " model.")
    private Optional<Path> more = Optional.empty();

    /** The pictures' folder. */
    private Path folder;

    @Mixin
    private RegionArguments region;

    @Option(names = "--name", paramLabel = "NAME",
            description = "Name of the model: its folder in conf/models, and the model name in output records. Or the"
                    + " head's name in records and lists (default: the region's, or the folder's).")
    private Optional<String> name = Optional.empty();

    @Option(names = "--output", paramLabel = "FILE",
            description = "Write a head, for any region, and write it to this file (default for a region: NAME" + ENDING
                    + " in the current folder).")
    private Optional<Path> output = Optional.empty();

    @Mixin
    private ReportArguments report;

    @Option(names = PLAIN,
            description = "Make the model an ordinary checkpoint of its network's family, which other programs can load:"
                    + " only the last layer is taught. Not for ONNX models.")
    private boolean plain;

    @Option(names = AUGMENT, paramLabel = "VIEWS",
            description = "Teach further views of each picture: crop (the corners and the centre), flip (the mirror"
                    + " image), or crop,flip. The report is about pictures as they are (default: none).")
    private Augmentation augmentation = Augmentation.NONE;

    @Option(names = "--force", description = "Replace an existing model or file.")
    private boolean force;

    @Option(names = "--json", description = "Print the report as one JSON object, with all files.")
    private boolean json;

    @Override
    public void run() {
        folder = more.orElse(subject);
        if (plain && !augmentation.equals(Augmentation.NONE)) {
            throw wrongUse(AUGMENT + " is not for " + PLAIN + "; leave one of them out");
        }
        if (more.isPresent() && !isHead(subject)) {
            requireUseForModels();
            new ModelTeaching(this, folder, force).more(model(subject.toString()), name);
            return;
        }
        Optional<Head> before = more.map(pictures -> Head.read(subject));
        RegionArguments.Pictures place = new RegionArguments.Pictures(folder, describedRegion(folder));
        Optional<RegionKey> key = region.key(place);
        String title = title(before, key);
        if (before.isEmpty() && output.isEmpty() && key.isEmpty() && !hasRegionsFile()) {
            ModelTeaching models = new ModelTeaching(this, folder, force);
            if (plain) {
                models.plain(title);
            } else {
                models.teach(title);
            }
        } else if (plain) {
            throw wrongUse(PLAIN + " is for a model, not for a head; leave it out, or --region, --regions, --output and"
                    + " --more, and teach from a folder without a " + RegionFile.NAME);
        } else {
            writeHead(before, place, title);
        }
    }

    /** A file that is not there is a head too if it is named like one, for the better message. */
    private static boolean isHead(Path subject) {
        return Files.isRegularFile(subject) || subject.toString().endsWith(".safetensors");
    }

    private void requireUseForModels() {
        RegionArguments.Pictures place = new RegionArguments.Pictures(folder, describedRegion(folder));
        if (plain || output.isPresent() || hasRegionsFile() || region.key(place).isPresent()
                || givenBackbone().isPresent()) {
            throw wrongUse("A model is taught more of whole pictures, on its own network; leave out --regions, --region,"
                    + " --output, --backbone and " + PLAIN + ", and give a folder without a " + RegionFile.NAME);
        }
    }

    /** Checks that everything that is written besides has room. */
    void requireRoom() {
        report.requireRoom(force);
    }

    private void writeHead(Optional<Head> before, RegionArguments.Pictures place, String title) {
        NewFile file = new NewFile(output.orElseGet(() -> before.isPresent() ? subject : Path.of(title + ENDING)),
                force || before.isPresent() && output.isEmpty());
        file.requireRoom();
        report.requireRoom(force, file.path());
        LabelledPictures pictures = list(folder);
        if (before.isEmpty()) {
            pictures.requireTeachable();
        }
        if (region.publishes()) {
            try (RegionPublication publication = region.publication(place, givenBackbone(), this::log)) {
                Head head = write(file, before, title, publication.backbone(), pictures);
                publication.publish(head, file.path(), this::log);
            }
        } else {
            write(file, before, title, backbone(), pictures);
            log("Running jobs get it by: " + region.publishLine(place, file.path()));
        }
    }

    private Head write(
            NewFile file, Optional<Head> before, String title, ModelBundle bundle, LabelledPictures pictures) {
        before.ifPresent(head -> head.requireTaughtOn(Backbone.of(bundle)));
        KeptFeatures kept = before.isPresent() ? KeptFeatures.beside(file.path()) : KeptFeatures.of(file.path(), folder);
        ExampleReader.Reading reading = before.isPresent()
                ? moreThan(KeptFeatures.beside(subject), bundle, pictures)
                : readToTeach(pictures, bundle, kept.of(FeatureFile.Network.of(bundle), this::log));
        FeatureFile features = new FeatureFile(FeatureFile.Network.of(bundle), reading.pictures());
        Taught taught = teach(title, bundle, reading);
        file.write(taught.head().bytes());
        kept.keep(features, this::log);
        report(taught, pictures, text -> text.json(file.path()));
        log("Wrote " + file.path() + ", " + taught.head().bytes().length + " bytes.");
        return taught.head();
    }

    /** Prints the report, and writes the page if there is to be one. */
    void report(Taught taught, LabelledPictures pictures, Function<TeachingText, ObjectNode> ofPrograms) {
        Optional<String> page =
                report.write(force, pictures, thumbnails -> new TeachingPage(taught, thumbnails).html());
        TeachingText text = new TeachingText(taught);
        if (json) {
            print(ofPrograms.apply(text).toString());
        } else {
            text.lines().forEach(out()::println);
            out().flush();
        }
        page.ifPresent(this::log);
    }

    /** Pictures with the views that are to be taught of them. */
    ExampleReader.Reading readToTeach(LabelledPictures pictures, ModelBundle bundle, FeatureFile known) {
        return read(pictures, bundle, known, augmentation);
    }

    /** The pictures of what is taught more, and those that come. */
    ExampleReader.Reading moreThan(KeptFeatures kept, ModelBundle bundle, LabelledPictures pictures) {
        FeatureFile earlier = kept.toTeachMore(subject, FeatureFile.Network.of(bundle), pictures);
        return KeptFeatures.joined(earlier, readToTeach(pictures, bundle, earlier));
    }

    /** Teaches a head for the network of a bundle. */
    Taught teach(String title, ModelBundle bundle, ExampleReader.Reading reading) {
        return timed(reading, () -> Teaching.teach(
                reading.teachingSet(), request(title, bundle), reading.leftOut(), threads()),
                Function.identity());
    }

    static Teaching.Request request(String title, ModelBundle backbone) {
        return new Teaching.Request(title, backbone.backboneDigest(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    /** Teaches, and tells how long it took; of a failure, which files were left out. */
    <T> T timed(ExampleReader.Reading reading, Supplier<T> teaching, Function<T, Taught> result) {
        long start = System.nanoTime();
        try {
            T taught = teaching.get();
            log("Taught " + result.apply(taught).report().labels().size() + " labels in " + seconds(start) + ".");
            return taught;
        } catch (TeachingException e) {
            TeachingText.listed(reading.leftOut()).forEach(this::log);
            throw e;
        }
    }

    private String title(Optional<Head> before, Optional<RegionKey> key) {
        String title = name.or(() -> before.map(head -> head.description().name()))
                .or(() -> key.map(RegionKey::region))
                .or(this::nameOfFolder)
                .orElseThrow(() -> wrongUse(folder + " has no name that a head could have; give one with --name"));
        if (!HeadDescription.isName(title)) {
            throw wrongUse("--name must have from 1 to " + HeadDescription.MAX_NAME_LENGTH
                    + " characters, none of them a control character, not '" + title + "'");
        }
        if (output.isEmpty() && before.isEmpty() && title.contains("/")) {
            throw wrongUse("--name '" + title + "' is no name of a file; give one with --output");
        }
        return title;
    }

    /** With composed characters, since some file systems keep umlauts in two. */
    private Optional<String> nameOfFolder() {
        return Optional.ofNullable(folder.toAbsolutePath().normalize().getFileName())
                .map(last -> Normalizer.normalize(last.toString(), Normalizer.Form.NFC));
    }
}
