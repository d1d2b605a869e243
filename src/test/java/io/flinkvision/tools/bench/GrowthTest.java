package io.flinkvision.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
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
            new JobVariant(MODEL, 1, 1, OptionalInt.empty(), OptionalInt.of(3), List.of());

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
    @EnumSource(names = {"SIZE", "REGIONS"}, mode = EnumSource.Mode.EXCLUDE)
    void picturesAreOfOneSizeUnlessThatIsTheDimension(Dimension dimension) throws IOException {
        assertThat(variants(dimension)).isNotEmpty().allMatch(variant -> variant.size().equals(SIZE));
    }

    @Test
    void pointsAreNamedAsPeopleWriteNumbersAndModelsWithTheirWeights() throws IOException {
        assertThat(variants(Dimension.CAMERAS)).extracting(Growth.Variant::at).containsExactly("1", "1,000");
        assertThat(variants(Dimension.MODEL)).singleElement().extracting(Growth.Variant::at).asString()
                .matches(MODEL.name() + " \\([0-9]+\\.[0-9] MB\\)");
    }

    @Test
    void eachOfAThousandCamerasHasAHeadOfItsOwnForItsWholePictures() throws IOException {
        List<JobVariant> jobs = variants(Dimension.HEADS).stream().map(Growth.Variant::job).toList();

        assertThat(jobs).hasSize(2);
        assertThat(jobs.get(0)).isEqualTo(BASE.withCameras(1_000));
        List<Region> regions = jobs.get(1).regions();
        assertThat(jobs.get(1)).isEqualTo(BASE.withCameras(1_000).withRegions(regions));
        assertThat(regions).extracting(region -> region.key().camera()).hasSize(1_000).doesNotHaveDuplicates();
        assertThat(regions).extracting(region -> region.head().orElseThrow().digest()).doesNotHaveDuplicates();
        assertThat(regions).allMatch(region -> region.box().equals(new RegionBox(0, 0, 1, 1)));
    }

    @Test
    void regionsTileThePicture() throws IOException {
        List<Growth.Variant> variants = variants(Dimension.REGIONS);

        assertThat(variants).extracting(Growth.Variant::at).containsExactly("0", "1", "8", "40");
        assertThat(variants).allMatch(variant -> variant.size().equals(new Size(1280, 720)));
        for (Growth.Variant variant : variants) {
            List<Region> regions = variant.job().regions();
            assertThat(regions).hasSize(Integer.parseInt(variant.at()))
                    .allMatch(region -> region.key().camera().equals(RegionKey.ALL_CAMERAS));
            assertThat(regions).extracting(Region::key).doesNotHaveDuplicates();
            assertThat(regions).extracting(Region::box).doesNotHaveDuplicates();
            assertThat(regions.stream().mapToDouble(region -> region.box().width() * region.box().height()).sum())
                    .isEqualTo(regions.isEmpty() ? 0 : 1, within(1e-9));
        }
    }

    private static JobVariant parallel(int parallelism) {
        return new JobVariant(MODEL, parallelism, parallelism, OptionalInt.empty(), OptionalInt.of(3), List.of());
    }

    private static List<Growth.Variant> variants(Dimension dimension) throws IOException {
        return Growth.Variant.of(dimension, List.of(MODEL), List.of(1, 1_000));
    }
}
