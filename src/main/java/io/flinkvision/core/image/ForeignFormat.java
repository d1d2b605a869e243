package io.flinkvision.core.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.flinkvision.core.system.FileSignature;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Formats that are not decoded and are known by sight only, so that the message of {@link ErrorCode#UNKNOWN_FORMAT}
 * calls them by name and says what to do about them.
 */
final class ForeignFormat {

    private static final String CONVERT = "convert it to JPEG, PNG or WebP before sending it";
    private static final String RENDER = "render it to PNG or JPEG before sending it";
    private static final String DEVELOP = "send the JPEG that the camera can write beside it, or convert it";
    private static final String EXTRACT_FRAMES = "send its frames as JPEGs, as 'vision feed' does";
    private static final String DECOMPRESS =
            "send the picture itself; the producer's compression.type compresses what can be compressed";
    private static final String UNPACK = "send each picture in it as a record of its own";

    /** Bytes of a text that are examined, after leading white space. */
    private static final int TEXT_BYTES = 1024;

    private static final byte[] TGA_FOOTER = "TRUEVISION-XFILE.\0".getBytes(ISO_8859_1);
    private static final Set<Integer> TGA_TYPES = Set.of(1, 2, 3, 9, 10, 11);
    private static final Set<Integer> TGA_DEPTHS = Set.of(8, 15, 16, 24, 32);

    private static final Pattern HTML = Pattern.compile("<(!doctype html|html|head|body)\\b");
    private static final Pattern JSON =
            Pattern.compile("\\{\\s*[\"}]|\\[\\s*([\\[{\"\\]\\d-]|true\\b|false\\b|null\\b)");

    private static final List<FileSignature> SIGNATURES = List.of(
            signature(0, "\0\0\0\fjP  \r\n\u0087\n", "a JPEG 2000 picture", CONVERT),
            signature(0, "\u00ff\u004f\u00ff\u0051", "a JPEG 2000 picture", CONVERT),
            signature(0, "\0\0\0\fJXL \r\n\u0087\n", "a JPEG XL picture", CONVERT),
            signature(0, "\u00ff\n", "a JPEG XL picture", CONVERT),
            signature(0, "II\u00bc\u0001", "a JPEG XR picture", CONVERT),
            signature(0, "8BPS", "a Photoshop document (PSD)", CONVERT),
            signature(0, "gimp xcf", "a GIMP document (XCF)", CONVERT),
            signature(0, "\u0076\u002f\u0031\u0001", "an OpenEXR picture", CONVERT),
            signature(0, "#?RADIANCE", "a Radiance HDR picture", CONVERT),
            signature(0, "DDS ", "a DDS texture", CONVERT),
            signature(0, "qoif", "a QOI picture", CONVERT),
            signature(0, "BPG\u00fb", "a BPG picture", CONVERT),
            signature(0, "icns", "an icon (ICNS)", CONVERT),
            signature(0, "\u0059\u00a6\u006a\u0095", "a Sun raster picture", CONVERT),
            signature(0, "P7\n", "a PAM picture", CONVERT),
            signature(128, "DICM", "a DICOM picture", CONVERT),
            signature(0, "FUJIFILMCCD-RAW", "a camera's raw picture (Fujifilm RAF)", DEVELOP),
            signature(0, "IIRO", "a camera's raw picture (Olympus ORF)", DEVELOP),
            signature(0, "IIRS", "a camera's raw picture (Olympus ORF)", DEVELOP),
            signature(0, "MMOR", "a camera's raw picture (Olympus ORF)", DEVELOP),
            signature(0, "IIU\0", "a camera's raw picture (Panasonic RW2)", DEVELOP),
            signature(6, "HEAPCCDR", "a camera's raw picture (Canon CRW)", DEVELOP),
            signature(0, "FOVb", "a camera's raw picture (Sigma X3F)", DEVELOP),
            signature(0, "%PDF-", "a PDF document", RENDER),
            signature(0, "%!PS", "a PostScript document", RENDER),
            signature(0, "\u001aE\u00df\u00a3", "a Matroska or WebM video", EXTRACT_FRAMES),
            signature(8, "AVI ", "an AVI video", EXTRACT_FRAMES),
            signature(0, "FLV\u0001", "a Flash video", EXTRACT_FRAMES),
            signature(0, "\0\0\u0001\u00ba", "an MPEG video", EXTRACT_FRAMES),
            signature(0, "\0\0\u0001\u00b3", "an MPEG video", EXTRACT_FRAMES),
            signature(0, "\0\0\0\u0001\u0067", "an H.264 video without a container", EXTRACT_FRAMES),
            signature(0, "\0\0\u0001\u0067", "an H.264 video without a container", EXTRACT_FRAMES),
            signature(0, "\0\0\0\u0001\u0040\u0001", "an H.265 video without a container", EXTRACT_FRAMES),
            signature(0, "\0\0\u0001\u0040\u0001", "an H.265 video without a container", EXTRACT_FRAMES),
            signature(0, "\u001f\u008b", "compressed by gzip", DECOMPRESS),
            signature(0, "\u0028\u00b5\u002f\u00fd", "compressed by zstd", DECOMPRESS),
            signature(0, "\u0004\"M\u0018", "compressed by lz4", DECOMPRESS),
            signature(0, "BZh", "compressed by bzip2", DECOMPRESS),
            signature(0, "\u00fd7zXZ\0", "compressed by xz", DECOMPRESS),
            signature(0, "PK\u0003\u0004", "a ZIP archive", UNPACK),
            signature(257, "ustar", "a tar archive", UNPACK),
            signature(0, "version https://git-lfs.github.com/spec/", "a pointer of Git LFS, not the picture",
                    "fetch the file that it stands for with 'git lfs pull'"),
            signature(0, "HTTP/", "an HTTP response with its headers",
                    "send its body only, after the first empty line"));

    private ForeignFormat() {}

    private static FileSignature signature(int offset, String bytes, String name, String advice) {
        return new FileSignature(offset, bytes, name + ": " + advice);
    }

    /**
     * Names the format of bytes that are none of {@link ImageFormat}, with advice, as the end of a sentence that begins
     * with "The bytes are".
     */
    static Optional<String> describe(byte[] bytes) {
        return FileSignature.describe(SIGNATURES, bytes)
                .or(() -> container(bytes))
                .or(() -> text(bytes))
                .or(() -> looseFormat(bytes));
    }

    /** ISO base media files (ISO/IEC 14496-12), whose first box says which brand they are. */
    private static Optional<String> container(byte[] bytes) {
        if (bytes.length < 12 || !latin1(bytes, 4, 8).equals("ftyp")) {
            return Optional.empty();
        }
        String brand = latin1(bytes, 8, 12);
        int box = (int) Math.min(bytes.length, Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt()));
        String compatible = box > 16 ? latin1(bytes, 16, box) : "";
        return Optional.of(switch (brand) {
            case "avif", "avis" -> "an AVIF picture: " + CONVERT;
            case "heic", "heix", "hevc", "hevx", "heim", "heis" -> heic();
            case "mif1", "msf1" -> compatible.contains("avif") ? "an AVIF picture: " + CONVERT : heic();
            case "crx " -> "a camera's raw picture (Canon CR3): " + DEVELOP;
            case "qt  " -> "a QuickTime video: " + EXTRACT_FRAMES;
            default -> "an MP4 video, or another file of the brand " + brand.strip().replaceAll("\\W", "?") + ": "
                    + EXTRACT_FRAMES;
        });
    }

    private static String heic() {
        return "a HEIC picture (HEIF): have the camera write JPEG ('Most Compatible' on an iPhone), or " + CONVERT;
    }

    private static Optional<String> text(byte[] bytes) {
        int start = latin1(bytes, 0, Math.min(3, bytes.length)).equals("\u00ef\u00bb\u00bf") ? 3 : 0;
        while (start < bytes.length && Character.isWhitespace(bytes[start])) {
            start++;
        }
        String text = latin1(bytes, start, Math.min(bytes.length, start + TEXT_BYTES)).toLowerCase(Locale.ROOT);
        if (text.startsWith("<")) {
            return Optional.of(markup(text));
        }
        if (text.startsWith("--") && text.contains("content-type:") || text.startsWith("content-type:")) {
            return Optional.of("a part of a multipart message with its headers: send its body only, after the first"
                    + " empty line");
        }
        return JSON.matcher(text).lookingAt()
                ? Optional.of("JSON, no picture: open it to see whether it is the error of a server, or has the picture"
                        + " in one of its fields")
                : Optional.empty();
    }

    private static String markup(String text) {
        if (HTML.matcher(text).find()) {
            return "a web page (HTML): does its address need a login, or has the picture moved?";
        }
        return text.contains("<svg")
                ? "an SVG drawing: " + RENDER
                : "text with markup, such as the error of a server: open it to see what it says";
    }

    /** Formats with a short signature, for which the rest of the header must fit too. */
    private static Optional<String> looseFormat(byte[] bytes) {
        if (isIcon(bytes)) {
            return Optional.of("an icon or cursor (ICO): " + CONVERT);
        }
        return isTga(bytes) ? Optional.of("a TGA picture: " + CONVERT) : Optional.empty();
    }

    /** A directory of pictures, of which the first must lie after the directory and within the file. */
    private static boolean isIcon(byte[] bytes) {
        if (bytes.length < 22 || bytes[0] != 0 || bytes[1] != 0 || bytes[2] != 1 && bytes[2] != 2 || bytes[3] != 0) {
            return false;
        }
        int count = littleEndian(bytes, 4);
        long offset = littleEndian(bytes, 18) + ((long) littleEndian(bytes, 20) << 16);
        return count > 0 && offset >= 6 + 16L * count && offset < bytes.length;
    }

    private static boolean isTga(byte[] bytes) {
        int end = bytes.length - TGA_FOOTER.length;
        if (end >= 18 && latin1(bytes, end, bytes.length).equals(new String(TGA_FOOTER, ISO_8859_1))) {
            return true;
        }
        if (bytes.length <= 18) {
            return false;
        }
        boolean hasPalette = bytes[1] == 1;
        return (hasPalette || bytes[1] == 0 && littleEndian(bytes, 3) == 0 && littleEndian(bytes, 5) == 0)
                && hasPalette == (bytes[2] == 1 || bytes[2] == 9)
                && TGA_TYPES.contains(bytes[2] & 0xff) && TGA_DEPTHS.contains(bytes[16] & 0xff)
                && littleEndian(bytes, 12) > 0 && littleEndian(bytes, 14) > 0 && (bytes[17] & 0xc0) == 0;
    }

    private static int littleEndian(byte[] bytes, int index) {
        return bytes[index] & 0xff | (bytes[index + 1] & 0xff) << 8;
    }

    private static String latin1(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, ISO_8859_1);
    }
}
