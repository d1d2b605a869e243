package io.flinkvision.tools.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.job.event.AnsweringHead;
import io.flinkvision.job.event.BestFrame;
import io.flinkvision.job.event.Present.Shown;
import io.flinkvision.job.event.Present.Trouble;
import io.flinkvision.job.event.Present;
import io.flinkvision.job.record.StateRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** States, without a job. The score of each label is 0.75. */
public final class SampleStates {

    private static final Optional<AnsweringHead> HEAD = Optional.of(new AnsweringHead("bays", "1".repeat(64)));

    private SampleStates() {}

    public static Present shown(String label, Instant since) {
        return new Present(since.plusSeconds(2), true, since,
                Optional.of(new Shown(label, 0.75, new BestFrame("images-0-7", 0.9))), false, Optional.empty(), List.of());
    }

    public static Present offline(Instant since) {
        return new Present(since, false, since, Optional.empty(), false, Optional.empty(), List.of());
    }

    /** Of a region whose head does not know what it sees. */
    public static Present unknown(Instant since) {
        return new Present(since, true, since, Optional.empty(), true, HEAD, List.of());
    }

    public static Present troubled(String label, String trouble, Instant since) {
        Present sound = shown(label, since);
        return new Present(sound.at(), true, since, sound.shown(), false, sound.head(),
                List.of(new Trouble(trouble, since)));
    }

    /** One of each kind in turn. */
    static Present any(int number) {
        Instant at = Instant.parse("2026-01-01T12:00:05.250Z");
        return switch (number % 4) {
            case 0 -> shown("food", at);
            case 1 -> offline(at);
            case 2 -> unknown(at);
            default -> troubled("other", "dark", at);
        };
    }

    /** As the job writes it. */
    public static ProducerRecord<byte[], byte[]> record(String topic, String camera, Present present) {
        byte[] key = camera.getBytes(UTF_8);
        return new ProducerRecord<>(topic, key, new StateRecord(Optional.of(key), Optional.of(present)).toJson());
    }

    /** Of a camera that is forgotten. */
    public static ProducerRecord<byte[], byte[]> deletion(String topic, String camera) {
        return new ProducerRecord<>(topic, camera.getBytes(UTF_8), null);
    }
}
