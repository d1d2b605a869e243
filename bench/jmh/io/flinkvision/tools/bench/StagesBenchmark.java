package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.image.View;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.FeatureClassifier;
import io.flinkvision.core.inference.Label;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The time for one picture, by stage, in one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class StagesBenchmark {

    private static final int TOP_K = 5;

    /** Regions of a picture. */
    private static final int REGIONS = 8;

    /** Pixels of the JPEGs that are decoded. */
    @Param({"640x480", "1280x720", "1920x1080"})
    public String size;

    /** The job file's {@code decode.reduced}. */
    @Param({"auto", "true", "false"})
    public String reduced;

    private PictureSet pictures;
    private ImageDecoder decoder;
    private Classifier classifier;
    private FeatureClassifier network;
    private RgbImage input;
    private List<View> regions;
    private List<RgbImage> inputs;
    private int next;

    /** The folder of the photographs is the system property {@code jmh.images}. */
    @Setup
    public void open() throws IOException {
        ModelBundle bundle = ModelBundle.read(Path.of(System.getProperty("jmh.model", "conf/models/triage")));
        Path images = Path.of(System.getProperty("jmh.images", "conf/models/triage/images"));
        pictures = PictureSet.jpegs(images, List.of(Size.parse(size)), remark -> { }).get(0);
        decoder = new ImageDecoder(DecodeLimits.DEFAULTS, bundle.preprocessing(), Reduction.of(reduced));
        classifier = Classifier.load(bundle);
        network = FeatureClassifier.load(bundle, new Device.Cpu());
        input = ((DecodeOutcome.Decoded) decoder.decode(pictures.get(0))).input();
        regions = BenchRegions.ofEachPicture(bundle, REGIONS).stream()
                .<View>map(region -> new View.Region(region.box())).toList();
        inputs = ((DecodeOutcome.Decoded) decoder.decode(pictures.get(0), regions)).views();
    }

    @TearDown
    public void close() {
        decoder.close();
        classifier.close();
        network.close();
    }

    /** Checks the structure and decodes the pixels. */
    @Benchmark
    public boolean decodePixels() {
        return decoder.decodePixels(pictures.get(next++));
    }

    /** The same, and resizes to the network's input. */
    @Benchmark
    public DecodeOutcome decode() {
        return decoder.decode(pictures.get(next++));
    }

    /** Normalises, runs the network and selects the top labels. */
    @Benchmark
    public List<Label> infer() {
        return classifier.classify(input, TOP_K);
    }

    /** Decodes the pixels once, and cuts and resizes eight regions. */
    @Benchmark
    public DecodeOutcome decodeEightRegions() {
        return decoder.decode(pictures.get(next++), regions);
    }

    /** Normalises and runs the network up to its pooled features. */
    @Benchmark
    public List<FeatureClassifier.Features> featuresOfOneInput() {
        return network.features(List.of(input));
    }

    /** The same for eight inputs, in one call of the network. */
    @Benchmark
    public List<FeatureClassifier.Features> featuresOfEightInputs() {
        return network.features(inputs);
    }
}
