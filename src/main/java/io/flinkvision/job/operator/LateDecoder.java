package io.flinkvision.job.operator;

import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.image.View;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.types.Either;

/**
 * Decodes views that the decode operator found unchanged, where nothing can be reused for them: the model is another
 * one, or the network failed on the picture that they are like.
 *
 * <p>Owns native memory from the first such picture on; not thread-safe.
 */
final class LateDecoder implements AutoCloseable {

    private final DecodeSettings settings;
    private Optional<RecordDecoder> decoder = Optional.empty();

    /** @param settings of the job's decode operator */
    LateDecoder(DecodeSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings");
    }

    /**
     * Decodes the views of a picture that have no pixels.
     *
     * @return the picture with the pixels of all its views, or why it cannot be decoded
     * @throws InterruptedException if the task is cancelled before the picture is decoded
     */
    Either<DecodedImage, Rejected> decode(DecodedImage image) throws InterruptedException {
        if (!image.hasUndecodedViews()) {
            return Either.Left(image);
        }
        if (decoder.isEmpty()) {
            decoder = Optional.of(new RecordDecoder(settings));
        }
        long start = System.nanoTime();
        DecodeOutcome outcome = decoder.get().decode(image.source(), undecoded(image));
        if (outcome instanceof Rejected rejected) {
            return Either.Right(rejected);
        }
        Iterator<RgbImage> pixels = ((Decoded) outcome).views().iterator();
        Optional<ViewInput> whole = image.whole().map(view -> decoded(view, pixels));
        List<DecodedRegion> regions = new ArrayList<>(image.regions().size());
        image.regions().forEach(region -> regions.add(region.withView(decoded(region.view(), pixels))));
        return Either.Left(image.decodedLater(whole, regions, System.nanoTime() - start));
    }

    private static List<View> undecoded(DecodedImage image) {
        List<View> views = new ArrayList<>();
        image.whole().filter(view -> view.decoded().isEmpty()).ifPresent(view -> views.add(View.WHOLE));
        image.regions().stream().filter(region -> region.view().decoded().isEmpty())
                .forEach(region -> views.add(new View.Region(region.box())));
        return views;
    }

    private static ViewInput decoded(ViewInput view, Iterator<RgbImage> pixels) {
        return view.decoded().isPresent() ? view : new ViewInput.NotCompared(pixels.next());
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public void close() {
        decoder.ifPresent(RecordDecoder::close);
        decoder = Optional.empty();
    }
}
