package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flinkvision.RecordedLog;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.record.DeadLetter;
import java.util.EnumSet;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class DeadLetterOutputTest {

    private static final String NAME = "dead-letter-output-test";

    /** A clock that is about to overflow, as System.nanoTime() may be. */
    private long nanos = Long.MAX_VALUE - 1_000;

    private final LogContext context = LogContext.open("night watch", "2/4", "decode");
    private final RecordedLog log = new RecordedLog(NAME, Level.INFO);
    private final ReportedGroup reported = new ReportedGroup();
    private final DeadLetterOutput deadLetters = new DeadLetterOutput(reported.group(),
            EnumSet.of(ErrorCode.CORRUPT, ErrorCode.EMPTY, ErrorCode.INVALID_HEADERS), LoggerFactory.getLogger(NAME),
            context, () -> nanos);

    @AfterEach
    void close() {
        reported.close();
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

    @Test
    void areCountedByTheirCode() {
        add(ErrorCode.CORRUPT, "One");
        add(ErrorCode.CORRUPT, "Two");
        add(ErrorCode.EMPTY, "One");

        assertThat(counted(ErrorCode.CORRUPT)).isEqualTo(2);
        assertThat(counted(ErrorCode.EMPTY)).isEqualTo(1);
        assertThat(counted(ErrorCode.INVALID_HEADERS)).isZero();
    }

    @Test
    void haveNoCodeOfAnotherOperator() {
        assertThatIllegalArgumentException().isThrownBy(() -> add(ErrorCode.CLASSIFICATION_FAILED, "Failed"))
                .withMessageContaining("CLASSIFICATION_FAILED");
        assertThat(log.messages()).isEmpty();
    }

    private double counted(ErrorCode code) {
        return reported.scrape().sum("flink_operator_code_deadLetters", "code", code.name());
    }

    private void add(ErrorCode code, String message) {
        DeadLetter letter = deadLetters.add(SampleRecords.image(), new Rejected(code, message));

        assertThat(letter.source().coordinates()).isEqualTo(SampleRecords.COORDINATES);
        assertThat(letter.code()).isEqualTo(code);
        assertThat(message).startsWith(letter.message().replaceFirst("\\.\\.\\.$", ""));
    }
}
