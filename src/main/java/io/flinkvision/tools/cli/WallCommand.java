package io.flinkvision.tools.cli;

import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.tools.local.WatchedJobs;
import io.flinkvision.tools.wall.Wall;
import io.flinkvision.tools.wall.WallSettings;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vision wall}: a web page that shows every camera with what the job makes of it. */
@Command(
        name = "wall",
        description = "Show the cameras of a job, their labels and its dead letters as a live web page.",
        footer = {"", "Runs until it is stopped (Ctrl-C). Nothing is stored.",
            "A token for other machines can come from the environment variable " + WallCommand.TOKEN_VARIABLE
                + " too, where no other user sees it."})
final class WallCommand implements Runnable {

    static final String TOKEN_VARIABLE = "VISION_WALL_TOKEN";

    @Mixin
    private KafkaArguments kafka;

    @Option(names = "--events", paramLabel = "TOPIC",
            description = "The topic of the events, to be shown too (default: the job file's events.topic, if any).")
    private Optional<String> events;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8080",
            description = "The TCP port of the page, 0 for a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--host", paramLabel = "HOST", defaultValue = WallSettings.LOOPBACK,
            description = "The address that is listened at: 0.0.0.0 for all of this machine's, which needs a token"
                    + " (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--token", paramLabel = "TOKEN",
            description = "What a browser must bring once, as ?token=TOKEN in the address.")
    private Optional<String> token;

    @Option(names = "--behind-proxy",
            description = "A proxy stands before the wall: tell its viewers apart by X-Forwarded-For, which it must"
                    + " set.")
    private boolean behindProxy;

    @Option(names = "--cameras", paramLabel = "N", defaultValue = "" + WallSettings.MOST_CAMERAS,
            description = "How many cameras are kept (default: ${DEFAULT-VALUE}).")
    private int cameras;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        JobDefinition job = kafka.job();
        PrintWriter err = spec.commandLine().getErr();
        try (Wall wall = Wall.start(settings(job))) {
            err.println("The wall is at " + wall.address() + (secret().isPresent() ? "?token=..." : "")
                    + "; Ctrl-C ends it.");
            err.flush();
            CountDownLatch stopped = new CountDownLatch(1);
            StopOnInterrupt.during(() -> await(stopped), stopped::countDown, ExitCode.OK);
        }
    }

    private static boolean await(CountDownLatch stopped) {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            // The one who started it in this JVM has had enough.
            Thread.currentThread().interrupt();
        }
        return true;
    }

    private Optional<String> secret() {
        return token.or(() -> Optional.ofNullable(System.getenv(TOKEN_VARIABLE)));
    }

    private WallSettings settings(JobDefinition job) {
        try {
            return new WallSettings(
                    WatchedJobs.of(job, events, kafka.inputConsumer(job), kafka.outputConsumer(job)),
                    host, port, secret(), behindProxy, cameras);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }
}
