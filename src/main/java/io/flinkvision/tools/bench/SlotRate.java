package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Reduction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * How many pictures a second a task slot does at most: what the bare loop of decoder and network does on one core.
 *
 * @param picturesASecond by the processor's time, so that other work on the machine does not count as this one's
 * @param pictureBytes of a picture, on average
 */
public record SlotRate(Spread picturesASecond, long pictureBytes) {

    private static final int ROUNDS = 5;
    private static final int TOP_K = 5;

    public SlotRate {
        if (!(picturesASecond.least() > 0)) {
            throw new IllegalArgumentException(picturesASecond.least() + " pictures a second");
        }
    }

    /**
     * Measures it with JPEGs.
     *
     * @param images the folder of the photographs
     * @param size to which they are scaled
     * @param warmUp pictures before the first round
     * @param seconds that it takes after that, about
     * @param progress is told what is being done
     * @throws IOException if a picture cannot be read
     * @throws BenchException if the folder has no pictures
     */
    public static SlotRate measure(ModelBundle model, Path images, Size size, int warmUp, double seconds,
            Consumer<String> progress) throws IOException {
        progress.accept("Preparing the pictures of " + images);
        PictureSet pictures = Photographs.in(images).jpegs(List.of(size), progress).get(0);
        try (BareLoop loop = new BareLoop(model, DecodeLimits.DEFAULTS, Reduction.NONE, TOP_K)) {
            progress.accept("Warming up with " + warmUp + " pictures of " + pictures.name());
            double rate = rate(loop.run(pictures, warmUp).get(Row.BARE_LOOP));
            int count = new Effort(ROUNDS, warmUp, OptionalInt.empty(), seconds / ROUNDS).pictures(rate);
            List<Double> rates = new ArrayList<>();
            for (int round = 1; round <= ROUNDS; round++) {
                progress.accept("Round " + round + " of " + ROUNDS + ", " + count + " pictures");
                rates.add(rate(loop.run(pictures, count).get(Row.BARE_LOOP)));
            }
            return new SlotRate(Spread.of(rates), pictures.meanBytes());
        }
    }

    private static double rate(Round round) {
        // What takes less than the clock tells has no rate by it.
        return round.processorSeconds() > 0 ? 1 / round.processorSecondsAPicture() : round.rate();
    }
}
