package io.flinkvision.core.image;

import io.flinkvision.core.image.DecodeLimits.Truncation;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.HostilePictures.Hostile;
import io.flinkvision.core.natives.TurboJpeg;
import io.flinkvision.core.system.ProcessMemory;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Decodes hostile and damaged pictures in a process of its own, and checks its memory. The long form is
 * {@code bench/run hostile-pictures 20000 64000000}.
 *
 * <p>Beyond its memory after the first picture, the process may use 12 bytes for each of {@code decode.max-pixels}, the
 * encoded picture, what is kept of earlier ones, and the JVM's heap.
 */
final class HostilePicturesProcess {

    private static final int HEAP_MEBIBYTES = 192;
    private static final int BYTES_A_PIXEL = 12;

    /** What the allocator holds back, and what is kept from picture to picture. */
    private static final long SLACK_BYTES = 96 << 20;

    private static final int SEED = 20_261_125;

    /**
     * What became of the process.
     *
     * @param exitCode 0 if each picture had its outcome and the memory stayed within its bound
     * @param output what it printed
     */
    record Report(int exitCode, String output) {}

    private HostilePicturesProcess() {}

    static Report inAProcessOfItsOwn(int damaged, int maxPixels) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(), "-Xmx" + HEAP_MEBIBYTES + "m",
                "-D" + TurboJpeg.FILE_PROPERTY + "=" + System.getProperty(TurboJpeg.FILE_PROPERTY, ""),
                "-cp", System.getProperty("java.class.path"), HostilePicturesProcess.class.getName(),
                Integer.toString(damaged), Integer.toString(maxPixels))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Report(process.waitFor(), output);
    }

    /** @param arguments number of damaged pictures, and {@code decode.max-pixels} */
    public static void main(String[] arguments) throws IOException {
        int damaged = Integer.parseInt(arguments[0]);
        int maxPixels = Integer.parseInt(arguments[1]);
        DecodeLimits limits = new DecodeLimits(DecodeLimits.DEFAULTS.maxBytes(), maxPixels,
                DecodeLimits.DEFAULTS.maxSide(), EnumSet.allOf(ImageFormat.class), Truncation.REFUSE);
        List<byte[]> sound = sound();
        try (ImageDecoder decoder = new ImageDecoder(limits, Pixels.UNMIXED)) {
            decoder.decode(sound.get(0));
            long before = ProcessMemory.RESIDENT.bytes().orElseThrow();
            List<Hostile> hostile = new ArrayList<>(HostilePictures.all());
            hostile.addAll(HostilePictures.costly((int) Math.sqrt(maxPixels)));
            for (Hostile picture : hostile) {
                System.out.println(picture + ": " + timed(decoder, picture.bytes()));
            }
            long start = System.nanoTime();
            System.out.println("outcomes of " + damaged + " damaged pictures: " + outcomes(decoder, sound, damaged)
                    + " in " + seconds(start));
            long bound = before + (HEAP_MEBIBYTES << 20L) + BYTES_A_PIXEL * (long) maxPixels + limits.maxBytes()
                    + SLACK_BYTES;
            long peak = ProcessMemory.PEAK_RESIDENT.bytes().orElseThrow();
            System.out.println("resident: " + (before >> 20) + " MiB before, " + (peak >> 20) + " MiB at the most, "
                    + (ProcessMemory.RESIDENT.bytes().orElseThrow() >> 20) + " MiB after; the bound is "
                    + (bound >> 20) + " MiB");
            System.exit(peak <= bound ? 0 : 1);
        }
    }

    private static String timed(ImageDecoder decoder, byte[] picture) {
        long start = System.nanoTime();
        String outcome = code(decoder.decode(picture));
        return outcome + " in " + seconds(start) + ", " + picture.length + " bytes";
    }

    private static Map<String, Integer> outcomes(ImageDecoder decoder, List<byte[]> sound, int damaged) {
        Random random = new Random(SEED);
        Map<String, Integer> outcomes = new TreeMap<>();
        for (int i = 0; i < damaged; i++) {
            byte[] picture = Damage.of(sound.get(i % sound.size()), random);
            // Otherwise the sum of the chunk would be all that a PNG is refused for.
            boolean mended = ImageFormat.sniff(picture).equals(Optional.of(ImageFormat.PNG)) && random.nextBoolean();
            outcomes.merge(code(decoder.decode(mended ? PngFile.withRightSums(picture) : picture)), 1, Integer::sum);
        }
        return outcomes;
    }

    private static String code(DecodeOutcome outcome) {
        return outcome instanceof Rejected rejected ? rejected.code().name() : "picture";
    }

    private static String seconds(long start) {
        return "%.1f s".formatted((System.nanoTime() - start) / 1e9);
    }

    /** Of each accepted format one or more. */
    private static List<byte[]> sound() {
        List<byte[]> pictures = new ArrayList<>(DamagedPicturesTest.pictures().toList());
        pictures.addAll(List.of(Pixels.fixture("lossy.webp"), Pixels.fixture("ycck.jpg"),
                TiffFile.grey(2, 1, 8, 4, ByteOrder.BIG_ENDIAN, 10, 20), "P6\n2 1 255\n123456".getBytes(
                        StandardCharsets.US_ASCII)));
        return pictures;
    }
}
