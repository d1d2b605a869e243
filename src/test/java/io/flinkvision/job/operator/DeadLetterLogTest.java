package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.RecordedLog;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.record.DeadLetter;
import java.time.Instant;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class DeadLetterLogTest {

    private static final String NAME = "dead-letter-log-test";

    /** A clock that is about to overflow, as System.nanoTime() may be. */
    private long nanos = Long.MAX_VALUE - 1_000;

    private final LogContext context = LogContext.open("night watch", "2/4", "decode");
    private final RecordedLog log = new RecordedLog(NAME, Level.INFO);
    private final DeadLetterLog deadLetters = new DeadLetterLog(LoggerFactory.getLogger(NAME), context, () -> nanos);

    @AfterEach
    void close() {
        log.close();
        MDC.clear();
    }

    @Test
    void theFirstOfEachCodeIsShownWithItsCoordinates() {
        add(ErrorCode.CORRUPT, "Wrong marker");
        add(ErrorCode.EMPTY, "No bytes");

        assertThat(log.messages()).containsExactly(
                "Dead letter images-3-1234567890123: CORRUPT: Wrong marker",
                "Dead letter images-3-1234567890123: EMPTY: No bytes");
        assertThat(log.events()).extracting(LogEvent::getLevel).containsOnly(Level.WARN);
    }

    @Test
    void oneAMinuteIsShownWithTheNumberOfTheOthers() {
        for (int i = 0; i <= 120; i++) {
            add(ErrorCode.CORRUPT, "Picture " + i);
            nanos += 1_000_000_000;
        }

        assertThat(log.messages()).containsExactly(
                "Dead letter images-3-1234567890123: CORRUPT: Picture 0",
                "Dead letter images-3-1234567890123: CORRUPT: Picture 60"
                        + " (and 59 more of this code since the last warning)",
                "Dead letter images-3-1234567890123: CORRUPT: Picture 120"
                        + " (and 59 more of this code since the last warning)");
    }

    @Test
    void whatWasNotShownIsCountedAtTheEnd() {
        add(ErrorCode.CORRUPT, "One");
        add(ErrorCode.CORRUPT, "Two");
        add(ErrorCode.CORRUPT, "Three");
        add(ErrorCode.EMPTY, "One");
        deadLetters.close();
        deadLetters.close();

        assertThat(log.messages()).hasSize(3)
                .last().isEqualTo("Dead letters: CORRUPT: 2 more of this code since the last warning");
    }

    @Test
    void aMessageThatQuotesItsRecordForgesNoLineAndFillsNoPage() {
        add(ErrorCode.INVALID_HEADERS, "format=a\n12:00:00 INFO all is well\r\u2028" + "x".repeat(5_000));

        assertThat(log.messages()).singleElement().asString()
                .startsWith("Dead letter images-3-1234567890123: INVALID_HEADERS:"
                        + " format=a\\u000a12:00:00 INFO all is well\\u000d\\u2028xxx")
                .hasSizeLessThan(400);
    }

    @Test
    void theLinesSayJobSubtaskAndOperatorWhichIsNotLeftForOthersOfTheChain() {
        add(ErrorCode.CORRUPT, "Wrong marker");

        assertThat(log.events().get(0).getContextData().toMap())
                .containsAllEntriesOf(Map.of("job", "night watch", "subtask", "2/4", "operator", "decode"));
        assertThat(MDC.get("operator")).isNull();
        assertThat(MDC.get("subtask")).isEqualTo("2/4");
    }

    private void add(ErrorCode code, String message) {
        deadLetters.add(new DeadLetter(SampleRecords.image(), code, message, Instant.EPOCH));
    }
}
