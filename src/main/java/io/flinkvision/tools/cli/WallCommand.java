package io.flinkvision.tools.cli;

import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.tools.ExitHook;
import io.flinkvision.tools.wall.Wall;
import io.flinkvision.tools.wall.WallSettings;
import io.flinkvision.tools.wall.WatchedJob;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vision wall}: a web page with the pictures and labels of every camera. */
@Command(
        name = "wall",
        description = "Show the cameras of a job, their labels and its dead letters as a live web page.",
        footer = {"", "Runs until Ctrl-C. Nothing is stored.",
            "The token can also be set in the environment variable " + WallCommand.TOKEN_VARIABLE + ", which hides it"
                + " from other users of this machine."})
final class WallCommand extends VisionCommand implements Runnable {

    static final String TOKEN_VARIABLE = "VISION_WALL_TOKEN";

    @Mixin
    private KafkaArguments kafka;

    @Option(names = "--events", paramLabel = "TOPIC",
            description = "Topic of events to show as well (default: the job file's events.topic, if any).")
    private Optional<String> events;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8080",
            description = "TCP port of the page, 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--host", paramLabel = "HOST", defaultValue = WallSettings.LOOPBACK,
            description = "Address to listen on; 0.0.0.0 for all of this machine's. Any but a loopback address needs a token"
                    + " (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--token", paramLabel = "TOKEN",
            description = "Secret that browsers must send once, as ?token=TOKEN in the address.")
    private Optional<String> token;

    @Option(names = "--behind-proxy",
            description = "The wall is behind a reverse proxy: identify viewers by X-Forwarded-For, which the proxy must"
                    + " set.")
    private boolean behindProxy;

    @Option(names = "--cameras", paramLabel = "N", defaultValue = "" + WallSettings.DEFAULT_MAX_CAMERAS,
            description = "Maximum number of cameras to show (default: ${DEFAULT-VALUE}).")
    private int cameras;

    @Override
    public void run() {
        JobDefinition job = kafka.job();
        try (Wall wall = Wall.start(settings(job))) {
            log("The wall is at " + wall.address() + (secret().isPresent() ? "?token=..." : "")
                    + "; Ctrl-C ends it.");
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

    private Optional<String> secret() {
        return token.or(() -> Optional.ofNullable(System.getenv(TOKEN_VARIABLE)));
    }

    private WallSettings settings(JobDefinition job) {
        try {
            return new WallSettings(
                    WatchedJob.of(job, events, kafka.inputConsumer(job), kafka.outputConsumer(job)),
                    host, port, secret(), behindProxy, cameras);
        } catch (IllegalArgumentException e) {
            throw wrongUse(e.getMessage());
        }
    }
}
