package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flinkvision.core.image.ImageHeader.Transparency;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebPHeaderTest {

    @ParameterizedTest
    @ValueSource(strings = {"lossy.webp", "lossless.webp", "lossy-alpha.webp", "lossless-alpha.webp"})
    void readsTheDimensions(String name) throws MalformedImageException {
        assertThat(WebPHeader.read(Pixels.fixture(name)))
                .isEqualTo(new ImageHeader(32, 32, Orientation.UPRIGHT, Transparency.ALPHA_CHANNEL));
    }

    @Test
    void readsTheOrientation() throws MalformedImageException {
        assertThat(WebPHeader.read(Pixels.fixture("orientation-6.webp")).orientation())
                .isEqualTo(Orientation.TURN_CLOCKWISE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossy.webp", "lossless.webp", "lossy-alpha.webp", "orientation-6.webp"})
    void refusesEveryCut(String name) {
        byte[] webp = Pixels.fixture(name);

        for (int length = 12; length < webp.length; length++) {
            assertThat(malformed(Arrays.copyOf(webp, length)).code()).as("%d bytes", length)
                    .isEqualTo(ErrorCode.TRUNCATED);
        }
    }

    @Test
    void refusesAFileWhoseOwnLengthIsSetToTheCut() {
        byte[] webp = Pixels.fixture("lossy.webp");

        for (int length = 12; length < webp.length; length++) {
            byte[] cut = Arrays.copyOf(webp, length);
            ByteBuffer.wrap(cut).order(ByteOrder.LITTLE_ENDIAN).putInt(4, length - 8);
            assertThat(malformed(cut).code()).as("%d bytes", length).isEqualTo(ErrorCode.CORRUPT);
        }
    }

    @Test
    void allowsPaddingBehindTheEnd() throws MalformedImageException {
        byte[] webp = Pixels.fixture("lossy.webp");

        assertThat(WebPHeader.read(Arrays.copyOf(webp, webp.length + 7)).width()).isEqualTo(32);
    }

    @Test
    void readsTheCanvasOfAnAnimation() throws MalformedImageException {
        byte[] webp = WebPFile.animated(300, 200, 30, 20, Pixels.fixture("lossy-alpha.webp"));

        assertThat(WebPHeader.read(webp))
                .isEqualTo(new ImageHeader(300, 200, Orientation.UPRIGHT, Transparency.ALPHA_CHANNEL));
        assertThat(WebPHeader.firstFrame(webp)).hasValueSatisfying(frame -> assertThat(
                List.of(frame.left(), frame.top(), frame.width(), frame.height())).containsExactly(30, 20, 32, 32));
    }

    @Test
    void aStillPictureHasNoFrames() throws MalformedImageException {
        assertThat(WebPHeader.firstFrame(Pixels.fixture("lossy-alpha.webp"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"32, 31, 0, 0", "33, 32, 2, 0", "1, 1, 0, 0"})
    void refusesAFrameThatIsNotInsideItsCanvas(int width, int height, int left, int top) {
        assertThat(malformed(WebPFile.animated(width, height, left, top, Pixels.fixture("lossless.webp"))))
                .hasMessageContaining("not inside its canvas of " + width + " x " + height);
    }

    @ParameterizedTest
    @CsvSource({"lossy.webp, 31, 32", "lossless.webp, 32, 33", "lossy-alpha.webp, 16, 16"})
    void refusesAFrameOfAnotherSizeThanItsPicture(String name, int width, int height) {
        assertThat(malformed(WebPFile.animated(99, 99, 0, 0, width, height, Pixels.fixture(name))).code())
                .isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void refusesAnAnimationWithoutAFrame() {
        assertThat(malformed(WebPFile.withoutFrames())).hasMessageContaining("no picture");
        byte[] opacityAlone = WebPFile.riff(WebPFile.chunk("ALPH", 0));
        assertThat(malformed(WebPFile.animated(9, 9, 0, 0, opacityAlone))).hasMessageContaining("no picture");
    }

    @Test
    void readsTheFirstOfSeveralOrientations() throws MalformedImageException {
        byte[] webp = Pixels.fixture("orientation-6.webp");
        byte[] chunks = Arrays.copyOfRange(webp, 12, webp.length);
        byte[] second = WebPFile.chunk("EXIF", Exif.orientation(1, ByteOrder.LITTLE_ENDIAN));

        assertThat(WebPHeader.read(WebPFile.riff(chunks, second)).orientation())
                .isEqualTo(Orientation.TURN_CLOCKWISE);
    }

    @Test
    void refusesASecondCanvas() {
        byte[] webp = Pixels.fixture("orientation-6.webp");
        byte[] second = webp.clone();
        second[find(webp, "EXIF")] = 'V';
        second[find(webp, "EXIF") + 1] = 'P';
        second[find(webp, "EXIF") + 2] = '8';
        second[find(webp, "EXIF") + 3] = 'X';

        assertThat(malformed(second)).hasMessageContaining("VP8X chunk that is not its first");
    }

    @Test
    void takesTheLargerOfTheCanvasAndThePicture() throws MalformedImageException {
        byte[] webp = Pixels.fixture("orientation-6.webp");
        int canvas = find(webp, "VP8X") + 8 + 4;
        webp[canvas] = 99;
        webp[canvas + 3] = 7;

        assertThat(WebPHeader.read(webp).width()).isEqualTo(100);
        assertThat(WebPHeader.read(webp).height()).isEqualTo(32);
    }

    @Test
    void refusesAPictureWithoutItsStartCode() {
        byte[] lossy = Pixels.fixture("lossy.webp");
        lossy[find(lossy, "VP8 ") + 8 + 3] ^= 1;
        byte[] lossless = Pixels.fixture("lossless.webp");
        lossless[find(lossless, "VP8L") + 8] ^= 1;

        assertThat(malformed(lossy)).hasMessageContaining("start code");
        assertThat(malformed(lossless)).hasMessageContaining("signature");
    }

    @Test
    void refusesAFileWithoutAPicture() {
        byte[] webp = Pixels.fixture("lossy.webp");
        webp[find(webp, "VP8 ")] = 'X';

        assertThat(malformed(webp)).hasMessageContaining("no picture");
    }

    @ParameterizedTest
    @ValueSource(strings = {"VP8 ", "VP8L", "VP8X"})
    void refusesChunksThatAreTooShort(String type) {
        byte[] webp = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(16)
                .put(("WEBP" + type).getBytes(StandardCharsets.US_ASCII)).putInt(4).array();

        assertThat(malformed(webp)).hasMessageContaining("chunk of 4 bytes");
    }

    @Test
    void refusesAPictureOfNoPixels() {
        byte[] webp = Pixels.fixture("lossy.webp");
        webp[find(webp, "VP8 ") + 8 + 6] = 0;

        assertThat(malformed(webp).code()).isEqualTo(ErrorCode.CORRUPT);
    }

    private static int find(byte[] webp, String chunk) {
        return new String(webp, StandardCharsets.ISO_8859_1).indexOf(chunk);
    }

    private static MalformedImageException malformed(byte[] webp) {
        return catchThrowableOfType(MalformedImageException.class, () -> WebPHeader.read(webp));
    }
}
