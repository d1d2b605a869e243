package io.flinkvision.tools.watch;

import io.flinkvision.job.event.Event;
import io.flinkvision.job.event.Present;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.MalformedRecordException;
import io.flinkvision.job.record.PictureOrigin;
import io.flinkvision.job.record.PlausibleTime;
import io.flinkvision.job.record.StateRecord;
import io.flinkvision.tools.watch.OutputRecord.Classified;
import io.flinkvision.tools.watch.OutputRecord.Malformed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records as lines for people; the lines do not include their ends. */
public final class TextLines {

    /** The camera of a record without a key. */
    static final String NO_KEY = "(no key)";

    private static final int CAMERA_COLUMNS = 16;
    private static final int MAX_EVENT_KEY_COLUMNS = 40;
    private static final int AGE_COLUMNS = 10;

    /** Columns below which labels are more worth than the mark of reused ones. */
    private static final int MIN_ROOM = 16;

    private static final int EVENT_COLUMNS = 9;
    private static final int SOURCE_COLUMNS = 14;
    private static final int CODE_COLUMNS = 18;
    static final String GAP = "  ";
    private static final String REUSED = GAP + "(reused)";

    private final LineStyle style;
    private final ZoneId zone;

    /** @param zone of the times */
    public TextLines(LineStyle style, ZoneId zone) {
        this.style = Objects.requireNonNull(style, "style");
        this.zone = Objects.requireNonNull(zone, "zone");
    }

    /**
     * Camera, time, age, and as many labels and regions as there is room for. Of a picture with regions only the first
     * label is shown, to leave room for them; those that do not fit are counted. Time and age are those of the capture,
     * or else of the classification.
     *
     * @param now when the line is shown
     */
    public String label(OutputRecord record, Instant now) {
        if (record instanceof Malformed malformed) {
            String start = start(key(malformed.record()), PlausibleTime.nearest(malformed.record().timestamp()), now);
            return start + style.bad(style.cut(style.escaped("malformed: " + malformed.reason()), room(start)));
        }
        Classification classification = ((Classified) record).classification();
        String start = start(classification.keyText().orElse(NO_KEY),
                classification.captureTime().orElse(classification.classifiedAt()), now);
        String end = classification.reused().isPresent() ? REUSED : "";
        int room = room(start) - end.length();
        return room < MIN_ROOM ? start + AnswersText.of(classification, style, room(start))
                : start + AnswersText.of(classification, style, room) + end;
    }

    private int room(String start) {
        return style.width() - LineStyle.columns(start);
    }

    private String start(String camera, Instant taken, Instant now) {
        return style.cut(camera(camera) + time("HH:mm:ss", taken)
                + String.format(Locale.ROOT, "%" + AGE_COLUMNS + "s", age(Duration.between(taken, now))) + GAP,
                style.width());
    }

    /** {@code 0.2 s ago}, {@code 5 min ago}; negative if the camera's clock runs ahead. */
    static String age(Duration age) {
        if (age.abs().toMinutes() < 1) {
            return String.format(Locale.ROOT, "%.1f s ago", age.toMillis() / 1000.0);
        }
        if (age.abs().toHours() < 1) {
            return age.toMinutes() + " min ago";
        }
        return age.abs().toDays() < 1 ? age.toHours() + " h ago" : age.toDays() + " d ago";
    }

    /** Camera or {@code camera/region}, time, type, and the labels, scores and durations of an event. */
    public String event(ConsumerRecord<byte[], byte[]> record) {
        try {
            EventRecord event = EventRecord.read(Optional.ofNullable(record.value()));
            return eventStart(event.key().orElse(NO_KEY), event.at())
                    + type(event.type()) + GAP
                    + style.escaped(subject(event));
        } catch (MalformedRecordException e) {
            return eventStart(key(record), PlausibleTime.nearest(record.timestamp()))
                    + style.bad(style.escaped("malformed: " + e.getMessage()));
        }
    }

