package io.flinkvision.core.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opencv.core.Core;

/** What SECURITY.md says of the libraries inside OpenCV: which there are, and which no picture gets to. */
class FormatsOutOfReachTest {

    private static final Path SECURITY = Path.of("SECURITY.md");

    /** OpenEXR, JPEG 2000 twice, Radiance HDR twice, Sun raster, PFM, PAM, AVIF, and text's P1 to P3. */
    @ParameterizedTest
    @ValueSource(strings = {
        "\u0076\u002f\u0031\u0001", "\0\0\0\fjP  \r\n\u0087\n", "\u00ff\u004f\u00ff\u0051", "#?RADIANCE\n", "#?RGBE\n",
        "\u0059\u00a6\u006a\u0095", "PF\n1 1\n", "Pf\n1 1\n", "P7\n", "\0\0\0\u0018ftypavif", "P1\n", "P2\n",
        "P3\n"})
    void noPictureGetsToTheDecodersOfOtherFormats(String signature) {
        byte[] bytes = Arrays.copyOf(signature.getBytes(ISO_8859_1), 4096);

        assertThat(ImageFormat.sniff(bytes)).isEmpty();
        assertThat(Pixels.rejected(bytes, Pixels.EVERY_FORMAT).code()).isEqualTo(ErrorCode.UNKNOWN_FORMAT);
    }

    @Test
    void tiffNetpbmAndGifAreOpenedOnlyOnRequest() {
        assertThat(ImageFormat.DEFAULTS).doesNotContain(ImageFormat.TIFF, ImageFormat.PNM, ImageFormat.GIF);
    }

    @Test
    void theVersionsOfTheDocumentAreThoseInTheLibrary() throws IOException {
        String document = Files.readString(SECURITY);
        OpenCvLibrary.load();
        String build = Core.getBuildInformation();
        Map.of("zlib", "ZLib: .*ver ([0-9.]+)", "libjpeg-turbo", "JPEG: .*ver ([0-9.]+)",
                "libpng", "PNG: .*ver ([0-9.]+)", "libtiff", "TIFF: .*- ([0-9.]+)",
                "OpenJPEG", "JPEG 2000: .*ver ([0-9.]+)", "OpenEXR", "OpenEXR: .*ver ([0-9.]+)")
                .forEach((library, pattern) -> {
                    Matcher version = Pattern.compile(pattern).matcher(build);
                    assertThat(version.find()).as("%s in %s", library, build).isTrue();
                    assertThat(document).contains("| " + library + " " + version.group(1) + " |");
                });
        assertThat(build).containsPattern("FFMPEG: +NO").containsPattern("GStreamer: +NO");
    }
}
