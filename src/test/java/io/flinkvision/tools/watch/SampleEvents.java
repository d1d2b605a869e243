package io.flinkvision.tools.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.job.event.BestFrame;
import io.flinkvision.job.event.Episode;
import io.flinkvision.job.event.Event;
import io.flinkvision.job.event.Trouble;
import io.flinkvision.job.record.CameraEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Events, without a job. The best frame of each label has the score 0.75. */
public final class SampleEvents {

    private static final BestFrame BEST = new BestFrame("images-0-7", 0.75);

    private SampleEvents() {}

    public static Event started(String label, Instant at) {
        return new Event.Started(label, at, BEST);
    }

    public static Event ended(String label, Instant at, Duration duration) {
        return new Event.Ended(new Episode(label, at.minus(duration), at, 3, BEST));
    }

    public static Event changed(String previous, String label, Instant at, Duration duration) {
        return new Event.Changed(new Episode(previous, at.minus(duration), at, 3, BEST), label, at, BEST);
    }

    public static Event offline(Instant at) {
        return new Event.Offline(at, at.minusSeconds(30));
    }

    public static Event online(Instant at, Duration silence) {
        return new Event.Online(at, Optional.of(silence));
    }

    public static Event counted(Instant from, long frames) {
        return new Event.Counted(from, new TreeMap<>(Map.of("food", frames)));
    }

    public static Event troubleStarted(Instant at) {
        return new Event.TroubleStarted(Trouble.COVERED, at, BEST.id());
    }

    public static Event troubleEnded(Instant at, Duration duration) {
        return new Event.TroubleEnded(Trouble.COVERED, at.minus(duration), at);
    }

    /** One of each type in turn. */
    static Event any(int number) {
        Instant at = Instant.parse("2026-01-01T12:00:05.250Z");
        return switch (number % 8) {
            case 0 -> started("food", at);
            case 1 -> ended("food", at, Duration.ofMillis(4_200));
            case 2 -> changed("other", "food", at, Duration.ofMillis(4_200));
            case 3 -> offline(at);
            case 4 -> online(at, Duration.ofMinutes(1));
            case 5 -> troubleStarted(at);
            case 6 -> troubleEnded(at, Duration.ofMinutes(5));
            default -> counted(at.truncatedTo(ChronoUnit.MINUTES), 60);
        };
    }

    /** The event of a camera, as the job writes it. */
    public static ProducerRecord<byte[], byte[]> record(String topic, String camera, Event event) {
        byte[] key = camera.getBytes(UTF_8);
        return new ProducerRecord<>(topic, key, new CameraEvent(Optional.of(key), event).toJson());
    }
}
