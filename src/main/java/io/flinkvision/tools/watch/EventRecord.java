package io.flinkvision.tools.watch;

import io.flinkvision.job.event.BestFrame;
import io.flinkvision.job.event.Episode;
import io.flinkvision.job.event.Event.Changed;
import io.flinkvision.job.event.Event.Counted;
import io.flinkvision.job.event.Event.Ended;
import io.flinkvision.job.event.Event.Online;
import io.flinkvision.job.event.Event.Started;
import io.flinkvision.job.event.Event.TroubleEnded;
import io.flinkvision.job.event.Event.TroubleStarted;
import io.flinkvision.job.event.Event;
import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.MalformedRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The fields of an event that are shown, whatever its type.
 *
 * @param type {@code started}, {@code ended}, {@code changed}, {@code offline}, {@code online}, {@code counted},
 *     {@code trouble-started}, {@code trouble-ended}, or one that a newer job knows
 * @param key of the camera's pictures, or its Base64 if it is no text; empty if they have none
 * @param at when it happened
 * @param label what started or ended, a label or a trouble; of a change the new label
 * @param score of the label's best frame
 * @param previous the label that a change has ended
 * @param duration of what has ended, or of the silence before a camera was online again
 * @param frames how many were counted, if it is a count
 */
public record EventRecord(
        String type,
        Optional<String> key,
        Instant at,
        Optional<String> label,
        Optional<Double> score,
        Optional<String> previous,
        Optional<Duration> duration,
        Optional<Long> frames) {

    public EventRecord {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(score, "score");
        Objects.requireNonNull(previous, "previous");
        Objects.requireNonNull(duration, "duration");
        Objects.requireNonNull(frames, "frames");
    }

    /**
     * Reads the value of a record of the events topic.
     *
     * @throws MalformedRecordException if it holds no event
     */
    public static EventRecord read(Optional<byte[]> value) throws MalformedRecordException {
        CameraEvent record = CameraEvent.read(
                value.orElseThrow(() -> new MalformedRecordException("the record has no value")));
        Event event = record.event();
        Optional<String> label = Optional.empty();
        Optional<BestFrame> best = Optional.empty();
        Optional<Episode> ended = Optional.empty();
        if (event instanceof Started started) {
            label = Optional.of(started.label());
            best = Optional.of(started.best());
        } else if (event instanceof Ended end) {
            label = Optional.of(end.episode().label());
            best = Optional.of(end.episode().best());
            ended = Optional.of(end.episode());
        } else if (event instanceof Changed change) {
            label = Optional.of(change.label());
            best = Optional.of(change.best());
            ended = Optional.of(change.previous());
        }
        if (event instanceof TroubleStarted started) {
            label = Optional.of(started.trouble().id());
        } else if (event instanceof TroubleEnded end) {
            return new EventRecord(event.type(), record.keyText(), event.at(), Optional.of(end.trouble().id()),
                    Optional.empty(), Optional.empty(), Optional.of(end.duration()), Optional.empty());
        }
        return new EventRecord(event.type(), record.keyText(), event.at(), label, best.map(BestFrame::score),
                event instanceof Changed change ? Optional.of(change.previous().label()) : Optional.empty(),
                event instanceof Online online ? online.silence() : ended.map(Episode::duration),
                event instanceof Counted counted ? Optional.of(counted.frames()) : Optional.empty());
    }
}
