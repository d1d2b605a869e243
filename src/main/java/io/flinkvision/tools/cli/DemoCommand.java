package io.flinkvision.tools.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.tools.local.Demo.Event;
import io.flinkvision.tools.local.Demo.Summary;
import io.flinkvision.tools.local.Demo;
import io.flinkvision.tools.local.LiveDemo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vision demo}: photographs through a real broker and a real Flink job, in one JVM. */
@Command(
        name = "demo",
        description = "Run the job on this machine, with a Kafka broker and a Flink cluster of its own, and feed it a"
                + " folder of pictures.",
        footer = {"", "With --live it runs until it is stopped (Ctrl-C). Otherwise it exits with 0 when each picture"
            + " got a label or a dead letter, 1 when one got neither."})
final class DemoCommand implements Callable<Integer> {

    private static final int MOST_SLOTS = 2;

    @Option(names = "--images", paramLabel = "DIR",
            description = "The folder whose files are fed (default: the model's own images).")
    private Optional<Path> images;

    @Option(names = "--model", paramLabel = "BUNDLE",
            description = "A model bundle: a folder, or a name in conf/models (default: the job file's).")
    private Optional<String> model;

    @Option(names = "--json", description = "Print the output records as they are, one a line, and each dead letter as"
            + " {\"deadLetter\":{\"key\",\"code\",\"message\"}}.")
    private boolean json;

    @Option(names = "--live", description = "Show the pictures as cameras, with some test scenes, on a wall in the"
            + " browser.")
    private boolean live;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8080",
            description = "The wall's TCP port, 0 for a free one (default: ${DEFAULT-VALUE}; --live only).")
    private int port;

    @Option(names = "--scenes", paramLabel = "N", defaultValue = "4",
            description = "Cameras that show a test scene (default: ${DEFAULT-VALUE}; --live only).")
    private int scenes;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ProjectHome home = ProjectHome.current();
        Optional<Path> bundle = model.map(name -> new ModelArgument(name).folder(spec.commandLine()));
        Path samples = home.bundle(ProjectHome.DEFAULT_BUNDLE).resolve("images");
        Path folder = images.orElse(bundle.map(path -> path.resolve("images")).filter(Files::isDirectory)
                .orElse(samples));
        if (!Files.isDirectory(folder)) {
            throw new ParameterException(spec.commandLine(), "--images must be a folder, and " + folder + " is none");
        }
        Path jobFile = home.classifyJob();
        int slots = Math.min(MOST_SLOTS, Runtime.getRuntime().availableProcessors());
        if (live) {
            showLive(new LiveDemo.Settings(jobFile, bundle, folder, scenes, slots, port));
            return ExitCode.OK;
        }
        Summary summary = Demo.run(new Demo.Settings(jobFile, bundle, folder, slots), this::tell);
        conclude(summary);
        return summary.unanswered().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void showLive(LiveDemo.Settings settings) throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        LiveDemo demo = LiveDemo.start(settings, step -> tell(new Event.Step(step)));
        spec.commandLine().getOut().println(demo.address());
        spec.commandLine().getOut().flush();
        err.println("The wall is at the address above; Ctrl-C ends it.");
        err.flush();
        CountDownLatch stopped = new CountDownLatch(1);
        StopOnInterrupt.during(() -> runUntil(stopped, demo), stopped::countDown, ExitCode.OK);
    }

    /** Closes the demo too: what comes after this, a JVM that was asked to end does no more. */
    private static boolean runUntil(CountDownLatch stopped, LiveDemo demo) {
        try (demo) {
            while (!stopped.await(1, TimeUnit.SECONDS)) {
                demo.requireRunning();
            }
        } catch (InterruptedException e) {
            // The one who started it in this JVM has had enough.
            Thread.currentThread().interrupt();
        }
        return true;
    }

    private void tell(Event event) {
        PrintWriter out = spec.commandLine().getOut();
        if (event instanceof Event.Step step) {
            spec.commandLine().getErr().println(step.description() + " ...");
        } else if (event instanceof Event.Labelled labelled) {
            out.println(json ? labelled.text() : labelled.record().path("key").asText() + ": "
                    + labels(labelled.record()));
        } else if (event instanceof Event.DeadLettered letter) {
            out.println(json ? deadLetter(letter)
                    : letter.key() + ": dead letter " + letter.code() + ": " + letter.message());
        }
        out.flush();
    }

    private static String labels(JsonNode labelled) {
        StringJoiner labels = new StringJoiner(", ");
        for (JsonNode label : labelled.path("labels")) {
            labels.add(LabelText.of(label.path("label").asText(), label.path("score").asDouble()));
        }
        return labels.toString();
    }

    private static ObjectNode deadLetter(Event.DeadLettered letter) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.putObject("deadLetter")
                .put("key", letter.key())
                .put("code", letter.code())
                .put("message", letter.message());
        return line;
    }

    /** With {@code --json} standard output belongs to the records alone. */
    private void conclude(Summary summary) {
        PrintWriter target = json ? spec.commandLine().getErr() : spec.commandLine().getOut();
        summary.unanswered().stream().sorted().forEach(key ->
                spec.commandLine().getErr().println(key + ": no answer came"));
        target.printf(Locale.ROOT, "%d pictures: %d labelled, %d dead letters, %.1f pictures/s, %d model loads%n",
                summary.pictures(), summary.labelled(), summary.deadLetters(), summary.picturesPerSecond(),
                summary.modelLoads());
        target.flush();
    }
}
