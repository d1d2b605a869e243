package io.flinkvision;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.operator.VisionMetrics.Described;
import io.flinkvision.job.operator.VisionMetrics;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The table of {@code docs/metrics.md} is made from the constants that the program registers. {@code mvn test
 * -Dtest=MetricsDocumentTest -Ddocuments.update=true} writes it anew.
 */
class MetricsDocumentTest {

    @Test
    void theMetricsAreThoseOfTheProgram() throws IOException {
        new GeneratedTable(Path.of("docs/metrics.md"), "<!-- metrics: made from VisionMetrics -->").assertRows(
                Stream.concat(
                        Stream.of("| metric | operator | kind | label | meaning |", "| --- | --- | --- | --- | --- |"),
                        VisionMetrics.ALL.stream().map(MetricsDocumentTest::row)));
    }

    @Test
    void everyConstantIsAMetricOrTheLabelOfOne() throws IllegalAccessException {
        List<String> constants = new ArrayList<>();
        for (Field field : VisionMetrics.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == String.class) {
                constants.add((String) field.get(null));
            }
        }

        assertThat(Stream.concat(VisionMetrics.ALL.stream().map(Described::name),
                VisionMetrics.ALL.stream().flatMap(metric -> metric.variable().stream())))
                .containsExactlyInAnyOrderElementsOf(constants);
    }

    private static String row(Described metric) {
        return "| `" + metric.name() + "` | " + String.join(", ", metric.operators()) + " | "
                + metric.kind().name().toLowerCase(Locale.ROOT) + " | "
                + metric.variable().map(text -> "`" + text + "`").orElse("") + " | " + metric.meaning() + " |";
    }
}
