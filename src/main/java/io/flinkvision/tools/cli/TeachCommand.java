package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.teach.ExampleReader;
import io.flinkvision.core.teach.FeatureFile;
import io.flinkvision.core.teach.LabelledPictures;
import io.flinkvision.core.teach.Teaching;
import io.flinkvision.core.teach.Teaching.Taught;
import io.flinkvision.core.teach.TeachingException;
import io.flinkvision.core.teach.TeachingSet;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.teach.KeptFeatures;
import io.flinkvision.tools.teach.TeachingPage;
import io.flinkvision.tools.teach.TeachingText;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vision teach}: makes a head from labelled pictures, and measures how good it is. */
@Command(
        name = "teach",
        description = {
            "Make a head from a folder of pictures: labels of your own for 'head publish' and the regions of a job"
                    + " file.",
            "DIR has one sub-folder per label; deeper folders are groups, such as a camera or a day, whose pictures"
                    + " are alike. A folder 'none' is of nothing in particular and becomes no label.",
            "The features of the pictures are kept beside the head, so that it is soon taught again, and more of it with"
                    + " --more.",
            "The report is about pictures that were held out, never about those that were taught.",
            "With --publish the running jobs answer with the head some moments later, without a restart."
        },
        footer = {"", "Exit status: 0 if a head was written, and published with --publish, 1 if not, 2 on wrong usage."})
final class TeachCommand extends LabelledPicturesCommand implements Runnable {

    private static final String ENDING = ".head.safetensors";

    @Parameters(paramLabel = "DIR", description = "A folder that has a folder of pictures per label. With --more: the"
            + " file of the head that is taught more.")
    private Path subject;

    @Option(names = "--more", paramLabel = "DIR",
            description = "Teach a head these pictures besides its own, which need not be there any more, and replace"
                    + " its file: 'teach gate.head.safetensors --more DIR'.")
    private Optional<Path> more = Optional.empty();

    /** The pictures' folder. */
    private Path folder;

    @Mixin
    private RegionArguments region;

    @Option(names = "--name", paramLabel = "NAME",
            description = "The head's name in records and lists (default: the region's, or the folder's).")
    private Optional<String> name = Optional.empty();

    @Option(names = "--output", paramLabel = "FILE",
            description = "The file to write (default: NAME" + ENDING + " in the current folder).")
    private Optional<Path> output = Optional.empty();

    @Mixin
    private ReportArguments report;

    @Option(names = "--force", description = "Overwrite an existing file.")
    private boolean force;

    @Option(names = "--json", description = "Print the report as one JSON object, with all files.")
    private boolean json;

    @Override
    public void run() {
        folder = more.orElse(subject);
        Optional<Head> before = more.map(pictures -> Head.read(subject));
        RegionArguments.Pictures place = new RegionArguments.Pictures(folder, describedRegion(folder));
        String title = title(before, region.key(place));
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
                ? moreThan(bundle, pictures)
                : read(pictures, bundle, kept.of(FeatureFile.Network.of(bundle), this::log));
        FeatureFile features = new FeatureFile(FeatureFile.Network.of(bundle), reading.pictures());
        Taught taught = teach(title, bundle, reading);
        file.write(taught.head().bytes());
        kept.keep(features, this::log);
        Optional<String> page =
                report.write(force, pictures, thumbnails -> new TeachingPage(taught, thumbnails).html());
        TeachingText text = new TeachingText(taught);
        if (json) {
            print(text.json(file.path()).toString());
        } else {
            text.lines().forEach(out()::println);
            out().flush();
        }
        log("Wrote " + file.path() + ", " + taught.head().bytes().length + " bytes.");
        page.ifPresent(this::log);
        return taught.head();
    }

    private ExampleReader.Reading moreThan(ModelBundle bundle, LabelledPictures pictures) {
        FeatureFile earlier = KeptFeatures.beside(subject)
                .toTeachMore(subject, FeatureFile.Network.of(bundle), pictures);
        return KeptFeatures.joined(earlier, read(pictures, bundle, earlier));
    }

    private Taught teach(String title, ModelBundle bundle, ExampleReader.Reading reading) {
        long start = System.nanoTime();
        TeachingSet set;
        try {
            set = TeachingSet.of(reading.examples());
        } catch (TeachingException e) {
            TeachingText.listed(reading.leftOut()).forEach(this::log);
            throw e;
        }
        Taught taught = Teaching.teach(set, new Teaching.Request(title, bundle.backboneDigest(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS)), reading.leftOut(), threads());
        log("Taught " + set.labels().size() + " labels in " + seconds(start) + ".");
        return taught;
    }

    private String title(Optional<Head> before, Optional<RegionKey> key) {
        String title = name.or(() -> before.map(head -> head.description().name()))
                .or(() -> key.map(RegionKey::region)).orElseGet(() -> Optional.ofNullable(folder.toAbsolutePath().normalize().getFileName())
                .map(last -> Normalizer.normalize(last.toString(), Normalizer.Form.NFC))
                .orElseThrow(() -> wrongUse(folder + " has no name that a head could have; give one with --name")));
        if (!HeadDescription.isName(title)) {
            throw wrongUse("--name must have from 1 to " + HeadDescription.MAX_NAME_LENGTH
                    + " characters, none of them a control character, not '" + title + "'");
        }
        if (output.isEmpty() && before.isEmpty() && title.contains("/")) {
            throw wrongUse("--name '" + title + "' is no name of a file; give one with --output");
        }
        return title;
    }
}
