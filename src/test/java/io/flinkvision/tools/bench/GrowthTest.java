package io.flinkvision.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.tools.bench.GrowthReport.Dimension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GrowthTest {

    /** Of three classes. */
    private static final ModelBundle MODEL = ModelBundle.read(Path.of("conf", "models", "triage"));

    private static final Size SIZE = new Size(640, 480);
    private static final JobVariant BASE =
            new JobVariant(MODEL, 1, 1, OptionalInt.empty(), OptionalInt.of(3));

    @Test
    void variantsOfADimensionDifferInNothingElse() throws IOException {
        assertThat(variants(Dimension.SIZE)).allMatch(variant -> variant.job().equals(BASE))
                .extracting(Growth.Variant::size).extracting(Size::toString)
                .containsExactly("320x240", "640x480", "1280x720", "1920x1080");
        assertThat(variants(Dimension.PARALLELISM)).extracting(Growth.Variant::job).containsExactly(
                BASE, parallel(2), parallel(4));
        assertThat(variants(Dimension.CAMERAS)).extracting(Growth.Variant::job)
                .containsExactly(BASE.withCameras(1), BASE.withCameras(1_000));
        assertThat(variants(Dimension.PARTITIONS)).extracting(Growth.Variant::job).containsExactly(
                BASE, BASE.withPartitions(2), BASE.withPartitions(8), BASE.withPartitions(32));
        assertThat(variants(Dimension.TOP_K)).extracting(Growth.Variant::job)
                .containsExactly(BASE.withTopK(1), BASE.withTopK(3));
    }

    @ParameterizedTest
    @EnumSource(names = "SIZE", mode = EnumSource.Mode.EXCLUDE)
    void picturesAreOfOneSizeUnlessThatIsTheDimension(Dimension dimension) throws IOException {
        assertThat(variants(dimension)).isNotEmpty().allMatch(variant -> variant.size().equals(SIZE));
    }

    @Test
    void pointsAreNamedAsPeopleWriteNumbersAndModelsWithTheirWeights() throws IOException {
        assertThat(variants(Dimension.CAMERAS)).extracting(Growth.Variant::at).containsExactly("1", "1,000");
        assertThat(variants(Dimension.MODEL)).singleElement().extracting(Growth.Variant::at).asString()
                .matches(MODEL.name() + " \\([0-9]+\\.[0-9] MB\\)");
    }

    private static JobVariant parallel(int parallelism) {
        return new JobVariant(MODEL, parallelism, parallelism, OptionalInt.empty(), OptionalInt.of(3));
    }

    private static List<Growth.Variant> variants(Dimension dimension) throws IOException {
        return Growth.Variant.of(dimension, List.of(MODEL), List.of(1, 1_000));
    }
}
