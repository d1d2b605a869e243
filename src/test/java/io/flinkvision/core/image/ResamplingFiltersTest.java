package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Resampling.Axis;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResamplingFiltersTest {

    private static final int SIZE = 224;

    private final ResamplingFilters filters = new ResamplingFilters();

    @Test
    void keepsTheFiltersOf128RegionsOfDifferentSizes() {
        List<Axis> axes = IntStream.range(0, 256).mapToObj(i -> axis(1280 - 4 * i)).toList();
        List<ResamplingFilter> before = axes.stream().map(axis -> filters.of(axis, Interpolation.BILINEAR)).toList();

        assertThat(axes).extracting(axis -> filters.of(axis, Interpolation.BILINEAR))
                .usingElementComparator((one, other) -> one == other ? 0 : 1)
                .isEqualTo(before);
    }

    @Test
    void tellsAxesAndInterpolationsApart() {
        ResamplingFilter bilinear = filters.of(axis(500), Interpolation.BILINEAR);

        assertThat(filters.of(axis(500), Interpolation.BILINEAR)).isSameAs(bilinear);
        assertThat(filters.of(axis(500), Interpolation.BICUBIC)).isNotSameAs(bilinear);
        assertThat(filters.of(new Axis(500, 0.5, 499, SIZE, 0, SIZE), Interpolation.BILINEAR)).isNotSameAs(bilinear);
        assertThat(filters.of(new Axis(500, SIZE, 1, SIZE - 1), Interpolation.BILINEAR)).isNotSameAs(bilinear);
    }

    @Test
    void dropsTheOneThatWasNotUsedForTheLongest() {
        ResamplingFilter first = filters.of(axis(1), Interpolation.BILINEAR);
        ResamplingFilter second = filters.of(axis(2), Interpolation.BILINEAR);

        int sizes = 3;
        int before = 0;
        while (filters.size() > before) {
            before = filters.size();
            assertThat(filters.of(axis(1), Interpolation.BILINEAR)).isSameAs(first);
            filters.of(axis(sizes++), Interpolation.BILINEAR);
        }

        assertThat(filters.of(axis(1), Interpolation.BILINEAR)).isSameAs(first);
        assertThat(filters.of(axis(2), Interpolation.BILINEAR)).isNotSameAs(second);
    }

    @Test
    void takesNoMoreThanItsBoundWhateverSizesComeIn() {
        for (int side = 1; side < 16_384; side += 37) {
            filters.of(axis(side), Interpolation.BICUBIC);
            assertThat(filters.integers()).isLessThanOrEqualTo(ResamplingFilters.MAX_INTEGERS);
        }
    }

    /** Its filter takes four million, of which nothing else is left room for. */
    @Test
    void makesTheFilterOfAnAxisThatTakesMoreThanTheBound() {
        Axis axis = axis(4_000_000);

        assertThat(filters.of(axis, Interpolation.BILINEAR).pixels()).isEqualTo(SIZE);
        assertThat(filters.size()).isEqualTo(1);
        assertThat(filters.of(axis(10), Interpolation.BILINEAR).pixels()).isEqualTo(SIZE);
        assertThat(filters.size()).isEqualTo(1);
    }

    private static Axis axis(int pixels) {
        return new Axis(pixels, SIZE, 0, SIZE);
    }
}
