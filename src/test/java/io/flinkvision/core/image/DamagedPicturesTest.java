package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DamagedPicturesTest {

    private static final Set<ErrorCode> CODES_OF_A_CUT =
            EnumSet.of(ErrorCode.TRUNCATED, ErrorCode.UNKNOWN_FORMAT, ErrorCode.EMPTY);

    private static final Set<ErrorCode> CODES_OF_DAMAGE = EnumSet.of(
            ErrorCode.TRUNCATED, ErrorCode.CORRUPT, ErrorCode.UNSUPPORTED, ErrorCode.UNKNOWN_FORMAT,
            ErrorCode.TOO_LARGE);

    private static final int MUTATIONS = 400;

    private final ImageDecoder decoder = new ImageDecoder(Pixels.EVERY_FORMAT, Pixels.UNMIXED);

    @AfterEach
    void close() {
        decoder.close();
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void refusesEveryCut(byte[] picture) {
        // A PNG without its last chunk, which has no data, lacks nothing.
        boolean isPng = ImageFormat.sniff(picture).equals(Optional.of(ImageFormat.PNG));
        int needed = isPng ? picture.length - PngPixelChunks.END.length : picture.length;
        for (int length = 0; length < needed; length++) {
            DecodeOutcome outcome = decoder.decode(Arrays.copyOf(picture, length));
            assertThat(outcome).as("%d of %d bytes", length, picture.length).isInstanceOf(Rejected.class);
            assertThat(((Rejected) outcome).code()).isIn(CODES_OF_A_CUT);
        }
        for (int length = needed; length < picture.length; length++) {
            assertThat(decoder.decode(Arrays.copyOf(picture, length))).usingRecursiveComparison()
                    .isEqualTo(decoder.decode(picture));
        }
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void everyCutIsAnOutcomeWhereAMissingEndIsAccepted(byte[] picture) {
        try (ImageDecoder lenient = new ImageDecoder(Pixels.TRUNCATED_TOO, Pixels.UNMIXED)) {
            for (int length = 1; length < picture.length; length++) {
                if (lenient.decode(Arrays.copyOf(picture, length)) instanceof Rejected rejected) {
                    assertThat(rejected.code()).isIn(CODES_OF_DAMAGE);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void aDamagedPictureIsAnOutcomeAndNeverAnException(byte[] picture) {
        Random random = new Random(20_240_917);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = Damage.of(picture, random);
            DecodeOutcome outcome = decoder.decode(damaged);
            if (outcome instanceof Rejected rejected) {
                assertThat(rejected.code()).isIn(CODES_OF_DAMAGE);
                assertThat(rejected.message()).isNotBlank();
            } else {
                assertThat(((Decoded) outcome).input().samples()).hasSize(32 * 32 * 3);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void aPictureThatIsRefusedHasNoPreview(byte[] picture) {
        Random random = new Random(20_261_130);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = Damage.of(picture, random);
            if (decoder.decode(damaged) instanceof Rejected rejected) {
                assertThat(decoder.preview(damaged, List.of(View.WHOLE))).as(rejected.message()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void aSignatureBeforeRandomBytesIsNoPicture(byte[] picture) {
        Random random = new Random(42);
        byte[] bytes = new byte[picture.length + 100];
        for (int i = 0; i < MUTATIONS; i++) {
            random.nextBytes(bytes);
            System.arraycopy(picture, 0, bytes, 0, 12);
            assertThat(decoder.decode(bytes)).isInstanceOf(Rejected.class);
        }
    }

    @Test
    void randomBytesAreNoPicture() {
        Random random = new Random(7);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            assertThat(decoder.decode(bytes)).isInstanceOf(Rejected.class);
        }
    }

    static Stream<byte[]> pictures() {
        return Stream.of(
                JpegFile.quarters(16, 16),
                JpegFile.progressiveQuarters(16, 16),
                Pixels.fixture("cmyk.jpg"),
                PngFile.of(2, 2, 8, PngFile.TRUE_COLOUR_ALPHA)
                        .rows(0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1, 2, 3, 4, 5, 6, 7, 8).end(),
                PngFile.of(3, 1, 8, PngFile.PALETTE).chunk("PLTE", 255, 0, 0, 0, 0, 255, 1, 2, 3)
                        .chunk("tRNS", 0, 51).rows(0, 0, 1, 2).end(),
                Pixels.fixture("lossy-alpha.webp"),
                Pixels.fixture("lossless.webp"),
                WebPFile.animated(40, 36, 4, 2, Pixels.fixture("lossy-alpha.webp")),
                GifFile.of(4, 3).transparent(2).frame(1, 1, 2, 2).indices(0, 1, 2, 3),
                new BmpFile().pixels(2, 2, 1, 2, 3, 4, 5, 6, 0, 0, 1, 2, 3, 4, 5, 6),
                new BmpFile().bitsPerPixel(8).compression(1).colours(2).palette(0, 0, 255, 0, 255, 0, 0, 0)
                        .pixels(3, 3, 4, 0, 0, 0, 0, 2, 1, 0, 1, 1, 0, 0, 0, 3, 1, 0, 1),
                new BmpFile().bitsPerPixel(4).compression(2).colours(2).palette(0, 0, 255, 0, 255, 0, 0, 0)
                        .pixels(3, 2, 3, 0x10, 0, 0, 0, 3, 0x10, 0x10),
                new BmpFile().header(52).bitsPerPixel(16).bitFields(0xf800, 0x7e0, 0x1f).pixels(1, 1, 0x1f, 0xe0),
                new BmpFile().header(BmpFile.V4_HEADER).bitsPerPixel(32)
                        .bitFields(0xff0000, 0xff00, 0xff, 0xff000000).pixels(2, 1, 1, 2, 3, 255, 1, 2, 3, 0));
    }
}
