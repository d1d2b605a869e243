package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.Preprocessing.CropRounding;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.Preprocessing;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FamilyPreprocessingTest {

    @ParameterizedTest
    @CsvSource({
        "SEED, BILINEAR", "SEED_OLD, BILINEAR", "SEED_2023, BICUBIC", "TORCHVISION, BILINEAR", "DLI14, BILINEAR",
        "TIMM, BICUBIC", "TIMM_TF, BILINEAR"
    })
    void interpolatesAsItsAuthorsEvaluate(Family family, Interpolation interpolation) {
        assertThat(family.preprocessing(224).interpolation()).isEqualTo(interpolation);
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void normalisesByImageNetUnlessTheWeightsAreTensorFlows(Family family) {
        Preprocessing preprocessing = family.preprocessing(224);
        boolean tensorFlow = family == Family.TIMM_TF;

        assertThat(preprocessing.mean())
                .isEqualTo(tensorFlow ? List.of(0.5f, 0.5f, 0.5f) : List.of(0.485f, 0.456f, 0.406f));
        assertThat(preprocessing.standardDeviation())
                .isEqualTo(tensorFlow ? List.of(0.5f, 0.5f, 0.5f) : List.of(0.229f, 0.224f, 0.225f));
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void cropsAsTorchvisionUnlessTheWeightsAreTensorFlows(Family family) {
        assertThat(((ResizeRule.ShorterSide) family.preprocessing(224).resize()).cropRounding())
                .isEqualTo(family == Family.TIMM_TF ? CropRounding.DOWN : CropRounding.HALF_EVEN);
    }

    @ParameterizedTest
    @CsvSource({"224, 256", "192, 219", "256, 292"})
    void cropsSevenEighthsOfTheShorterSide(int inputSize, int shorterSide) {
        assertThat(Family.TIMM.preprocessing(inputSize).resize()).isEqualTo(new ResizeRule.ShorterSide(shorterSide));
    }
}
