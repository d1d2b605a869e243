package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.PreviewFingerprint;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.image.ViewStatistics;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.inference.ReuseRule.ClassifiedImage;
import io.flinkvision.job.event.AnsweringHead;
import io.flinkvision.job.event.BestFrame;
import io.flinkvision.job.event.CameraHealth;
import io.flinkvision.job.event.CameraState;
import io.flinkvision.job.event.Episode;
import io.flinkvision.job.event.Event;
import io.flinkvision.job.event.Frame;
import io.flinkvision.job.event.MinuteCounts;
import io.flinkvision.job.event.Present;
import io.flinkvision.job.event.PresentDetector;
import io.flinkvision.job.event.SeenPicture;
import io.flinkvision.job.event.SeenTrouble;
import io.flinkvision.job.event.SmoothedScores;
import io.flinkvision.job.event.Trouble;
import io.flinkvision.job.event.UsualView;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.guard.PictureDigest;
import io.flinkvision.job.operator.CameraLooks.Measured;
import io.flinkvision.job.operator.ViewInput.NotCompared;
import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.ComparedModels.Named;
import io.flinkvision.job.record.ComparedModels;
import io.flinkvision.job.record.ComparedPicture.Agreed;
import io.flinkvision.job.record.ComparedPicture.Differing;
import io.flinkvision.job.record.ComparedPicture.Failed;
import io.flinkvision.job.record.ComparedPicture;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.ModelComparison;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RecordHeader;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionAnswer.HeadVerdict;
import io.flinkvision.job.record.RegionAnswer;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.job.record.StateRecord;
import io.flinkvision.job.record.ValueEncoding;
import io.flinkvision.job.region.RegionChange;
import io.flinkvision.job.region.Regions;
import io.flinkvision.job.region.WholePicture;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.util.ListCollector;

/** One record of each kind, with every field set, and one with every optional field absent. */
public final class SampleRecords {

    public static final RecordCoordinates COORDINATES = new RecordCoordinates("images", 3, 1_234_567_890_123L);

    public static final CameraFrame FRAME = new CameraFrame("Zürich hall-2", 1_700_000_000_000L, 1_234_567_890_123L);

    private static final RegionBox BOX = new RegionBox(0.25, 0, 0.5, 1);
    private static final HeadVerdict VERDICT = new HeadVerdict("gate", "1".repeat(64), true, 0.75);

    private SampleRecords() {}

    public static RawRecord image() {
        return new RawRecord(
                COORDINATES,
                Optional.of("camera-1".getBytes(UTF_8)),
                Optional.of(new byte[] {1, 2, 3, -1}),
                List.of(
                        RecordHeader.text("content-type", "image/jpeg"),
                        new RecordHeader("nothing", Optional.empty()),
                        RecordHeader.text("site", "Zürich")));
    }

    /** A frame that the job has read itself. */
    public static RawRecord cameraFrame() {
        return new RawRecord(
                FRAME,
                Optional.of(FRAME.camera().getBytes(UTF_8)),
                Optional.of(new byte[] {1, 2, 3, -1}),
                List.of(
                        RecordHeader.text("content-type", "image/x-raw"),
                        RecordHeader.text("width", "4"),
                        RecordHeader.text("height", "1"),
                        RecordHeader.text("format", "gray8")));
    }

    /** The settings of a decode operator that takes every picture. */
    static DecodeSettings decoding(Preprocessing preprocessing) {
        return new DecodeSettings(DecodeLimits.DEFAULTS, preprocessing, Reduction.NONE, new ValueEncoding.Bytes(),
                List.of(), AgeLimit.NONE, Regions.NONE, WholePicture.ALWAYS, GuardSettings.OFF);
    }

    static RawRecord tombstone() {
        return new RawRecord(COORDINATES, Optional.empty(), Optional.empty(), List.of());
    }

    static DecodedImage decoded() {
        return new DecodedImage(
                image(), 640, 480, "jpeg",
                Optional.of(new NotCompared(new RgbImage(2, 1, new byte[] {10, 20, 30, -1, -2, -3}))),
                List.of(), 1_300_000);
    }

    public static ViewStatistics view() {
        return new ViewStatistics(117.25, 48.5, 6.1234, 20, 0x0123456789abcdefL, 0xfedcba9876543210L, -2);
    }