    /** Camera or {@code camera/region}, the time since when it is so, online or offline, and what is shown. */
    public String state(ConsumerRecord<byte[], byte[]> record) {
        try {
            StateRecord state = StateRecord.read(
                    Optional.ofNullable(record.key()), Optional.ofNullable(record.value()));
            String key = state.keyText().filter(text -> !text.isEmpty()).orElse(NO_KEY);
            if (state.state().isEmpty()) {
                return eventStart(key, PlausibleTime.nearest(record.timestamp()))
                        + style.strong(style.fitted("forgotten", EVENT_COLUMNS));
            }
            Present present = state.state().get();
            String start = eventStart(key, present.since()) + (present.online()
                    ? style.strong(style.fitted("online", EVENT_COLUMNS))
                    : style.bad(style.fitted("offline", EVENT_COLUMNS)));
            String shown = subject(present);
            return shown.isEmpty() ? start : start + GAP + style.escaped(shown);
        } catch (MalformedRecordException e) {
            return eventStart(key(record), PlausibleTime.nearest(record.timestamp()))
                    + style.bad(style.escaped("malformed: " + e.getMessage()));
        }
    }

    private String subject(Present present) {
        List<String> parts = new ArrayList<>();
        present.shown().ifPresent(shown ->
                parts.add(shown.label() + String.format(Locale.ROOT, " %.1f %%", 100 * shown.score())));
        if (present.unknown()) {
            parts.add("unknown");
        }
        present.troubles().forEach(trouble ->
                parts.add(trouble.trouble() + " since " + time("MM-dd HH:mm:ss", trouble.since()).strip()));
        present.head().filter(head -> present.online()).ifPresent(head -> parts.add("by head " + head.name()));
        return String.join(", ", parts);
    }

    /** The key of a region begins with its camera, so it is cut later than that of a camera. */
    private String eventStart(String key, Instant at) {
        String escaped = style.escaped(key);
        int columns = Math.min(MAX_EVENT_KEY_COLUMNS, Math.max(CAMERA_COLUMNS, LineStyle.columns(escaped)));
        return style.fitted(escaped, columns) + GAP + time("MM-dd HH:mm:ss.S", at);
    }

    private String type(String type) {
        return switch (type) {
            case Event.TroubleStarted.TYPE -> style.bad(style.fitted("trouble", EVENT_COLUMNS));
            case Event.TroubleEnded.TYPE -> style.strong(style.fitted("no longer", EVENT_COLUMNS));
            default -> style.strong(style.fitted(style.escaped(type), EVENT_COLUMNS));
        };
    }

    private static String subject(EventRecord event) {
        StringBuilder text = new StringBuilder();
        event.previous().ifPresent(label -> text.append(label).append(" to "));
        event.label().ifPresent(text::append);
        event.score().ifPresent(score -> text.append(String.format(Locale.ROOT, " %.1f %%", 100 * score)));
        event.frames().ifPresent(frames -> text.append(frames).append(" frames in the minute before"));
        event.duration().ifPresent(duration -> text.append(switch (event.type()) {
            case Event.Changed.TYPE -> ", after ";
            case Event.Online.TYPE -> "after ";
            default -> ", for ";
        }).append(String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0)));
        return text.toString();
    }

    /** Time, camera, the picture's coordinates, code and message of a dead letter; the message is never cut. */
    public String deadLetter(DeadLetterRecord letter) {
        Instant failed = letter.headers().failedAt()
                .orElseGet(() -> PlausibleTime.nearest(letter.record().timestamp()));
        StringBuilder line = new StringBuilder(time("MM-dd HH:mm:ss", failed))
                .append(camera(key(letter.record())))
                .append(padded(letter.headers().source().map(PictureOrigin::toString).orElse("-"), SOURCE_COLUMNS))
                .append(GAP)
                .append(style.bad(padded(letter.headers().code().orElse("(no code)"), CODE_COLUMNS))).append(GAP)
                .append(style.escaped(letter.headers().message().orElse("(no message)")));
        letter.headers().omitted()
                .ifPresent(parts -> line.append(" (omitted: ").append(style.escaped(parts)).append(')'));
        if (letter.headers().replayed() > 0) {
            line.append(style.strong(" (replayed " + letter.headers().replayed() + "x)"));
        }
        return line.toString();
    }

    /** Coordinates and codes are for copying, so they are never cut. */
    private String padded(String text, int columns) {
        String escaped = style.escaped(text);
        return style.fitted(escaped, Math.max(columns, LineStyle.columns(escaped)));
    }

    private String camera(String camera) {
        return style.fitted(style.escaped(camera), CAMERA_COLUMNS) + GAP;
    }

    private String time(String pattern, Instant time) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(zone).format(time) + GAP;
    }

    /** The key of a record as text, with the replacement character in place of invalid UTF-8. */
    static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? NO_KEY : new String(record.key(), StandardCharsets.UTF_8);
    }
}
