package io.flinkvision.core.image;

import io.flinkvision.SideBySide;
import io.flinkvision.core.image.Reduction.JpegScale;
import io.flinkvision.core.natives.TurboJpeg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/**
 * Compares the system's libturbojpeg with OpenCV's own decoder, by pixels and time: {@code bench/run jpeg-decoders
 * FOLDER}, with a folder of JPEGs.
 */
final class JpegDecodersCheck {

    private static final int WARM_UP_ROUNDS = 2;
    private static final int ROUNDS = 11;

    private JpegDecodersCheck() {}

    public static void main(String[] arguments) throws IOException {
        if (!TurboJpeg.isInstalled()) {
            throw new IllegalStateException("libturbojpeg is not installed");
        }
        OpenCvLibrary.load();
        compare("as they are", arguments[0], UnaryOperator.identity());
        for (Size size : List.of(new Size(640, 480), new Size(1280, 720), new Size(1920, 1080))) {
            compare(size.toString(), arguments[0], jpeg -> scaled(jpeg, size));
        }
    }

    private static void compare(String name, String folder, UnaryOperator<byte[]> preparation) throws IOException {
        try (UprightDecoder openCv = new UprightDecoder(DecodeLimits.DEFAULTS, Optional::empty);
                UprightDecoder turboJpeg = new UprightDecoder(DecodeLimits.DEFAULTS)) {
            List<byte[]> pictures = jpegs(folder).stream().map(preparation).toList();
            long same = pictures.stream()
                    .filter(picture -> Arrays.equals(pixels(openCv, picture), pixels(turboJpeg, picture)))
                    .count();
            System.out.println(name + ": the same pixels of " + same + " of " + pictures.size());
            new SideBySide(ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime)
                    .add("OpenCV", () -> pictures.forEach(picture -> decode(openCv, picture)))
                    .add("libturbojpeg", () -> pictures.forEach(picture -> decode(turboJpeg, picture)))
                    .run(WARM_UP_ROUNDS, ROUNDS, System.out);
        }
    }

    private static List<byte[]> jpegs(String folder) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files.sorted().map(JpegDecodersCheck::bytes)
                    .filter(bytes -> ImageFormat.sniff(bytes).equals(Optional.of(ImageFormat.JPEG))).toList();
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] scaled(byte[] jpeg, Size size) {
        Mat picture = Imgcodecs.imdecode(new MatOfByte(jpeg), Imgcodecs.IMREAD_COLOR);
        Mat scaled = new Mat();
        Imgproc.resize(picture, scaled, size, 0, 0, Imgproc.INTER_CUBIC);
        MatOfByte encoded = new MatOfByte();
        Imgcodecs.imencode(".jpg", scaled, encoded, new MatOfInt(Imgcodecs.IMWRITE_JPEG_QUALITY, 85));
        byte[] bytes = encoded.toArray();
        picture.release();
        scaled.release();
        encoded.release();
        return bytes;
    }

    private static Mat decode(UprightDecoder decoder, byte[] jpeg) {
        try {
            return decoder.decode(jpeg, (width, height) -> JpegScale.WHOLE).bgr();
        } catch (MalformedImageException e) {
            throw new IllegalArgumentException("Not a sound picture: " + e.getMessage(), e);
        }
    }

    private static byte[] pixels(UprightDecoder decoder, byte[] jpeg) {
        return Pixels.of(decode(decoder, jpeg));
    }
}