    static DecodedImage measured() {
        DecodedImage image = decoded();
        return new DecodedImage(image.source(), image.width(), image.height(), image.format(), image.whole(),
                image.regions(), image.decodeNanos(), Optional.of(view()));
    }

    /** Two regions of which one head answers, and one of which the job's own model does. */
    static DecodedImage decodedRegions() {
        ViewInput pixel = new NotCompared(new RgbImage(1, 1, new byte[] {1, 2, 3}));
        Head head = SampleHeads.of("gate", "0".repeat(64), 3);
        return new DecodedImage(image(), 640, 480, "jpeg", Optional.empty(), List.of(
                new DecodedRegion("bay", BOX, Optional.empty(), pixel),
                new DecodedRegion("left gate", BOX, Optional.of(head), pixel),
                new DecodedRegion("right gate", BOX, Optional.of(head), pixel)), 1_300_000);
    }

    /** The whole picture and one region are unchanged, since different ones, and one region has changed. */
    static DecodedImage partlyChanged() {
        return new DecodedImage(image(), 640, 480, "jpeg",
                Optional.of(new ViewInput.Unchanged(lastClassified().source())),
                List.of(new DecodedRegion("bay", BOX, Optional.empty(),
                                new ViewInput.Changed(new RgbImage(1, 1, new byte[] {1, 2, 3}))),
                        new DecodedRegion("gate", BOX, Optional.empty(), new ViewInput.Unchanged(FRAME))), 1_300_000);
    }

    static SeenView seenView() {
        return new SeenView(FRAME, Instant.ofEpochMilli(1_700_000_000_123L), 65_000,
                PictureDigest.of(new byte[] {1, 2, 3}), BOX, new PreviewFingerprint(2, new byte[] {0, 1, -1, -2}));
    }

    static CameraLooks cameraLooks() {
        return new CameraLooks(new LookPace(6, 4), Optional.of(new Measured(COORDINATES, view(), 117.125)));
    }

    static RegionChange regionChange() {
        RegionKey key = new RegionKey("camera-1", "gate");
        return new RegionChange(COORDINATES, key, Optional.of(new Region(key, BOX,
                Optional.of(Duration.ofMillis(1_500)), Optional.of(SampleHeads.of("gate", "0".repeat(64), 3)))));
    }

    static RegionChange regionChangeWithoutOptionalFields() {
        RegionKey key = new RegionKey(RegionKey.ALL_CAMERAS, "gate");
        return new RegionChange(COORDINATES, key,
                Optional.of(new Region(key, BOX, Optional.empty(), Optional.empty())));
    }

    static RegionChange regionRemoval() {
        return new RegionChange(COORDINATES, new RegionKey("camera-1", "gate"), Optional.empty());
    }

    static LastRegion lastRegion() {
        return new LastRegion(lastClassified(), BOX, Optional.of(VERDICT));
    }

    public static Classification classification() {
        return new Classification(
                COORDINATES,
                Optional.of("camera-1".getBytes(UTF_8)),
                List.of(RecordHeader.text("site", "Zürich")),
                Optional.of(Instant.ofEpochMilli(1_700_000_000_123L)),
                640,
                480,
                "jpeg",
                "triage",
                "0".repeat(64),
                List.of(new Label("food", 0, 0.75f), new Label("a \"quoted\" <label>", 1, 0.25f)),
                List.of(),
                1.3,
                1.8,
                Instant.ofEpochMilli(1_700_000_000_456L),
                Optional.empty());
    }

    /** A frame that took over the labels of the one before it. */
    public static Classification reused() {
        Classification full = classification();
        return new Classification(full.source(), full.key(), full.headers(), full.captureTime(), full.width(),
                full.height(), full.format(), full.modelName(), full.modelDigest(), full.labels(), full.regions(),
                full.decodeMillis(), 0, full.classifiedAt(), Optional.of(lastClassified().source().toString()));
    }

    /** A small region that a head does not know, one that the job's own model answers, and one that took over labels. */
    public static List<RegionAnswer> regions() {
        List<Label> labels = List.of(new Label("open", 1, 0.875f), new Label("shut", 0, 0.125f));
        return List.of(
                new RegionAnswer("gate", new RegionBox(0.1, 0.25, 0.05, 0.125), true,
                        Optional.of(new HeadVerdict("gates", "1".repeat(64), true, 0.75)), labels, Optional.empty()),
                new RegionAnswer("bay 1", new RegionBox(0, 0, 1, 1), false, Optional.empty(),
                        classification().labels(), Optional.empty()),
                new RegionAnswer("bay 2", new RegionBox(0.5, 0.5, 0.5, 0.5), false,
                        Optional.of(new HeadVerdict("bays", "2".repeat(64), false, 0.125)), labels,
                        Optional.of("images-3-1234567890122")));
    }

