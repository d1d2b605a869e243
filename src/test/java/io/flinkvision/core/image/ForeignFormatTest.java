package io.flinkvision.core.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignFormatTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0000000c6a5020200d0a870a | JPEG 2000 | convert",
        "ff4fff51002f | JPEG 2000 | convert",
        "0000000c4a584c200d0a870a | JPEG XL | convert",
        "ff0afa1f | JPEG XL | convert",
        "4949bc01 | JPEG XR | convert",
        "38425053 | Photoshop | convert",
        "46554a4946494c4d4343442d524157 | Fujifilm | JPEG that the camera can write",
        "49491a000000484541504343 | no picture | known format",
        "49491a00000048454150434344520200 | Canon CRW | JPEG that the camera can write",
        "4949524f08000000 | Olympus | JPEG that the camera can write",
        "4949550018000000 | Panasonic | JPEG that the camera can write",
        "1a45dfa3 | Matroska | vision feed",
        "52494646000000004156492020 | AVI video | vision feed",
        "000001ba44 | MPEG | vision feed",
        "000000016742001e | H.264 | vision feed",
        "00000001400100 | H.265 | vision feed",
        "1f8b0800 | gzip | compression.type",
        "28b52ffd24 | zstd | compression.type",
        "504b03041400 | ZIP | each picture in it",
    })
    void callsBinaryFormatsByTheirNames(String hex, String name, String advice) {
        assertThat(Pixels.rejected(HexFormat.of().parseHex(hex), Pixels.EVERY_FORMAT).message())
                .startsWith("The bytes are ").contains(name, advice);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "heic | mif1heic | HEIC",
        "mif1 | mif1heic | HEIC",
        "mif1 | mif1avifmiaf | AVIF",
        "avif | mif1miaf | AVIF",
        "avis | msf1 | AVIF",
        "isom | isomiso2avc1mp41 | MP4 video",
        "qt   | qt   | QuickTime video",
        "crx  | crx isom | Canon CR3",
    })
    void tellsTheBrandsOfBoxesApart(String brand, String compatible, String name) {
        byte[] box = ByteBuffer.allocate(200).putInt(16 + compatible.length()).put("ftyp".getBytes(ISO_8859_1))
                .put("%-4s".formatted(brand).getBytes(ISO_8859_1)).putInt(0)
                .put(compatible.getBytes(ISO_8859_1)).array();

        assertThat(ForeignFormat.describe(box).orElseThrow()).contains(name);
    }

    @Test
    void showsNoControlCharactersOfAnUnknownBrand() {
        assertThat(ForeignFormat.describe("\0\0\0\u0014ftyp\u001b[2J....".getBytes(ISO_8859_1)).orElseThrow())
                .contains("brand ??2J:");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "<!DOCTYPE html><html> | a web page (HTML): does its address need a login",
        "<HTML><head> | web page",
        "<?xml version='1.0'?><!DOCTYPE html PUBLIC ''> | web page",
        "<!-- a comment --><html><svg> | web page",
        "<svg xmlns='http://www.w3.org/2000/svg'> | SVG",
        "<?xml version='1.0'?><!-- made by --><svg> | SVG",
        "<?xml version='1.0'?><Error><Code>AccessDenied | error of a server",
        "{\"error\": \"not found\"} | JSON",
        "{} | JSON",
        "[{\"a\": 1}] | JSON",
        "[1, 2] | JSON",
        "{ no | no picture of a known format",
        "[section] | no picture of a known format",
        "HTTP/1.1 200 OK | HTTP response with its headers: send its body only",
        "--frame;Content-Type: image/jpeg | a part of a multipart message",
        "Content-Type: image/jpeg | a part of a multipart message",
        "version https://git-lfs.github.com/spec/v1 | Git LFS, not the picture: fetch the file that it stands for",
        "%PDF-1.7 | PDF",
    })
    void callsTextsByTheirNames(String text, String message) {
        assertThat(Pixels.rejected(text.replace(';', '\n').getBytes(ISO_8859_1), Pixels.EVERY_FORMAT).message())
                .contains(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00ef\u00bb\u00bf<html>", "\r\n\r\n <html>", "\u00ef\u00bb\u00bf\n<html>"})
    void passesOverWhatStandsBeforeAText(String text) {
        assertThat(ForeignFormat.describe(text.getBytes(ISO_8859_1)).orElseThrow()).contains("HTML");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void callsIconsByTheirNamesIfTheirDirectoryFits(int type) {
        ByteBuffer icon = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN)
                .putShort(2, (short) type).putShort(4, (short) 1).putInt(18, 22);

        assertThat(ForeignFormat.describe(icon.array()).orElseThrow()).contains("ICO");
        assertThat(ForeignFormat.describe(icon.putInt(18, 100).array())).isEmpty();
        assertThat(ForeignFormat.describe(icon.putInt(18, 21).array())).isEmpty();
        assertThat(ForeignFormat.describe(icon.putShort(4, (short) 0).putInt(18, 22).array())).isEmpty();
    }

    @Test
    void callsATgaByItsName() {
        ByteBuffer tga = ByteBuffer.allocate(60).order(ByteOrder.LITTLE_ENDIAN)
                .put(2, (byte) 10).putShort(12, (short) 4).putShort(14, (short) 3).put(16, (byte) 24);
        byte[] unusual = Arrays.copyOf("........................".getBytes(ISO_8859_1), 100);
        System.arraycopy("TRUEVISION-XFILE.\0".getBytes(ISO_8859_1), 0, unusual, 82, 18);

        assertThat(ForeignFormat.describe(tga.array()).orElseThrow()).contains("TGA");
        assertThat(ForeignFormat.describe(unusual).orElseThrow()).contains("TGA");
        assertThat(ForeignFormat.describe(tga.put(16, (byte) 23).array())).isEmpty();
    }

    @Test
    void isQuickWithTextsThatAreMadeToMatchSlowly() {
        for (String part : new String[] {"<!--", "<!---->", "{ ", "[", "< ", "--", "<svg", "\n"}) {
            assertThat(ForeignFormat.describe(part.repeat(1 << 20).getBytes(ISO_8859_1))).isNotNull();
        }
    }
}
