package io.flinkvision.tools.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.teach.ExampleReader;
import io.flinkvision.core.teach.LabelledPictures;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.tools.teach.HeadTrial;
import io.flinkvision.tools.teach.HeadTrialPage;
import io.flinkvision.tools.teach.TeachingText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vision head check}: measures the accuracy of a head. */
@Command(
        name = "check",
        description = {
            "Measure how often a head is right about labelled pictures that it was not taught, and show what it"
                    + " confuses with what.",
            "DIR has one sub-folder per label, as for 'teach'; of the pictures in a folder 'none' the share is printed"
                    + " that counts as unknown."
        },
        footer = {"",
            "Exit status: 0 if all is well, 1 if a picture could not be judged, 2 on wrong usage."})
final class HeadCheckCommand extends LabelledPicturesCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "HEAD", description = "The head's file.")
    private Path file;

    @Parameters(index = "1", paramLabel = "DIR", description = "A folder that has a folder of pictures per label.")
    private Path folder;

    @Mixin
    private ReportArguments report;

    @Option(names = "--force", description = "Overwrite an existing report.")
    private boolean force;

    @Option(names = "--json", description = "Print one JSON object, with all files.")
    private boolean json;

    @Override
    public Integer call() {
        report.requireRoom(force, file);
        Head head = Head.read(file);
        ModelBundle bundle = backbone();
        head.requireTaughtOn(Backbone.of(bundle));
        LabelledPictures pictures = list(folder);
        ExampleReader.Reading reading = read(pictures, bundle);
        HeadTrial trial = HeadTrial.of(head, reading.examples());
        if (trial.judged().isEmpty() && trial.none().isEmpty()) {
            TeachingText.listed(reading.leftOut()).forEach(this::log);
            throw new ModelException(folder + " holds no pictures of the head's labels: "
                    + String.join(", ", trial.labels()));
        }
        report.write(force, pictures, thumbnails -> new HeadTrialPage(head, trial, reading.leftOut(), thumbnails).html())
                .ifPresent(this::log);
        if (json) {
            print(json(head, trial, reading).toString());
        } else {
            lines(head, trial, reading).forEach(out()::println);
            out().flush();
        }
        return trial.unlabelled().isEmpty() && reading.leftOut().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static List<String> lines(Head head, HeadTrial trial, ExampleReader.Reading reading) {
        int count = trial.judged().size();
        List<String> lines = new ArrayList<>();
        lines.add(head + ": " + ModelText.labels(trial.labels()));
        if (count > 0) {
            lines.add("right    " + ModelText.share(trial.right(), count));
            lines.add("unknown  " + ModelText.share(trial.unknown(), count));
        }
        if (!trial.none().isEmpty()) {
            lines.add("unknown  " + ModelText.share(trial.unknownOfNone(), trial.none().size())
                    + " of nothing in particular");
        }
        if (count > 0) {
            lines.addAll(trial.confusion().lines());
            TeachingText.listed("Wrong (" + trial.wrong().size() + "), the most certain first:",
                    trial.wrong().stream().map(TeachingText::line).toList()).forEach(lines::add);
        }
        TeachingText.listed("No label of the head (" + trial.unlabelled().size() + "):",
                trial.unlabelled().stream().map(picture -> picture.source() + ": " + picture.label()).toList())
                .forEach(lines::add);
        TeachingText.listed(reading.leftOut()).forEach(lines::add);
        return lines;
    }

    private static ObjectNode json(Head head, HeadTrial trial, ExampleReader.Reading reading) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("name", head.description().name());
        result.put("digest", head.digest());
        result.put("count", trial.judged().size());
        result.put("right", trial.right());
        result.put("unknown", trial.unknown());
        result.putObject("none").put("count", trial.none().size()).put("unknown", trial.unknownOfNone());
        ArrayNode labels = result.putArray("labels");
        trial.labels().forEach(labels::add);
        result.set("confusion", trial.confusion().json());
        result.set("wrong", TeachingText.mistakes(trial.wrong()));
        ArrayNode unlabelled = result.putArray("unlabelled");
        trial.unlabelled().forEach(picture -> unlabelled.add(picture.source()));
        result.set("leftOut", TeachingText.leftOut(reading.leftOut()));
        return result;
    }
}
