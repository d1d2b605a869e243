package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.job.event.Episode;
import io.flinkvision.job.event.Event.Changed;
import io.flinkvision.job.event.Event.Counted;
import io.flinkvision.job.event.Event.Ended;
import io.flinkvision.job.event.Event.Started;
import io.flinkvision.job.event.Event.TroubleEnded;
import io.flinkvision.job.event.Event.TroubleStarted;
import io.flinkvision.job.event.Event;
import java.time.Duration;
import java.time.Instant;

/** Events in short, with their times in seconds from the start of 2026. */
public final class EventText {

    private EventText() {}

    public static String of(CameraEvent record) {
        Event event = record.event();
        String start = record.key().map(key -> new String(key, UTF_8)).orElse("(no key)") + " "
                + event.type() + " ";
        if (event instanceof Started started) {
            return start + started.label() + " " + second(event.at());
        }
        if (event instanceof Ended ended) {
            return start + ended.episode().label() + " " + second(event.at());
        }
        if (event instanceof Changed changed) {
            Episode previous = changed.previous();
            return start + previous.label() + " " + second(previous.from()) + "-" + second(previous.until()) + " "
                    + changed.label() + " " + second(event.at());
        }
        if (event instanceof TroubleStarted started) {
            return start + started.trouble().id() + " " + second(event.at());
        }
        if (event instanceof TroubleEnded ended) {
            return start + ended.trouble().id() + " " + second(ended.from()) + "-" + second(event.at());
        }
        return start + (event instanceof Counted counted ? counted.counts() + " " : "") + second(event.at());
    }

    private static double second(Instant time) {
        return Duration.between(Instant.parse("2026-01-01T00:00:00Z"), time).toMillis() / 1000.0;
    }
}
