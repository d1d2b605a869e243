package io.flinkvision.job.operator;

import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder.Measuring;
import io.flinkvision.core.image.Preview;
import io.flinkvision.core.image.PreviewFingerprint;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.image.View;
import io.flinkvision.core.image.ViewStatistics;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.job.guard.PictureDigest;
import io.flinkvision.job.operator.CameraLooks.Measured;
import io.flinkvision.job.record.PictureOrigin;
import io.flinkvision.job.record.RawRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;

/**
 * Tells before a frame is decoded which of its views have not changed, by a {@link ReuseRule}: from its bytes, if they
 * are those of an earlier frame, or else from its preview. Each view is compared with the last frame in which it had
 * changed. How often a camera is looked at depends on what comes of it ({@link LookPace}).
 *
 * <p>Those frames are keyed state, which expires with the rule's time, by the clock.
 */
final class UnchangedViews {

    private final ReuseRule rule;
    private final boolean measures;
    private final ValueState<CameraLooks> cameras;
    private final MapState<String, SeenView> changes;

    /**
     * What was seen of a frame.
     *
     * @param record the frame
     * @param time when it was taken, as far as is known
     * @param width pixels of the upright picture
     * @param height likewise
     * @param format the detected format
     * @param since for each view the frame since which it is unchanged; empty where it is not
     * @param preview empty where the bytes said enough
     * @param statistics of a frame that is unchanged, if pictures are measured
     */
    record Look(RawRecord record, Instant time, int width, int height, String format,
            List<Optional<PictureOrigin>> since, Optional<Preview> preview, Optional<ViewStatistics> statistics) {

        /** Whether no view has changed. */
        boolean isUnchanged() {
            return since.stream().allMatch(Optional::isPresent);
        }

        /** Those of the due views that must be decoded. */
        List<View> changed(DueViews due) {
            List<View> views = due.all();
            return IntStream.range(0, views.size()).filter(i -> since.get(i).isEmpty()).mapToObj(views::get).toList();
        }

        /**
         * What is handed on of each view.
         *
         * @param decoded the pixels of {@link #changed}
         */
        List<ViewInput> inputs(List<RgbImage> decoded) {
            Iterator<RgbImage> pixels = decoded.iterator();
            List<ViewInput> inputs = new ArrayList<>(since.size());
            for (int i = 0; i < since.size(); i++) {
                if (since.get(i).isPresent()) {
                    inputs.add(new ViewInput.Unchanged(since.get(i).get()));
                } else if (fingerprint(i).isPresent()) {
                    inputs.add(new ViewInput.Changed(pixels.next()));
                } else {
                    inputs.add(new ViewInput.NotCompared(pixels.next()));
                }
            }
            return inputs;
        }

        private Optional<PreviewFingerprint> fingerprint(int view) {
            return preview.flatMap(it -> it.views().get(view));
        }
    }

    /** @param context of a keyed operator */
    UnchangedViews(ReuseRule rule, Measuring measuring, RuntimeContext context) {
        this.rule = rule;
        this.measures = measuring == Measuring.STATISTICS;
        StateTtlConfig timeToLive = StateTtlConfig.newBuilder(rule.atLeastEvery()).build();
        ValueStateDescriptor<CameraLooks> ofCameras =
                new ValueStateDescriptor<>("camera-looks", RecordForms.CAMERA_LOOKS);
        ofCameras.enableTimeToLive(timeToLive);
        cameras = context.getState(ofCameras);
        MapStateDescriptor<String, SeenView> ofViews =
                new MapStateDescriptor<>("changed-views", StringSerializer.INSTANCE, RecordForms.SEEN_VIEW);
        ofViews.enableTimeToLive(timeToLive);
        changes = context.getMapState(ofViews);
    }