    /** Only regions of the picture were classified. */
    public static Classification classificationOfRegions() {
        Classification full = classification();
        return new Classification(full.source(), full.key(), full.headers(), full.captureTime(), full.width(),
                full.height(), full.format(), full.modelName(), full.modelDigest(), List.of(), regions(),
                full.decodeMillis(), full.inferenceMillis(), full.classifiedAt(), Optional.empty());
    }

    public static Classification measuredClassification() {
        return classification().measured(Optional.of(view()));
    }

    /** Took over the labels of the frame before it. */
    public static Classification classificationOfACamera() {
        Classification full = classification();
        return new Classification(FRAME, Optional.of(FRAME.camera().getBytes(UTF_8)), List.of(), full.captureTime(),
                full.width(), full.height(), "bgr24", full.modelName(), full.modelDigest(), full.labels(), regions(),
                full.decodeMillis(), 0, full.classifiedAt(),
                Optional.of(lastClassifiedOfACamera().source().toString()));
    }

    static LastClassified lastClassifiedOfACamera() {
        return new LastClassified(
                new CameraFrame(FRAME.camera(), FRAME.session(), FRAME.number() - 1), lastClassified().picture());
    }

    /** One that the decode operator had found unchanged. */
    static LastClassified lastClassifiedForAnother() {
        return new LastClassified(COORDINATES, lastClassified().picture(), lastClassified().source());
    }

    static LastClassified lastClassified() {
        byte[] cells = new byte[ImageFingerprint.SIDE * ImageFingerprint.SIDE];
        cells[0] = -1;
        return new LastClassified(
                new RecordCoordinates(COORDINATES.topic(), COORDINATES.partition(), COORDINATES.offset() - 1),
                new ClassifiedImage(new ImageFingerprint(cells), classification().labels(),
                        Instant.ofEpochMilli(1_700_000_000_123L), "0".repeat(64)));
    }

    public static Classification classificationWithoutOptionalFields() {
        Classification full = classification();
        return new Classification(full.source(), Optional.empty(), List.of(), Optional.empty(), full.width(),
                full.height(), full.format(), full.modelName(), full.modelDigest(), full.labels(), full.regions(),
                full.decodeMillis(), full.inferenceMillis(), full.classifiedAt(), Optional.empty());
    }

    public static DeadLetter deadLetter() {
        return new DeadLetter(image(), ErrorCode.TRUNCATED, "The picture ends early", Instant.ofEpochMilli(42));
    }

    public static DeadLetter deadLetterOfACamera() {
        return new DeadLetter(
                cameraFrame(), ErrorCode.CLASSIFICATION_FAILED, "The network failed", Instant.ofEpochMilli(42));
    }

    static LabelledFrame labelledFrame() {
        return labelledFrames(classification()).get(0);
    }

    static LabelledFrame labelledFrameWithoutLabels() {
        LabelledFrame unknown = labelledFrames(classificationOfRegions()).get(0);
        return new LabelledFrame(
                unknown.key(), new Frame(unknown.frame().id(), unknown.frame().time(), List.of()));
    }

    static List<LabelledFrame> labelledFrames(Classification record) {
        List<LabelledFrame> frames = new ArrayList<>();
        LabelledFrame.collect(record, new ListCollector<>(frames));
        return frames;
    }

    /** One of each type, and one with what may be absent. */
    public static Stream<CameraEvent> events() {
        Instant time = Instant.ofEpochMilli(1_700_000_000_123L);
        BestFrame best = new BestFrame("images-0-7", 0.75);
        Episode episode = new Episode("a \"quoted\" <label>", time, time.plusMillis(2_001), 17, best);
        return Stream.of(
                        new Event.Started("food", time, best),
                        new Event.Ended(episode),
                        new Event.Changed(episode, "food", time.plusSeconds(3), best),
                        new Event.Offline(time.plusSeconds(30), time),
                        new Event.Online(time, Optional.empty()),
                        new Event.Online(time, Optional.of(Duration.ofMillis(31_001))),
                        new Event.Counted(Instant.ofEpochSecond(1_700_000_040),
                                new TreeMap<>(Map.of("food", 3L, "other", 1L))),
                        new Event.TroubleStarted(Trouble.COVERED, time, "images-0-7"),
                        new Event.TroubleEnded(Trouble.FROZEN, time, time.plusMillis(61_001)))
                .map(event -> new CameraEvent(
                        event instanceof Event.Offline ? Optional.empty() : image().key(), event));
    }

