package io.flinkvision.tools.audit;

import io.flinkvision.job.kafka.TopicContents;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.PictureOrigin;
import io.flinkvision.tools.audit.FrameReport.Doubled;
import io.flinkvision.tools.watch.DeadLetterRecord;
import io.flinkvision.tools.watch.OutputRecord;
import io.flinkvision.tools.watch.TopicReader;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Looks through the output topics of a job that reads cameras itself. Its frames are on no topic, so nothing tells which
 * of them have no outcome; but none may have two. Reads the committed records that exist when it begins.
 */
public final class FrameAudit {

    private final String labelTopic;
    private final String deadLetterTopic;
    private final Optional<Instant> since;
    private final int mostOffenders;
    private final Properties output;
    private final LongConsumer progress;

    private final FrameCounts labelled = new FrameCounts();
    private final FrameCounts deadLettered = new FrameCounts();
    private final Map<CameraFrame, Doubled> doubled = new LinkedHashMap<>();
    private final Set<String> cameras = new HashSet<>();
    private long doubledFrames;
    private long unreadable;
    private long outputs;

    /**
     * @param labelTopic where the job's labels lie
     * @param deadLetterTopic where its dead letters lie
     * @param since output records that were written before are left out
     * @param mostOffenders maximum number of frames with several outcomes to name
     * @param output properties of a consumer of these topics
     * @param progress is told after each output record how many were read
     */
    public FrameAudit(String labelTopic, String deadLetterTopic, Optional<Instant> since, int mostOffenders,
            Properties output, LongConsumer progress) {
        this.labelTopic = Objects.requireNonNull(labelTopic, "labelTopic");
        this.deadLetterTopic = Objects.requireNonNull(deadLetterTopic, "deadLetterTopic");
        this.since = Objects.requireNonNull(since, "since");
        this.mostOffenders = mostOffenders;
        this.output = Objects.requireNonNull(output, "output");
        this.progress = Objects.requireNonNull(progress, "progress");
    }

    /**
     * Reads the topics.
     *
     * @throws io.flinkvision.tools.ToolException if a topic does not exist or may not be read, or the brokers do not
     *     answer
     */
    public FrameReport run() {
        try (TopicContents labels = contents(labelTopic); TopicContents deadLetters = contents(deadLetterTopic)) {
            labels.readOn(record -> note(record, OutputRecord.of(record).source(), labelled));
            deadLetters.readOn(record ->
                    note(record, DeadLetterRecord.of(record).headers().source(), deadLettered));
        }
        return new FrameReport(cameras.size(), labelled.frames(), deadLettered.frames(), doubledFrames,
                doubled.values().stream().toList(), unreadable);
    }

    private TopicContents contents(String topic) {
        return new TopicContents(output, topic, Duration.ZERO, TopicReader::failure);
    }

    private void note(ConsumerRecord<byte[], byte[]> record, Optional<PictureOrigin> origin, FrameCounts outcome) {
        progress.accept(++outputs);
        if (since.filter(time -> record.timestamp() < time.toEpochMilli()).isPresent()) {
            return;
        }
        if (origin.isEmpty() || !(origin.get() instanceof CameraFrame frame)) {
            unreadable++;
            return;
        }
        cameras.add(frame.camera());
        outcome.add(frame);
        int all = labelled.count(frame) + deadLettered.count(frame);
        if (all == 2) {
            doubledFrames++;
        }
        if (all > 1 && (doubled.size() < mostOffenders || doubled.containsKey(frame))) {
            doubled.put(frame, new Doubled(frame, labelled.count(frame), deadLettered.count(frame)));
        }
    }
}
