package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.operator.ViewInput.NotCompared;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.ModelCandidate.Mode;
import io.flinkvision.job.record.ModelCandidate;
import io.flinkvision.job.record.ModelChoice;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who owns a network, and until when, with real ones in native memory. */
class SubtaskClassifierTest {

    private static final int SIZE = 32;
    private static final DecodedImage PICTURE = new DecodedImage(SampleRecords.image(), SIZE, SIZE, "jpeg",
            Optional.of(new NotCompared(new RgbImage(SIZE, SIZE, new byte[3 * SIZE * SIZE]))), List.of(), 1);

    @TempDir
    Path folder;

    private OneInputStreamOperatorTestHarness<DecodedImage, Classification> subtask;
    private SubtaskClassifier classifier;
    private LoadedModel first;

    @BeforeEach
    void loadTheFirst() throws Exception {
        ModelBundle bundle = ModelBundle.read(SmallBundle.write(folder.resolve("first"), SIZE, 1, 2));
        ClassifierSettings settings = new ClassifierSettings(
                new BundleLocation.Remote(bundle.folder().toUri().toString()), bundle.digest(), DeviceKind.CPU, false, 1,
                GuardSettings.OFF, SampleRecords.decoding(bundle.preprocessing()));
        ClassifyFunction function = new ClassifyFunction(settings, ReuseStrategy.NONE);
        subtask = new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(function));
        subtask.open();
        classifier = new SubtaskClassifier(function.getRuntimeContext(), settings);
        first = loaded(bundle);
        classifier.load(() -> first);
    }

    @AfterEach
    void close() throws Exception {
        classifier.close();
        subtask.close();
    }

    @Test
    void releasesTheOldNetworkWhenTheNewOneIsAtWork() throws Exception {
        LoadedModel second = loaded(ModelBundle.read(SmallBundle.write(folder.resolve("second"), SIZE, 3, 4)));

        classifier.load(() -> {
            assertThat(labels(first)).as("the old one works meanwhile").hasSize(1);
            return second;
        });

        assertThat(classifier.digest(PICTURE.source())).isEqualTo(second.digest());
        assertReleased(first);
        assertThat(labels(second)).hasSize(1);
    }

    @Test
    void keepsTheOldNetworkWhereTheNewOneCannotBeLoaded() {
        assertThatExceptionOfType(FileNotFoundException.class).isThrownBy(() -> classifier.load(() -> {
            throw new FileNotFoundException("gone");
        }));

        assertThat(classifier.digest(PICTURE.source())).isEqualTo(first.digest());
        assertThat(labels(first)).hasSize(1);
    }

    @Test
    void releasesTheLastNetworkWhenItIsClosedAndNothingTheSecondTime() {
        classifier.close();
        classifier.close();

        assertReleased(first);
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> classifier.digest(PICTURE.source()));
    }

    @Test
    void releasesACandidateThatIsDroppedReplacedOrClosedAndKeepsOneThatIsPromoted() throws Exception {
        LoadedModel dropped = loaded(ModelBundle.read(SmallBundle.write(folder.resolve("dropped"), SIZE, 3, 4)));
        LoadedModel replaced = loaded(ModelBundle.read(SmallBundle.write(folder.resolve("replaced"), SIZE, 4, 5)));
        LoadedModel promoted = loaded(ModelBundle.read(SmallBundle.write(folder.resolve("promoted"), SIZE, 5, 6)));
        LoadedModel last = loaded(ModelBundle.read(SmallBundle.write(folder.resolve("last"), SIZE, 6, 7)));

        classifier.loadCandidate(candidate(dropped, 1), () -> dropped);
        classifier.dropCandidate();
        assertReleased(dropped);
        classifier.loadCandidate(candidate(replaced, 1), () -> replaced);
        classifier.loadCandidate(candidate(replaced, 50), () -> {
            throw new AssertionError("only its share has changed");
        });
        classifier.loadCandidate(candidate(promoted, 1), () -> promoted);
        assertReleased(replaced);
        classifier.promoteCandidate();
        assertReleased(first);
        assertThat(classifier.digest(PICTURE.source())).isEqualTo(promoted.digest());
        classifier.loadCandidate(candidate(last, 1), () -> last);
        classifier.close();

        assertReleased(promoted);
        assertReleased(last);
    }

    private static ModelCandidate candidate(LoadedModel model, double percent) {
        return new ModelCandidate(new ModelChoice("s3://models/" + model.digest(), model.digest()), Mode.SHADOW, percent);
    }

    private static LoadedModel loaded(ModelBundle bundle) {
        return new LoadedModel(bundle.name(), bundle.digest(), bundle.labels(),
                new PictureNetwork.OfPictures(Classifier.load(bundle)));
    }

    private static List<Label> labels(LoadedModel model) {
        return model.network().answer(PICTURE, 1).labels();
    }

    private static void assertReleased(LoadedModel model) {
        assertThatIllegalStateException().isThrownBy(() -> labels(model));
    }
}
