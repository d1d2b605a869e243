package io.flinkvision.tools.cli;

import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.tools.ExitHook;
import io.flinkvision.tools.publish.HeadsTopic;
import io.flinkvision.tools.wall.TeachingSettings;
import io.flinkvision.tools.wall.Wall;
import io.flinkvision.tools.wall.WallSettings;
import io.flinkvision.tools.wall.WallToken;
import io.flinkvision.tools.wall.WatchedJob;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vision wall}: a web page with the pictures and labels of every camera. */
@Command(
        name = "wall",
        description = "Show the cameras of a job, their labels and its dead letters as a live web page.",
        footer = {"", "Runs until Ctrl-C. Nothing is stored without --teach.",
            "Tokens can also be set in the environment variable " + WallCommand.TOKEN_VARIABLE + ", one per line, which"
                + " hides them from other users of this machine."})
final class WallCommand extends VisionCommand implements Runnable {

    static final String TOKEN_VARIABLE = "VISION_WALL_TOKEN";

    @Mixin
    private KafkaArguments kafka;

    @Option(names = "--events", paramLabel = "TOPIC",
            description = "Topic of events to show as well (default: the job file's events.topic, if any).")
    private Optional<String> events;

    @Option(names = "--states", paramLabel = "TOPIC",
            description = "Topic of states, with which the wall knows what its cameras show before any record of them comes"
                    + " (default: the job file's events.states-topic, if any).")
    private Optional<String> states;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8080",
            description = "TCP port of the page, 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--host", paramLabel = "HOST", defaultValue = WallSettings.LOOPBACK,
            description = "Address to listen on; 0.0.0.0 for all of this machine's. Any but a loopback address needs a token"
                    + " (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--token", paramLabel = "[NAME=]TOKEN",
            description = "Secret that browsers must send once, as ?token=TOKEN in the address. May be repeated with a"
                    + " NAME for each, which the log of changes then has.")
    private List<String> tokens = List.of();

    @Option(names = "--teach", paramLabel = "DIR",
            description = "Let those who have a token draw regions, label pictures, teach heads and publish them to the job"
                    + " file's model.heads-topic. What they label is kept in this folder. Without a token, one is made.")
    private Optional<Path> teach = Optional.empty();

    @Option(names = "--behind-proxy",
            description = "The wall is behind a reverse proxy, which must set X-Forwarded-For and X-Forwarded-Proto:"
                    + " identify viewers and the wall's own address by them.")
    private boolean behindProxy;

    @Option(names = "--cameras", paramLabel = "N", defaultValue = "" + WallSettings.DEFAULT_MAX_CAMERAS,
            description = "Maximum number of cameras to show (default: ${DEFAULT-VALUE}).")
    private int cameras;

    @Override
    public void run() {
        JobDefinition job = kafka.job();
        List<WallToken> given = tokens();
        Optional<TeachingSettings> teaching = teach.map(folder -> teaching(job, folder));
        Optional<WallToken> made = teaching.filter(it -> given.isEmpty() && isLoopback()).map(it -> WallToken.random());
        List<WallToken> all = made.map(List::of).orElse(given);
        try (Wall wall = Wall.start(settings(job, all, teaching))) {
            // A made token is in no other place. One that was given may be hidden from whoever reads this.
            String token = made.map(WallToken::secret).orElse("...");
            log("The wall is at " + wall.address() + (all.isEmpty() ? "" : "?token=" + token) + "; Ctrl-C ends it.");
            CountDownLatch stopped = new CountDownLatch(1);
            ExitHook.during(() -> await(stopped), stopped::countDown, ExitCode.OK);
        }
    }

    private static boolean await(CountDownLatch stopped) {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            // Asked to end by whoever runs it in this JVM, such as a test.
            Thread.currentThread().interrupt();
        }
        return true;
    }

    private List<WallToken> tokens() {
        List<String> texts = tokens.isEmpty()
                ? Optional.ofNullable(System.getenv(TOKEN_VARIABLE)).stream().flatMap(String::lines).toList()
                : tokens;
        return checked(() -> texts.stream().map(WallToken::parse).toList());
    }

    private boolean isLoopback() {
        return checked(() -> WallSettings.isLoopback(host));
    }

    private TeachingSettings teaching(JobDefinition job, Path folder) {
        String topic = job.find(JobOptions.MODEL_HEADS_TOPIC).orElseThrow(() -> wrongUse("--teach publishes regions and"
                + " heads to the job, but the job file has no model.heads-topic; add it, or name another file by --job"));
        if (job.readsCameras() && job.find(JobOptions.PICTURES_TOPIC).isEmpty()) {
            throw wrongUse("--teach needs pictures, but the job reads cameras itself, and its file has no"
                    + " pictures.topic; add it, and submit the job anew");
        }
        return new TeachingSettings(job, new HeadsTopic(
                topic, kafka.inputAdmin(job), kafka.inputProducer(job), kafka.inputConsumer(job)), folder);
    }

    private WallSettings settings(JobDefinition job, List<WallToken> all, Optional<TeachingSettings> teaching) {
        return checked(() -> new WallSettings(
                WatchedJob.of(job, events, states, kafka.inputConsumer(job), kafka.outputConsumer(job)),
                host, port, all, behindProxy, cameras, teaching));
    }

    private <T> T checked(Supplier<T> settings) {
        try {
            return settings.get();
        } catch (IllegalArgumentException e) {
            throw wrongUse(e.getMessage());
        }
    }
}
