package io.flinkvision.core.camera;

import io.flinkvision.core.image.EncodedFingerprints;
import io.flinkvision.core.image.ImageFingerprint;
import java.io.IOException;
import java.util.Optional;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Decides by a {@link ChangeRule} which frames of one camera are handed on. The first one always is, and so is one that
 * cannot be compared. Owns native memory until {@link #close}; not thread-safe.
 */
final class ChangeFilter implements AutoCloseable {

    private final ChangeRule rule;
    private final LumaFingerprints decoded = new LumaFingerprints();
    private Optional<EncodedFingerprints> encoded = Optional.empty();
    private Optional<ImageFingerprint> last = Optional.empty();
    private double lastSecond;

    ChangeFilter(ChangeRule rule) {
        this.rule = rule;
    }

    /**
     * Whether a decoded frame is handed on, which later ones are then compared with.
     *
     * @param second its time
     * @throws IOException if FFmpeg cannot convert it
     */
    boolean passes(AVFrame frame, double second) throws IOException {
        return passes(Optional.of(decoded.of(frame)), second);
    }

    /** The same of an encoded one. */
    boolean passes(byte[] picture, double second) {
        if (encoded.isEmpty()) {
            encoded = Optional.of(new EncodedFingerprints());
        }
        return passes(encoded.get().of(picture), second);
    }

    private boolean passes(Optional<ImageFingerprint> next, double second) {
        boolean unchanged = next.isPresent() && last.isPresent()
                && rule.leavesOut(last.get(), lastSecond, next.get(), second);
        if (!unchanged) {
            last = next;
            lastSecond = second;
        }
        return !unchanged;
    }

    /** Idempotent. */
    @Override
    public void close() {
        decoded.close();
        encoded.ifPresent(EncodedFingerprints::close);
        encoded = Optional.empty();
    }
}
