package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.record.Classification;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who owns a network, and until when, with real ones in native memory. */
class SubtaskClassifierTest {

    private static final int SIZE = 32;
    private static final RgbImage PICTURE = new RgbImage(SIZE, SIZE, new byte[3 * SIZE * SIZE]);

    @TempDir
    Path folder;

    private OneInputStreamOperatorTestHarness<DecodedImage, Classification> subtask;
    private SubtaskClassifier classifier;
    private LoadedModel first;

    @BeforeEach
    void loadTheFirst() throws Exception {
        ModelBundle bundle = ModelBundle.read(SmallBundle.write(folder.resolve("first"), SIZE, 1, 2));
        ClassifyFunction function = new ClassifyFunction(new ClassifierSettings(
                new BundleLocation.Remote(bundle.folder().toUri().toString()), bundle.digest(), DeviceKind.CPU, 1,
                GuardSettings.OFF), ReuseStrategy.NONE);
        subtask = new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(function));
        subtask.open();
        classifier = new SubtaskClassifier(function.getRuntimeContext(), 1, GuardSettings.OFF);
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
            assertThat(first.classifier().classify(PICTURE, 1)).as("the old one works meanwhile").hasSize(1);
            return second;
        });

        assertThat(classifier.digest()).contains(second.digest());
        assertReleased(first.classifier());
        assertThat(second.classifier().classify(PICTURE, 1)).hasSize(1);
    }

    @Test
    void keepsTheOldNetworkWhereTheNewOneCannotBeLoaded() {
        assertThatExceptionOfType(FileNotFoundException.class).isThrownBy(() -> classifier.load(() -> {
            throw new FileNotFoundException("gone");
        }));

        assertThat(classifier.digest()).contains(first.digest());
        assertThat(first.classifier().classify(PICTURE, 1)).hasSize(1);
    }

    @Test
    void releasesTheLastNetworkWhenItIsClosedAndNothingTheSecondTime() {
        classifier.close();
        classifier.close();

        assertReleased(first.classifier());
        assertThat(classifier.digest()).isEmpty();
    }

    private static LoadedModel loaded(ModelBundle bundle) {
        return new LoadedModel(bundle.name(), bundle.digest(), Classifier.load(bundle));
    }

    private static void assertReleased(Classifier network) {
        assertThatIllegalStateException().isThrownBy(() -> network.classify(PICTURE, 1));
    }
}
