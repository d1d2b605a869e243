package io.flinkvision.inference;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.flinkvision.model.ModelBundle;
import io.flinkvision.model.SmallBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfCheckTest {

    @TempDir
    Path folder;

    @Test
    void passesANetworkThatAnswers() {
        assertThatNoException().isThrownBy(() -> check(SmallBundle.write(folder.resolve("sound"), 32, 1, 2)));
    }

    @Test
    void refusesANetworkWhoseScoresAreNotFinite() {
        assertThatExceptionOfType(InferenceException.class)
                .isThrownBy(() -> check(SmallBundle.write(folder.resolve("broken"), 32, 1, Float.NaN)))
                .withMessageContaining("score of class 1 (1) is NaN");
    }

    @Test
    void refusesScoresThatAreNoProbabilitiesWhereTheyAreToBe() throws Exception {
        Path bundle = SmallBundle.write(folder.resolve("wrong"), 32, 1, 2);
        Path description = bundle.resolve("model.yaml");
        Files.writeString(description, Files.readString(description) + "scores: probabilities\n");

        assertThatExceptionOfType(InferenceException.class)
                .isThrownBy(() -> check(bundle))
                .withMessageContaining("no probability");
    }

    private static void check(Path folder) {
        ModelBundle bundle = ModelBundle.read(folder);
        try (Classifier classifier = Classifier.load(bundle)) {
            SelfCheck.require(classifier, bundle);
        }
    }
}