    /**
     * Looks at a frame.
     *
     * @param time when it was taken, as far as is known
     * @param due its views, at least one
     * @return empty where it is not looked at: it has no camera, it is no JPEG, it is refused, or it is not its turn
     * @throws Exception if the state cannot be read or written, or the task is cancelled meanwhile
     */
    Optional<Look> look(RawRecord record, Instant time, DueViews due, RecordDecoder decoder) throws Exception {
        if (record.key().isEmpty() || !RecordDecoder.holdsEncodedPicture(record)) {
            return Optional.empty();
        }
        CameraLooks camera = Optional.ofNullable(cameras.value()).orElse(CameraLooks.NONE);
        if (!camera.pace().isDue()) {
            cameras.update(camera.at(camera.pace().passed()));
            return Optional.empty();
        }
        List<Optional<SeenView>> known = known(due, time, camera);
        Optional<Look> look = repeated(record, time, known, camera, decoder);
        if (look.isEmpty()) {
            look = decoder.preview(record, due.all()).map(preview -> previewed(record, time, known, camera, preview));
        }
        LookPace pace = look.filter(Look::isUnchanged).isPresent()
                ? LookPace.EVERY_FRAME
                : camera.pace().afterDecoding();
        if (!pace.equals(camera.pace())) {
            cameras.update(camera.at(pace));
        }
        return look;
    }

    /** For each view the frame that it may be unchanged since. */
    private List<Optional<SeenView>> known(DueViews due, Instant time, CameraLooks camera) throws Exception {
        List<Optional<SeenView>> known = new ArrayList<>(due.count());
        for (int i = 0; i < due.count(); i++) {
            int view = i;
            // What cannot be answered without its measurements is decoded.
            known.add(measures && camera.measured().isEmpty()
                    ? Optional.empty()
                    : Optional.ofNullable(changes.get(due.name(i)))
                            .filter(seen -> seen.box().equals(due.box(view)) && rule.isRecent(seen.time(), time)));
        }
        return known;
    }

    /** Of a frame whose bytes have come before, no pixel is needed. */
    private Optional<Look> repeated(RawRecord record, Instant time, List<Optional<SeenView>> known,
            CameraLooks camera, RecordDecoder decoder) throws InterruptedException {
        if (!known.stream().allMatch(seen -> seen.filter(it -> it.hasAsManyBytesAs(record)
                && (!measures || it.source().equals(camera.measured().orElseThrow().source()))).isPresent())) {
            return Optional.empty();
        }
        PictureDigest digest = PictureDigest.of(record.value().orElseThrow());
        // A limit may have changed since.
        return known.stream().allMatch(seen -> seen.orElseThrow().digest().equals(digest))
                        && decoder.decode(record, List.of()) instanceof Decoded header
                ? Optional.of(new Look(record, time, header.width(), header.height(), header.format(),
                        known.stream().map(seen -> seen.map(SeenView::source)).toList(), Optional.empty(),
                        camera.measured().filter(it -> measures).map(Measured::statistics)))
                : Optional.empty();
    }

    private Look previewed(RawRecord record, Instant time, List<Optional<SeenView>> known, CameraLooks camera,
            Preview preview) {
        List<Optional<PictureOrigin>> since = new ArrayList<>(known.size());
        for (int i = 0; i < known.size(); i++) {
            Optional<PreviewFingerprint> fingerprint = preview.views().get(i);
            since.add(known.get(i)
                    .filter(seen -> fingerprint.isPresent()
                            && fingerprint.get().differsByLessThan(rule.threshold(), seen.fingerprint()))
                    .map(SeenView::source));
        }
        return new Look(record, time, preview.width(), preview.height(), preview.format(), since, Optional.of(preview),
                camera.measured().filter(it -> measures).map(it -> it.statistics()
                        .ofSameScene(preview.digest(), preview.brightness() - it.brightness())));
    }

    /**
     * Remembers the views of a frame that have changed, once they are decoded.
     *
     * @param look at the frame
     * @param due its views
     * @param statistics of its pixels
     * @throws Exception if the state cannot be written
     */
    void remember(Look look, DueViews due, Optional<ViewStatistics> statistics) throws Exception {
        PictureOrigin source = look.record().origin();
        byte[] value = look.record().value().orElseThrow();
        PictureDigest digest = PictureDigest.of(value);
        for (int i = 0; i < due.count(); i++) {
            if (look.since().get(i).isEmpty() && look.fingerprint(i).isPresent()) {
                changes.put(due.name(i), new SeenView(
                        source, look.time(), value.length, digest, due.box(i), look.fingerprint(i).get()));
            }
        }
        if (statistics.isPresent() && look.preview().isPresent()) {
            LookPace pace = Optional.ofNullable(cameras.value()).orElse(CameraLooks.NONE).pace();
            cameras.update(new CameraLooks(pace, Optional.of(
                    new Measured(source, statistics.get(), look.preview().get().brightness()))));
        }
    }
}