    /** With all fields set. */
    public static StateRecord state() {
        Instant time = Instant.ofEpochMilli(1_700_000_000_123L);
        return new StateRecord(image().key(), Optional.of(new Present(time.plusSeconds(2), true, time,
                Optional.of(new Present.Shown("food", 5.0 / 6, new BestFrame("images-0-7", 0.75))), true,
                Optional.of(new AnsweringHead("gate", "1".repeat(64))),
                List.of(new Present.Trouble("dark", time.plusSeconds(1))))));
    }

    /** With all fields set, without what may be absent, and of a forgotten camera. */
    public static Stream<StateRecord> states() {
        Instant time = Instant.ofEpochMilli(1_700_000_000_123L);
        return Stream.of(state(),
                new StateRecord(Optional.empty(), Optional.of(new Present(
                        time, false, time, Optional.empty(), false, Optional.empty(), List.of()))),
                new StateRecord(image().key(), Optional.empty()));
    }

    static Stream<TrackedPresent> trackedPresents() {
        return states().flatMap(record -> record.state().stream()).map(present -> new TrackedPresent(
                new PresentDetector.Told(present, Optional.of(present.at()).filter(at -> present.online())), 5));
    }

    /** With all fields set, and with none. */
    static Stream<TrackedCamera> trackedCameras() {
        Frame frame = labelledFrame().frame();
        Instant time = frame.time();
        Episode episode = new Episode("food", time.minusSeconds(5), time, 17, new BestFrame("images-0-7", 0.75));
        CameraState full = new CameraState(Optional.of(frame), true,
                new SmoothedScores(time, 1.5, new TreeMap<>(Map.of("food", 0.75, "other", 0.25))),
                Optional.of(episode), Optional.of(time), Optional.of(episode),
                Optional.of(new MinuteCounts(Instant.ofEpochSecond(60), new TreeMap<>(Map.of("food", 3L)), true)),
                CameraHealth.UNKNOWN);
        return Stream.of(new TrackedCamera(full, 1, 2, 3, 4, true), TrackedCamera.UNKNOWN,
                new TrackedCamera(withHealth(full), 1, 2, 3, 4, true));
    }

    private static CameraState withHealth(CameraState state) {
        Instant time = Instant.ofEpochMilli(1_700_000_000_123L);
        float[] bits = new float[UsualView.BITS];
        bits[0] = 0.75f;
        bits[UsualView.BITS - 1] = 1;
        UsualView usual = new UsualView(time.minusSeconds(900), time, 9.5, 117.25, 20, 0.4, 0.05, bits);
        CameraHealth health = new CameraHealth(
                Optional.of(new SeenPicture(view(), time.minusSeconds(5), "images-0-7", 3)), Optional.of(usual),
                List.of(usual, usual), Optional.of(time), new TreeMap<>(Map.of(
                        Trouble.FROZEN, new SeenTrouble(time, "images-0-7", false, Optional.empty()),
                        Trouble.MOVED, new SeenTrouble(time, "images-0-8", true, Optional.of(time.plusSeconds(1))))));
        return new CameraState(state.last(), state.online(), state.scores(), state.ongoing(), state.awaySince(),
                state.candidate(), state.minute(), health);
    }

    static List<ComparedPicture> comparedPictures() {
        ComparedModels models = new ComparedModels(
                new Named("Zürich", "0".repeat(64)), new Named("new", "1".repeat(64)), 3, 1, 2);
        return Stream.of(new Agreed(-0.125), new Differing("cat", "Füchse", false), new Failed())
                .map(outcome -> new ComparedPicture(Optional.of("hall".getBytes(UTF_8)), "images-0-7",
                        Instant.ofEpochMilli(1_700_000_000_123L), models, outcome))
                .toList();
    }

    static ModelComparison modelComparison() {
        List<ComparedPicture> pictures = comparedPictures();
        return ModelComparison.of(pictures.get(0)).with(pictures.get(1)).with(pictures.get(2));
    }
}
