package io.flinkvision.tools.watch;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.ClassificationRecord;
import io.flinkvision.job.record.PlausibleTime;
import io.flinkvision.tools.watch.OutputRecord.Classified;
import io.flinkvision.tools.watch.OutputRecord.Malformed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The output topic's records as lines for people: camera, time, age, and as many labels as there is room for. */
public final class LabelLines {

    /** What stands for the camera of a record without a key. */
    public static final String NO_KEY = "(no key)";

    private static final int CAMERA_COLUMNS = 16;
    private static final int AGE_COLUMNS = 10;
    private static final int BAR_COLUMNS = 8;
    private static final String GAP = "  ";

    /** Marks the labels of an earlier frame. */
    private static final String REUSED = GAP + "(reused)";

    private final LineStyle style;
    private final DateTimeFormatter time;

    /**
     * @param style what the lines may be made of
     * @param zone the zone of the times
     */
    public LabelLines(LineStyle style, ZoneId zone) {
        this.style = Objects.requireNonNull(style, "style");
        this.time = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(zone);
    }

    /**
     * The line of a record, without its end. Time and age are the capture's, or where that is not known those of the
     * classification.
     *
     * @param now when it is shown
     */
    public String line(OutputRecord record, Instant now) {
        if (record instanceof Malformed malformed) {
            Instant written = PlausibleTime.nearest(malformed.record().timestamp());
            String start = start(key(malformed.record()), written, now);
            return start + style.bad(TerminalText.cut(style.escaped("malformed: " + malformed.reason()),
                    room(start), style.unicode()));
        }
        ClassificationRecord classification = ((Classified) record).classification();
        String start = start(classification.key().orElse(NO_KEY),
                classification.captureTime().orElse(classification.classifiedAt()), now);
        String end = classification.reused().isPresent() ? REUSED : "";
        int room = room(start) - end.length();
        return room < 2 * BAR_COLUMNS ? start + labels(classification, room(start))
                : start + labels(classification, room) + end;
    }

    private int room(String start) {
        return style.width() - TerminalText.columns(start);
    }

    private String start(String camera, Instant taken, Instant now) {
        String start = TerminalText.fitted(style.escaped(camera), CAMERA_COLUMNS, style.unicode()) + GAP
                + time.format(taken) + GAP
                + String.format(Locale.ROOT, "%" + AGE_COLUMNS + "s", age(Duration.between(taken, now))) + GAP;
        return TerminalText.cut(start, style.width(), style.unicode());
    }

    private String labels(ClassificationRecord classification, int room) {
        StringBuilder result = new StringBuilder();
        int left = room;
        for (Label label : classification.labels()) {
            String text = String.format(Locale.ROOT, "%s %.1f %%", style.escaped(label.label()), 100 * label.score());
            int needed = BAR_COLUMNS + 1 + TerminalText.columns(text);
            if (result.isEmpty()) {
                text = TerminalText.cut(text, left - BAR_COLUMNS - 1, style.unicode());
                needed = BAR_COLUMNS + 1 + TerminalText.columns(text);
            } else {
                needed += GAP.length();
            }
            if (needed > left) {
                break;
            }
            boolean first = result.isEmpty();
            result.append(first ? "" : GAP).append(style.good(style.bar(label.score(), BAR_COLUMNS))).append(' ')
                    .append(first ? style.strong(text) : text);
            left -= needed;
        }
        return result.toString();
    }

    /** The key of a record as text; what is no UTF-8 in it shows as the replacement character. */
    static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? NO_KEY : new String(record.key(), StandardCharsets.UTF_8);
    }

    /** {@code 0.2 s ago}, {@code 5 min ago}; a clock that runs ahead makes it negative. */
    static String age(Duration age) {
        if (age.abs().toMinutes() < 1) {
            return String.format(Locale.ROOT, "%.1f s ago", age.toMillis() / 1000.0);
        }
        if (age.abs().toHours() < 1) {
            return age.toMinutes() + " min ago";
        }
        return age.abs().toDays() < 1 ? age.toHours() + " h ago" : age.toDays() + " d ago";
    }
}
