package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.job.record.ComparedModels.Named;
import io.flinkvision.job.record.ComparedPicture.Agreed;
import io.flinkvision.job.record.ComparedPicture.Differing;
import io.flinkvision.job.record.ComparedPicture.Failed;
import io.flinkvision.job.record.ComparedPicture.Outcome;
import io.flinkvision.job.record.ModelComparison.Counts;
import io.flinkvision.job.record.ModelComparison.Disagreement;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelComparisonTest {

    private static final Instant START = Instant.parse("2026-05-01T12:00:00Z");
    private static final Named CURRENT = new Named("old", "0".repeat(64));
    private static final Named CANDIDATE = new Named("new", "1".repeat(64));
    private static final ComparedModels MODELS =
            ComparedModels.of(CURRENT, List.of("cat", "dog", "fox"), CANDIDATE, List.of("dog", "cat"));

    @Test
    void countsWhatTwoModelsSayOfTheSamePictures() {
        ModelComparison comparison = of(new Agreed(0.25), new Agreed(-0.5), new Differing("cat", "dog", true),
                new Differing("dog", "cat", true), new Differing("cat", "dog", true), new Differing("fox", "dog", false),
                new Failed());

        assertThat(comparison.counts()).isEqualTo(new Counts(2, 3, 1, 1, -0.25));
        assertThat(comparison.counts().compared()).isEqualTo(6);
        assertThat(comparison.disagreements()).containsExactly(
                new Disagreement("cat", "dog", 2, "images-0-4"), new Disagreement("dog", "cat", 1, "images-0-3"),
                new Disagreement("fox", "dog", 1, "images-0-5"));
        assertThat(comparison.since()).isEqualTo(START);
        assertThat(comparison.at()).isEqualTo(START.plusSeconds(6));
    }

    @Test
    void labelsAreTheSameWhereTheirTextsAre() {
        assertThat(MODELS).isEqualTo(new ComparedModels(CURRENT, CANDIDATE, 2, 1, 0));
        assertThat(MODELS.haveSameLabels()).isFalse();
    }

    @Test
    void beginsAnewWithOtherModels() {
        ComparedModels others = ComparedModels.of(CANDIDATE, List.of("a"), CURRENT, List.of("a"));

        ModelComparison comparison = of(new Agreed(0), new Agreed(0))
                .with(new ComparedPicture(key(), "images-0-9", START.plusSeconds(9), others, new Agreed(0)));

        assertThat(comparison.models()).isEqualTo(others);
        assertThat(comparison.counts().compared()).isEqualTo(1);
        assertThat(comparison.since()).isEqualTo(START.plusSeconds(9));
    }

    @Test
    void keepsCountingWhereThereAreMorePairsThanItLists() throws IOException {
        ModelComparison comparison = of(new Differing("0", "x", true));
        for (int i = 1; i < ModelComparison.MAX_COUNTED + 7; i++) {
            comparison = comparison.with(picture(i, new Differing(Integer.toString(i), "x", true)));
        }

        assertThat(comparison.disagreements()).hasSize(ModelComparison.MAX_COUNTED);
        assertThat(comparison.otherDisagreements()).isEqualTo(7);
        byte[] json = comparison.toJson();
        assertThat(JsonSchemas.violations("model-comparison", json)).isEmpty();
        ModelComparison read = read(json);
        assertThat(read.disagreements()).hasSize(ModelComparison.MAX_LISTED);
        assertThat(read.disagreements().size() + read.otherDisagreements()).isEqualTo(read.counts().disagreed());
    }

    @Test
    void whatIsWrittenFollowsTheJsonSchemaAndIsReadBack() throws IOException {
        for (Optional<byte[]> key : List.of(key(), Optional.<byte[]>empty(), Optional.of(new byte[] {-1}))) {
            ModelComparison comparison = ModelComparison.of(new ComparedPicture(
                    key, "images-0-0", START, MODELS, new Differing("fox", "dog", false)));

            assertThat(JsonSchemas.violations("model-comparison", comparison.toJson())).isEmpty();
            assertThat(read(comparison.toJson())).usingRecursiveComparison().isEqualTo(comparison);
        }
    }

    @Test
    void refusesWhatIsNoComparison() {
        String json = new String(of(new Agreed(0)).toJson(), UTF_8);

        for (String wrong : List.of("{}", "[]", json.replace("\"agreed\":1", "\"agreed\":-1"),
                json.replace("\"digest\"", "\"sha\""))) {
            assertThatExceptionOfType(MalformedRecordException.class)
                    .isThrownBy(() -> ModelComparison.read(wrong.getBytes(UTF_8)));
        }
    }

    private static ModelComparison of(Outcome first, Outcome... others) {
        ModelComparison comparison = ModelComparison.of(picture(0, first));
        for (int i = 0; i < others.length; i++) {
            comparison = comparison.with(picture(i + 1, others[i]));
        }
        return comparison;
    }

    private static ComparedPicture picture(int number, Outcome outcome) {
        return new ComparedPicture(key(), "images-0-" + number, START.plusSeconds(number), MODELS, outcome);
    }

    private static Optional<byte[]> key() {
        return Optional.of("gate".getBytes(UTF_8));
    }

    private static ModelComparison read(byte[] json) {
        try {
            return ModelComparison.read(json);
        } catch (MalformedRecordException e) {
            throw new AssertionError(e);
        }
    }
}
