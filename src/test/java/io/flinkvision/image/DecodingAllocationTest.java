package io.flinkvision.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.AllocatedBytes;
import io.flinkvision.model.Preprocessing;
import io.flinkvision.model.Preprocessing.ChannelOrder;
import io.flinkvision.model.Preprocessing.Interpolation;
import io.flinkvision.model.Preprocessing.ResizeRule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What decoding costs besides time: nothing on the heap grows with the picture that comes in. */
class DecodingAllocationTest {

    private static final int SIZE = 224;

    /** What the network gets, and is handed on. */
    private static final long INPUT = 3 * SIZE * SIZE;

    /** Records, the walk through the header, OpenCV's handles. */
    private static final long REST = 4_000;

    @ParameterizedTest
    @CsvSource({"300, 300", "640, 480", "1280, 720", "1920, 1081"})
    void allocatesTheInputAndLittleElse(int width, int height) {
        byte[] jpeg = JpegFile.quarters(width, height);
        byte[] raw = new byte[3 * width * height];
        DecodeLimits limits = DecodeLimits.DEFAULTS;

        for (Reduction reduction : new Reduction[] {Reduction.NONE, Reduction.ALLOWED}) {
            try (ImageDecoder decoder = new ImageDecoder(limits, imageNet(), reduction)) {
                assertThat(AllocatedBytes.inTheSteadyState(() -> decoder.decode(jpeg)))
                        .isBetween(INPUT, INPUT + REST);
                assertThat(AllocatedBytes.inTheSteadyState(
                        () -> decoder.decodeRaw(raw, width, height, RawFormat.BGR24)))
                        .isBetween(INPUT, INPUT + REST);
            }
        }
    }

    private static Preprocessing imageNet() {
        return new Preprocessing(SIZE, new ResizeRule.ShorterSide(256), Interpolation.BILINEAR, ChannelOrder.RGB,
                Preprocessing.IMAGENET_MEAN, Preprocessing.IMAGENET_STANDARD_DEVIATION);
    }
}
