package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.tools.ToolException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The maximum throughput of a task slot: that of the bare loop of decoder and network on one core.
 *
 * @param picturesPerSecond pictures per second of CPU time, so that other load on the machine does not count
 * @param pictureBytes mean size of a picture
 */
public record SlotRate(Spread picturesPerSecond, long pictureBytes) {

    private static final int ROUNDS = 5;
    private static final int TOP_K = 5;

    public SlotRate {
        if (!(picturesPerSecond.min() > 0)) {
            throw new IllegalArgumentException(
                    "A slot does more than " + picturesPerSecond.min() + " pictures per second");
        }
    }

    /**
     * Measures the throughput with JPEGs.
     *
     * @param images the folder of the photographs
     * @param size size to scale them to
     * @param warmUp pictures before the first round
     * @param seconds approximate length of the measurement after that
     * @param progress receives each step
     * @throws IOException if a picture cannot be read
     * @throws ToolException if the folder contains no pictures
     */
    public static SlotRate measure(ModelBundle model, Path images, Size size, int warmUp, double seconds,
            Consumer<String> progress) throws IOException {
        progress.accept("Preparing the pictures of " + images);
        PictureSet pictures = PictureSet.jpegs(images, List.of(size), progress).get(0);
        try (BareLoop loop = new BareLoop(model, DecodeLimits.DEFAULTS, Reduction.DEFAULT, TOP_K, 1)) {
            progress.accept("Warming up with " + warmUp + " pictures of " + pictures.name());
            double rate = rate(loop.run(pictures, warmUp).get(Row.BARE_LOOP));
            int count = new Turns.Effort(ROUNDS, warmUp, OptionalInt.empty(), seconds / ROUNDS).pictures(rate);
            List<Double> rates = new ArrayList<>();
            for (int round = 1; round <= ROUNDS; round++) {
                progress.accept("Round " + round + " of " + ROUNDS + ", " + count + " pictures");
                rates.add(rate(loop.run(pictures, count).get(Row.BARE_LOOP)));
            }
            return new SlotRate(Spread.of(rates), pictures.meanBytes());
        }
    }

    private static double rate(Round round) {
        // CPU time may be below the clock's resolution.
        return round.processorSeconds() > 0 ? 1 / round.processorSecondsPerPicture() : round.rate();
    }
}
