package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PixelEncoderTest {

    @ParameterizedTest
    @EnumSource(RawFormat.class)
    void aJpegShowsThePixelsInTheirColours(RawFormat format) throws IOException {
        try (PixelEncoder encoder = new PixelEncoder(95)) {
            BufferedImage shown = shown(encoder.encode(plain(40, 24, format, 200, 120, 30)).orElseThrow());

            assertThat(shown.getWidth()).isEqualTo(40);
            assertThat(shown.getHeight()).isEqualTo(24);
            int[] expected = shown.getType() == BufferedImage.TYPE_3BYTE_BGR ? new int[] {200, 120, 30} : new int[] {200};
            for (int band = 0; band < format.channels(); band++) {
                assertThat(shown.getRaster().getSample(20, 12, band)).isBetween(expected[band] - 4, expected[band] + 4);
            }
        }
    }

    @Test
    void onePictureAfterAnotherMayHaveAnotherSizeAndLayout() throws IOException {
        try (PixelEncoder encoder = new PixelEncoder(90)) {
            encoder.encode(plain(640, 480, RawFormat.RGB24, 10, 20, 30));
            BufferedImage grey = shown(encoder.encode(plain(16, 9, RawFormat.GRAY8, 90, 0, 0)).orElseThrow());
            BufferedImage colour = shown(encoder.encode(plain(31, 17, RawFormat.BGR24, 250, 5, 5)).orElseThrow());

            assertThat(grey.getWidth()).isEqualTo(16);
            assertThat(colour.getRaster().getNumBands()).isEqualTo(3);
            assertThat(colour.getRGB(15, 8) >> 16 & 0xff).isGreaterThan(240);
        }
    }

    @Test
    void aLowerQualityTakesFewerBytes() {
        byte[] pixels = new byte[64 * 64 * 3];
        new Random(7).nextBytes(pixels);
        RawPicture noise = new RawPicture(pixels, 64, 64, RawFormat.BGR24);
        try (PixelEncoder fine = new PixelEncoder(95); PixelEncoder coarse = new PixelEncoder(30)) {
            assertThat(coarse.encode(noise).orElseThrow().length)
                    .isLessThan(fine.encode(noise).orElseThrow().length / 2);
        }
    }

    @Test
    void aPictureThatNoJpegCanHoldIsNone() {
        try (PixelEncoder encoder = new PixelEncoder(90)) {
            assertThat(encoder.encode(plain(65_536, 1, RawFormat.GRAY8, 1, 1, 1))).isEmpty();
            assertThat(encoder.encode(plain(65_500, 1, RawFormat.GRAY8, 1, 1, 1))).isPresent();
        }
    }

    @Test
    void aQualityIsFrom1To100AndAClosedEncoderSaysThatItIs() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PixelEncoder(0)).withMessageContaining("not 0");
        PixelEncoder encoder = new PixelEncoder(90);
        encoder.close();
        encoder.close();
        assertThatIllegalStateException().isThrownBy(() -> encoder.encode(plain(2, 2, RawFormat.GRAY8, 1, 1, 1)))
                .withMessageContaining("closed");
    }

    private static RawPicture plain(int width, int height, RawFormat format, int red, int green, int blue) {
        byte[] pixels = new byte[width * height * format.channels()];
        switch (format) {
            case GRAY8 -> Arrays.fill(pixels, (byte) red);
            case RGB24, BGR24 -> {
                for (int i = 0; i < pixels.length; i += 3) {
                    pixels[i] = (byte) (format == RawFormat.RGB24 ? red : blue);
                    pixels[i + 1] = (byte) green;
                    pixels[i + 2] = (byte) (format == RawFormat.RGB24 ? blue : red);
                }
            }
        }
        return new RawPicture(pixels, width, height, format);
    }

    private static BufferedImage shown(byte[] jpeg) throws IOException {
        assertThat(ImageFormat.sniff(jpeg)).contains(ImageFormat.JPEG);
        return ImageIO.read(new ByteArrayInputStream(jpeg));
    }
}
