package io.flinkvision.tools.cli;

import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Pictures of a folder as a network's inputs, all in memory.
 *
 * @param inputs each {@code [size, size, 3]}, in the order of the files' names
 */
record PictureSample(List<RgbImage> inputs) {

    /** Each is some 150 KB. More would tell little that these do not. */
    static final int MOST = 1000;

    PictureSample {
        inputs = List.copyOf(inputs);
    }

    /**
     * Decodes the pictures of a folder, or as many of them as it takes, evenly from all.
     *
     * @param remark is told of each file that is no picture
     * @throws ModelException if the folder or a file in it cannot be read
     */
    static PictureSample read(Path folder, Preprocessing preprocessing, Consumer<String> remark) {
        List<RgbImage> inputs = new ArrayList<>();
        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, preprocessing)) {
            for (Path file : files(folder)) {
                if (Files.size(file) > DecodeLimits.DEFAULTS.maxBytes()) {
                    remark.accept(file + ": left out, as it has " + Files.size(file) + " bytes");
                    continue;
                }
                DecodeOutcome outcome = decoder.decode(Files.readAllBytes(file));
                if (outcome instanceof DecodeOutcome.Decoded decoded) {
                    inputs.add(decoded.input());
                } else {
                    remark.accept(file + ": left out. " + ((DecodeOutcome.Rejected) outcome).message());
                }
            }
        } catch (IOException e) {
            throw new ModelException(folder + " cannot be read: " + e.getMessage(), e);
        }
        return new PictureSample(inputs);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            List<Path> files = paths.filter(Files::isRegularFile).sorted().toList();
            int step = Math.max(1, (files.size() + MOST - 1) / MOST);
            return IntStream.range(0, files.size()).filter(i -> i % step == 0).mapToObj(files::get).toList();
        }
    }

    /** Every second one, from the first on: files that lie side by side are often alike, so both halves get some. */
    List<RgbImage> firstHalf() {
        return half(0);
    }

    /** Every second one, from the second on. */
    List<RgbImage> secondHalf() {
        return half(1);
    }

    private List<RgbImage> half(int remainder) {
        return IntStream.range(0, inputs.size()).filter(i -> i % 2 == remainder).mapToObj(inputs::get).toList();
    }
}
