package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.AllocatedBytes;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.system.ProcessMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What decoding costs besides time: nothing on the heap grows with the picture that comes in, and none of its native
 * memory is left behind.
 */
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

        for (Reduction reduction : new Reduction[] {Reduction.NONE, Reduction.FASTER}) {
            try (ImageDecoder decoder = new ImageDecoder(limits, imageNet(), reduction)) {
                assertThat(AllocatedBytes.inTheSteadyState(() -> decoder.decode(jpeg)))
                        .isBetween(INPUT, INPUT + REST);
                assertThat(AllocatedBytes.inTheSteadyState(
                        () -> decoder.decodeRaw(raw, width, height, RawFormat.BGR24)))
                        .isBetween(INPUT, INPUT + REST);
            }
        }
    }

    /** The regions' sizes and the whole picture's take turns, and no buffer is made for any. */
    @ParameterizedTest
    @CsvSource({"640, 480", "1280, 720"})
    void allocatesTheRegionsAndLittleElse(int width, int height) {
        byte[] jpeg = JpegFile.quarters(width, height);
        List<View> views = new ArrayList<>(List.of(View.WHOLE));
        for (int i = 1; i <= 40; i++) {
            views.add(new View.Region(new RegionBox(0.01 * i, 0.005 * i, 0.015 * i, 0.9 - 0.02 * i)));
        }
        for (Reduction reduction : new Reduction[] {Reduction.NONE, Reduction.FASTER}) {
            try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, imageNet(), reduction)) {
                assertThat(AllocatedBytes.inTheSteadyState(() -> decoder.decode(jpeg, views)))
                        .isBetween(views.size() * INPUT, views.size() * (INPUT + REST));
            }
        }
    }

    @Test
    void allocatesLittleForAHeader() {
        byte[] jpeg = JpegFile.quarters(1280, 720);
        byte[] raw = new byte[3 * 1280 * 720];
        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, imageNet())) {
            assertThat(AllocatedBytes.inTheSteadyState(() -> decoder.decode(jpeg, List.of()))).isLessThan(REST);
            assertThat(AllocatedBytes.inTheSteadyState(
                    () -> decoder.decodeRaw(raw, 1280, 720, RawFormat.BGR24, List.of()))).isLessThan(REST);
        }
    }

    /**
     * What OpenCV returns from {@code setTo} is another reference to the picture's memory. Nothing but a garbage
     * collection frees that, which so little work on the heap does not bring about.
     */
    @ParameterizedTest
    @MethodSource
    @EnabledOnOs(OS.LINUX)
    void leavesNoMemoryOfAPictureToTheGarbageCollection(byte[] picture) throws IOException {
        decodeByDecodersOfTheirOwn(picture, 20);
        long before = ProcessMemory.ANONYMOUS.bytes().orElseThrow();

        decodeByDecodersOfTheirOwn(picture, 200);

        assertThat(ProcessMemory.ANONYMOUS.bytes().orElseThrow() - before)
                .as("the pixels of 200 pictures take 600 MiB").isLessThan(200 << 20);
    }

    private static void decodeByDecodersOfTheirOwn(byte[] picture, int count) {
        for (int i = 0; i < count; i++) {
            Pixels.decoded(picture, Pixels.EVERY_FORMAT);
        }
    }

    /** A megapixel each, of whose pixels the file need not tell much. */
    static List<Named<byte[]>> leavesNoMemoryOfAPictureToTheGarbageCollection() {
        int side = 1024;
        return List.of(
                Named.of("GIF", GifFile.of(side, side).frame(0, 0, 1, 1).indices(1)),
                Named.of("BMP of runs", new BmpFile().bitsPerPixel(8).compression(1).colours(1).palette(0, 0, 0, 0)
                        .pixels(side, side, 0, 1)),
                Named.of("PNG with a transparent grey", PngFile.of(side, side, 8, PngFile.GREY).chunk("tRNS", 0, 0)
                        .rows(new int[side * (1 + side)]).end()));
    }

    private static Preprocessing imageNet() {
        return new Preprocessing(SIZE, new ResizeRule.ShorterSide(256), Interpolation.BILINEAR, ChannelOrder.RGB,
                Preprocessing.IMAGENET_MEAN, Preprocessing.IMAGENET_STANDARD_DEVIATION);
    }
}
