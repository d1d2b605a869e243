package io.flinkvision.tools.watch;

import io.flinkvision.job.record.PlausibleTime;
import io.flinkvision.job.record.RecordCoordinates;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;

/** Dead letters as lines for people: time, camera, where the picture lies, code, message. */
public final class DeadLetterLines {

    private static final int CAMERA_COLUMNS = 16;
    private static final int SOURCE_COLUMNS = 14;
    private static final int CODE_COLUMNS = 18;
    private static final String GAP = "  ";

    private final LineStyle style;
    private final DateTimeFormatter time;

    /**
     * @param style what the lines may be made of
     * @param zone the zone of the times
     */
    public DeadLetterLines(LineStyle style, ZoneId zone) {
        this.style = Objects.requireNonNull(style, "style");
        this.time = DateTimeFormatter.ofPattern("MM-dd HH:mm:ss", Locale.ROOT).withZone(zone);
    }

    /**
     * The line of a dead letter, without its end. The message is not cut, as it is what somebody came for.
     */
    public String line(DeadLetterRecord letter) {
        Instant failed = letter.headers().failedAt().orElseGet(() -> PlausibleTime.nearest(letter.record().timestamp()));
        StringBuilder line = new StringBuilder(time.format(failed)).append(GAP)
                .append(fitted(LabelLines.key(letter.record()), CAMERA_COLUMNS)).append(GAP)
                .append(padded(letter.headers().source().map(RecordCoordinates::toString).orElse("-"), SOURCE_COLUMNS))
                .append(GAP)
                .append(style.bad(padded(letter.headers().code().orElse("(no code)"), CODE_COLUMNS))).append(GAP)
                .append(style.escaped(letter.headers().message().orElse("(no message)")));
        letter.headers().omitted().ifPresent(parts -> line.append(" (omitted: ").append(style.escaped(parts)).append(')'));
        if (letter.headers().replayed() > 0) {
            line.append(style.strong(" (replayed " + letter.headers().replayed() + "x)"));
        }
        return line.toString();
    }

    private String fitted(String text, int columns) {
        return TerminalText.fitted(style.escaped(text), columns, style.unicode());
    }

    /** Coordinates and codes are for copying, so they are never cut. */
    private String padded(String text, int columns) {
        String escaped = style.escaped(text);
        return TerminalText.fitted(escaped, Math.max(columns, TerminalText.columns(escaped)), style.unicode());
    }
}
