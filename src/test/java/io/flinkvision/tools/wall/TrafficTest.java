package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.record.Classification;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficTest {


    private final Traffic traffic = new Traffic(() -> Instant.ofEpochSecond(2_000));

    @Test
    void tellsTheMillisecondsFromCaptureToLabels() {
        traffic.add(SampleRecords.of("gate", "food", 1), 1_500_000);

        assertThat(traffic.figures().captureMedian()).hasValue(100);
        assertThat(traffic.figures().workMedian()).hasValue(10);
    }

    @ParameterizedTest
    @CsvSource({"-1000000000-01-01T00:00:00Z, 3155760000000", "+1000000000-12-31T23:59:59.999999999Z, 0"})
    void takesATimeThatIsTooFarAwayForTheFarthestOne(Instant captured, double millis) {
        traffic.add(with(captured, 6, 4), 1_500_000);

        assertThat(traffic.figures().captureMedian()).hasValue(millis);
    }

    @ParameterizedTest
    @CsvSource({"Infinity, 4, 3155760000000", "-Infinity, 4, 0", "1e308, 1e308, 3155760000000", "-5, 1, 0"})
    void takesWorkThatCannotBeForTheMostOrTheLeast(double decode, double inference, double millis) {
        traffic.add(with(Instant.ofEpochSecond(999), decode, inference), 1_500_000);

        assertThat(traffic.figures().workMedian()).hasValue(millis);
    }

    @Test
    void leavesOutWorkThatIsNoNumber() {
        traffic.add(with(Instant.ofEpochSecond(999), Double.NaN, 1), 1_500_000);

        assertThat(traffic.figures().workMedian()).isEmpty();
        assertThat(traffic.figures().labelled()).isEqualTo(1);
    }

    private static Classification with(Instant captured, double decodeMillis, double inferenceMillis) {
        Classification record = SampleRecords.of("gate", "food", 1);
        return new Classification(record.source(), record.key(), record.headers(), Optional.of(captured),
                record.width(), record.height(), record.format(), record.modelName(), record.modelDigest(),
                record.labels(), record.regions(), decodeMillis, inferenceMillis, record.classifiedAt(), record.reused());
    }
}
