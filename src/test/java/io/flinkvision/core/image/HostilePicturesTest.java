package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.HostilePictures.Hostile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostilePicturesTest {

    @ParameterizedTest
    @MethodSource("hostile")
    void isAPictureOrARefusalWithASensibleCode(Hostile hostile) {
        DecodeOutcome outcome = Pixels.decode(hostile.bytes(), DecodeLimits.DEFAULTS);

        if (hostile.refusal().isPresent()) {
            assertThat(outcome).isInstanceOfSatisfying(Rejected.class,
                    rejected -> assertThat(rejected.code()).isEqualTo(hostile.refusal().get()));
        } else {
            assertThat(outcome).isInstanceOf(Decoded.class);
        }
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void hasNoPreviewIfItIsRefused(Hostile hostile) {
        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, Pixels.UNMIXED)) {
            Optional<Preview> preview = decoder.preview(hostile.bytes(), List.of(View.WHOLE));

            assertThat(hostile.refusal().isPresent() && preview.isPresent()).isFalse();
        }
    }

    static List<Hostile> hostile() {
        return HostilePictures.all();
    }

    /** The short form of {@link HostilePicturesProcess}; the crash of a decoder would be the crash of its process. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void noPictureTakesAProcessAboveTheStatedMemory() throws IOException, InterruptedException {
        HostilePicturesProcess.Report report = HostilePicturesProcess.inAProcessOfItsOwn(1_000, 4_000_000);

        assertThat(report.exitCode()).as(report.output()).isZero();
        assertThat(report.output()).contains("outcomes of 1000 damaged pictures");
    }
}
