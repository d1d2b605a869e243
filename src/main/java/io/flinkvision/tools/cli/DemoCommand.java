package io.flinkvision.tools.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.ExitHook;
import io.flinkvision.tools.local.Demo.Event;
import io.flinkvision.tools.local.Demo.Summary;
import io.flinkvision.tools.local.Demo;
import io.flinkvision.tools.local.LiveDemo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code vision demo}: photographs through a Kafka broker and a Flink job in one JVM. */
@Command(
        name = "demo",
        description = "Run the job on this machine, with a Kafka broker and a Flink cluster of its own, and feed it a"
                + " folder of pictures.",
        footer = {"", "With --live it runs until Ctrl-C. Otherwise its exit status is 0 if each picture got a label or a"
            + " dead letter, 1 if one got neither, 2 on wrong usage."})
final class DemoCommand extends VisionCommand implements Callable<Integer> {

    private static final int MAX_SLOTS = 2;

    @Option(names = "--images", paramLabel = "DIR",
            description = "A folder of pictures to feed (default: the model's own images).")
    private Optional<Path> images;

    @Option(names = "--model", paramLabel = "BUNDLE",
            description = "A model bundle: a folder, or a name in conf/models (default: the job file's).")
    private Optional<String> model;

    @Option(names = "--json", description = "Print the output records unchanged, one per line, and each dead letter"
            + " as {\"deadLetter\":{\"key\",\"code\",\"message\"}}.")
    private boolean json;

    @Option(names = "--live", description = "Show the pictures as cameras, with some test scenes, on a web page; the first"
            + " scene has two regions, and the last one is a gate that opens and shuts.")
    private boolean live;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8080",
            description = "TCP port of the web page, 0 for any free one (default: ${DEFAULT-VALUE}; --live only).")
    private int port;

    @Option(names = "--scenes", paramLabel = "N", defaultValue = "4",
            description = "Number of cameras with a moving disc (default: ${DEFAULT-VALUE}; --live only).")
    private int scenes;

    @Option(names = "--teach", paramLabel = "DIR",
            description = "Let whoever has the token in the printed address draw regions, label pictures, teach heads and"
                    + " publish them. What they label is kept in this folder (--live only).")
    private Optional<Path> teach = Optional.empty();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (teach.isPresent() && !live) {
            throw wrongUse("--teach needs --live: pictures are labelled on the wall");
        }
        ProjectHome home = ProjectHome.current();
        Optional<Path> bundle = model.map(this::modelFolder);
        Path folder = imagesFolder(images.orElseGet(() -> bundle.map(path -> path.resolve("images"))
                .filter(Files::isDirectory).orElseGet(home::photographs)));
        Path jobFile = home.classifyJob();
        int slots = Math.min(MAX_SLOTS, Runtime.getRuntime().availableProcessors());
        if (live) {
            showLive(new LiveDemo.Settings(jobFile, bundle, folder, scenes, slots, port, teach));
            return ExitCode.OK;
        }
        Summary summary = Demo.run(new Demo.Settings(jobFile, bundle, folder, slots), this::show);
        return summary.unanswered().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void showLive(LiveDemo.Settings settings) throws IOException, InterruptedException {
        LiveDemo demo = LiveDemo.start(settings, step -> show(new Event.Step(step)));
        print(demo.address().toString());
        log("The wall is at the address above; Ctrl-C ends it.");
        showRegions(demo);
        teach.ifPresent(folder -> showTeaching(settings));
        CountDownLatch stopped = new CountDownLatch(1);
        ExitHook.during(() -> runUntil(stopped, demo), stopped::countDown, ExitCode.OK);
    }

    private void showRegions(LiveDemo demo) {
        List<RegionKey> regions = demo.regions();
        if (!regions.isEmpty()) {
            String brokers = " --bootstrap-servers " + demo.bootstrapServers();
            log("The regions " + regions.stream().map(RegionKey::toString).collect(Collectors.joining(" and "))
                    + " have a head and labels of their own. Try in another terminal:");
            log("  bin/vision watch" + brokers + " --filter camera=" + regions.get(0));
            log("  bin/vision watch" + brokers + " --events");
            log("  bin/vision head list" + brokers + " --topic " + LiveDemo.HEADS);
            log("  bin/vision head remove " + regions.get(0) + brokers + " --topic " + LiveDemo.HEADS);
        }
    }

    private void showTeaching(LiveDemo.Settings settings) {
        log("The wall teaches" + (settings.scenes() > 0 ? ": open the camera " + LiveDemo.GATE_CAMERA + ", draw a region"
                + " around its gate, label some pictures open and shut, teach, and publish." : ".")
                + " What is labelled is kept in " + teach.orElseThrow() + ".");
    }

    /** Also closes the demo: once the JVM is shutting down, nothing after this is sure to run. */
    private static boolean runUntil(CountDownLatch stopped, LiveDemo demo) {
        try (demo) {
            while (!stopped.await(1, TimeUnit.SECONDS)) {
                demo.requireRunning();
            }
        } catch (InterruptedException e) {
            // Asked to end by whoever runs it in this JVM, such as a test.
            Thread.currentThread().interrupt();
        }
        return true;
    }

    private void show(Event event) {
        if (event instanceof Event.Step step) {
            log(step.description() + " ...");
        } else if (event instanceof Event.Labelled labelled) {
            print(json ? labelled.text() : labelled.record().path("key").asText() + ": "
                    + labels(labelled.record()));
        } else if (event instanceof Event.DeadLettered letter) {
            print(json ? deadLetter(letter).toString()
                    : letter.key() + ": dead letter " + letter.code() + ": " + letter.message());
        } else if (event instanceof Event.Answered answered) {
            conclude(answered.summary());
        }
    }

    private static String labels(JsonNode labelled) {
        StringJoiner labels = new StringJoiner(", ");
        for (JsonNode label : labelled.path("labels")) {
            labels.add(ModelText.label(label.path("label").asText(), label.path("score").asDouble()));
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

    /** With {@code --json}, only records go to standard output. */
    private void conclude(Summary summary) {
        PrintWriter target = json ? err() : out();
        summary.unanswered().stream().sorted().forEach(key -> log(key + ": no answer"));
        target.printf(Locale.ROOT, "%d pictures: %d labelled, %d dead letters, %.1f pictures/s, %d model loads%n",
                summary.pictures(), summary.labelled(), summary.deadLetters(), summary.picturesPerSecond(),
                summary.modelLoads());
        target.flush();
    }
}
