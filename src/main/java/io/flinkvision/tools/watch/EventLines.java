package io.flinkvision.tools.watch;

import io.flinkvision.job.event.Event;
import io.flinkvision.job.record.MalformedRecordException;
import io.flinkvision.job.record.PlausibleTime;
import io.flinkvision.job.record.PrintableText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The events' topic as lines: for people camera, time, type, and what it is about; for programs the JSON as it is. */
public final class EventLines {

    private static final int CAMERA_COLUMNS = 16;
    private static final int TYPE_COLUMNS = 9;
    private static final String GAP = "  ";

    private final LineStyle style;
    private final DateTimeFormatter time;

    /**
     * @param style what the lines may be made of
     * @param zone the zone of the times
     */
    public EventLines(LineStyle style, ZoneId zone) {
        this.style = Objects.requireNonNull(style, "style");
        this.time = DateTimeFormatter.ofPattern("MM-dd HH:mm:ss.S", Locale.ROOT).withZone(zone);
    }

    /** The line of a record for people, without its end. */
    public String line(ConsumerRecord<byte[], byte[]> record) {
        try {
            EventRecord event = EventRecord.read(Optional.ofNullable(record.value()));
            return start(event.key().orElse(LabelLines.NO_KEY), event.at())
                    + style.strong(TerminalText.fitted(style.escaped(event.type()), TYPE_COLUMNS, style.unicode()))
                    + GAP + style.escaped(subject(event));
        } catch (MalformedRecordException e) {
            return start(LabelLines.key(record), PlausibleTime.nearest(record.timestamp()))
                    + style.bad(style.escaped("malformed: " + e.getMessage()));
        }
    }

    private String start(String camera, Instant at) {
        return TerminalText.fitted(style.escaped(camera), CAMERA_COLUMNS, style.unicode()) + GAP + time.format(at)
                + GAP;
    }

    private static String subject(EventRecord event) {
        StringBuilder text = new StringBuilder();
        event.previous().ifPresent(label -> text.append(label).append(" to "));
        event.label().ifPresent(text::append);
        event.score().ifPresent(score -> text.append(String.format(Locale.ROOT, " %.1f %%", 100 * score)));
        event.frames().ifPresent(frames -> text.append(frames).append(" frames in the minute before"));
        event.duration().map(EventLines::seconds).ifPresent(seconds -> text.append(switch (event.type()) {
            case Event.Changed.TYPE -> ", after ";
            case Event.Online.TYPE -> "after ";
            default -> ", for ";
        }).append(seconds));
        return text.toString();
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    /** The line of a record for programs: its value as it is, safe to print on a terminal. */
    public static String json(ConsumerRecord<byte[], byte[]> record) {
        String value = record.value() == null ? "null" : new String(record.value(), StandardCharsets.UTF_8);
        // Between the tokens of JSON, and nowhere else, line ends and tabs may stand as they are.
        return PrintableText.escaped(value.replaceAll("[\r\n\t]", " ").strip());
    }

    /** Whether a filter lets an event through; a record that holds none only without a filter. */
    public static boolean accepts(RecordFilter filter, ConsumerRecord<byte[], byte[]> record) {
        try {
            EventRecord event = EventRecord.read(Optional.ofNullable(record.value()));
            return filter.accepts(event);
        } catch (MalformedRecordException e) {
            return filter.equals(RecordFilter.NONE);
        }
    }
}
