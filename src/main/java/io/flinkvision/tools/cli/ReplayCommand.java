package io.flinkvision.tools.cli;

import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.tools.ExitHook;
import io.flinkvision.tools.watch.Replay.Outcome.Refused;
import io.flinkvision.tools.watch.Replay.Outcome.Sent;
import io.flinkvision.tools.watch.Replay.Outcome;
import io.flinkvision.tools.watch.Replay;
import io.flinkvision.tools.watch.StartPosition;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vision replay}: sends dead letters back to their source topics. */
@Command(
        name = "replay",
        description = "Send dead letters back to the topics that they came from, each once: the next run continues where"
                + " this one ended, separately for each error code. They carry the headers replayed (1, 2, ...) and"
                + " replayed-from, so that a second failure can be told apart.",
        footer = {"", "Progress is kept as the offsets of the consumer group NAME-replay, where NAME is the job's name."
                + " A run ends where the topic ended when it started.",
                "Exit status: 0 if all were sent, 1 if one could not be sent or the run was interrupted, 2 on wrong"
                + " usage."})
final class ReplayCommand extends VisionCommand implements Callable<Integer> {

    @Mixin
    private KafkaArguments kafka;

    @Option(names = "--code", paramLabel = "CODE",
            description = "Send only dead letters with this error code (default: all). May be repeated."
                    + " One of ${COMPLETION-CANDIDATES}.")
    private List<ErrorCode> codes = List.of();

    @Option(names = "--since", paramLabel = "TIME",
            description = "Start there, even if earlier runs sent those: 10m, 1h (ago), 2026-01-01T12:00:00Z, or"
                    + " beginning (default: where the last run ended).")
    private Optional<StartPosition> since;

    @Option(names = "--max", paramLabel = "N", description = "Send at most this many.")
    private Optional<Long> max;

    @Option(names = "--topic", paramLabel = "TOPIC",
            description = "Send all of them to this topic instead of the ones that they came from.")
    private Optional<String> topic;

    @Option(names = "--dry-run", description = "Print what would be sent, without sending it.")
    private boolean dryRun;

    private long sent;
    private long refused;

    @Override
    public Integer call() {
        JobDefinition job = kafka.job();
        Replay.Plan plan = plan(job);
        log("Replaying the dead letters of topic " + plan.deadLetterTopic() + ", as group " + plan.group());
        boolean complete;
        try (Replay replay = Replay.open(plan, kafka.outputConsumer(job), kafka.inputConsumer(job),
                kafka.inputProducer(job), this::show)) {
            complete = ExitHook.during(replay::run, replay::stop, ExitCode.SOFTWARE);
        } finally {
            log(sent + (dryRun ? " would be sent, " : " sent, ") + refused + " not");
        }
        return complete && refused == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Replay.Plan plan(JobDefinition job) {
        try {
            return new Replay.Plan(job.get(JobOptions.DEAD_LETTERS_TOPIC), job.name() + "-replay", job::reads,
                    topic, codes.stream().map(ErrorCode::name).collect(Collectors.toSet()), since,
                    max.map(OptionalLong::of).orElseGet(OptionalLong::empty), dryRun);
        } catch (IllegalArgumentException e) {
            throw wrongUse(e.getMessage());
        }
    }

    private void show(Outcome outcome) {
        String letter = outcome.letter().coordinates() + " " + outcome.letter().headers().code().orElse("(no code)");
        if (outcome instanceof Sent reached) {
            sent++;
            print(letter + " -> " + reached.topic() + " (replayed " + reached.count() + "x)");
        } else {
            refused++;
            log(letter + " not sent: " + ((Refused) outcome).reason());
        }
    }
}
