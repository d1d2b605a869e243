package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.configuration.OptionType;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.operator.BundleLocation.LocalBundle;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.publish.HeadsTopic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A head's way to running jobs. It is made before the head is taught, when all is known but the head; it holds the job's
 * model, on which the head is taught.
 *
 * @param model what the jobs run; it is closed with this
 * @param topic that declares their regions
 * @param every the minimum time between two answers
 * @param job the options that name the job and the topic, for a command to repeat
 */
record RegionPublication(LocalBundle model, HeadsTopic topic, RegionKey key, RegionBox box, Optional<Duration> every,
        List<String> job) implements AutoCloseable {

    private static final String SAFE_WORD = "[A-Za-z0-9_./:,=@%+-]+";

    RegionPublication {
        job = List.copyOf(job);
    }

    /** The network to teach on. */
    ModelBundle backbone() {
        return model.bundle();
    }

    /**
     * Declares the region with its head.
     *
     * @param file holds the head
     * @param remarks receives where it was written, and what jobs do
     * @throws ToolException if the topic cannot be written, with the command that tries it again
     */
    void publish(Head head, Path file, Consumer<String> remarks) {
        RecordCoordinates written;
        try {
            written = topic.publish(
                    new Region(key, box, every, Optional.of(head)), Backbone.of(backbone()), remarks);
        } catch (ToolException | ModelException e) {
            throw new ToolException(e.getMessage() + "\nThe head is taught and in " + file + "; to publish it later:\n"
                    + command(file), e);
        }
        remarks.accept("Published " + key + " with the box " + box.text()
                + every.map(time -> ", every " + OptionType.duration().print(time)).orElse("") + ": " + written);
        remarks.accept("Jobs that read topic " + topic.name() + " answer there with the head " + head
                + " from their next picture on, without a restart.");
    }

    private String command(Path file) {
        List<String> words = new ArrayList<>(List.of(key.toString(), "--box", box.text()));
        every.ifPresent(time -> words.addAll(List.of("--every", OptionType.duration().print(time).replace(" ", ""))));
        words.addAll(List.of("--head", file.toString()));
        words.addAll(job);
        return command(words);
    }

    /** A line for a shell that publishes a head. */
    static String command(List<String> words) {
        return "bin/vision head publish "
                + words.stream().map(RegionPublication::quoted).collect(Collectors.joining(" "));
    }

    /** As a shell takes it for one word (POSIX, Shell Command Language, 2.2.2). */
    private static String quoted(String word) {
        return word.matches(SAFE_WORD) ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    @Override
    public void close() {
        model.close();
    }
}
