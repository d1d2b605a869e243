package io.flinkvision.tools.cli;

import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.tools.watch.Replay.Outcome.Refused;
import io.flinkvision.tools.watch.Replay.Outcome.Sent;
import io.flinkvision.tools.watch.Replay.Outcome;
import io.flinkvision.tools.watch.Replay;
import io.flinkvision.tools.watch.StartPosition;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vision replay}: dead letters back to where they came from. */
@Command(
        name = "replay",
        description = "Send dead letters back to the topics that they came from, each once: the next run goes on where"
                + " this one ended, for each error code on its own. They carry the headers replayed (1, 2, ...) and"
                + " replayed-from, so that a second failure shows.",
        footer = {"", "How far it came is kept as the offsets of the consumer group NAME-replay, NAME being the job's."
                + " It ends where the topic ended when it began.",
                "Exits with 0 when all were sent, 1 when one could not be or it was interrupted, 2 when it was called"
                + " wrongly."})
final class ReplayCommand implements Callable<Integer> {

    @Mixin
    private KafkaArguments kafka;

    @Option(names = "--code", paramLabel = "CODE",
            description = "Send only dead letters with this error code (default: all). May be repeated."
                    + " One of ${COMPLETION-CANDIDATES}.")
    private List<ErrorCode> codes = List.of();

    @Option(names = "--since", paramLabel = "TIME", converter = StartPositionConverter.class,
            description = "Begin there, whatever earlier runs have sent: 10m, 1h (before now), 2026-01-01T12:00:00Z, or"
                    + " beginning (default: where the last run ended).")
    private Optional<StartPosition> since;

    @Option(names = "--max", paramLabel = "N", description = "Send so many at the most.")
    private Optional<Long> most;

    @Option(names = "--topic", paramLabel = "TOPIC",
            description = "Send them all to this topic, in place of the one that each came from.")
    private Optional<String> topic;

    @Option(names = "--dry-run", description = "Say what would be sent, and send nothing.")
    private boolean dryRun;

    @Spec
    private CommandSpec spec;

    private long sent;
    private long refused;

    @Override
    public Integer call() {
        JobDefinition job = kafka.job();
        Replay.Plan plan = plan(job);
        PrintWriter err = spec.commandLine().getErr();
        err.println("Replaying the dead letters of topic " + plan.deadLetterTopic() + ", as group " + plan.group());
        err.flush();
        boolean complete;
        try (Replay replay = Replay.open(plan, kafka.outputConsumer(job), kafka.inputConsumer(job),
                kafka.inputProducer(job), this::tell)) {
            complete = StopOnInterrupt.during(replay::run, replay::stop, ExitCode.SOFTWARE);
        } finally {
            err.println(sent + (dryRun ? " would be sent, " : " sent, ") + refused + " not");
            err.flush();
        }
        return complete && refused == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Replay.Plan plan(JobDefinition job) {
        try {
            return new Replay.Plan(job.sink().deadLetterTopic(), job.name() + "-replay", job.source()::reads,
                    topic, codes.stream().map(ErrorCode::name).collect(Collectors.toSet()), since,
                    most.map(OptionalLong::of).orElseGet(OptionalLong::empty), dryRun);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private void tell(Outcome outcome) {
        String letter = outcome.letter().coordinates() + " " + outcome.letter().headers().code().orElse("(no code)");
        if (outcome instanceof Sent reached) {
            sent++;
            spec.commandLine().getOut().println(
                    letter + " -> " + reached.topic() + " (replayed " + reached.count() + "x)");
            spec.commandLine().getOut().flush();
        } else {
            refused++;
            spec.commandLine().getErr().println(letter + " not sent: " + ((Refused) outcome).reason());
        }
    }
}
