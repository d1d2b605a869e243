package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.inference.Label;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTeachingTest {

    private static final Teaching.Request REQUEST = new Teaching.Request("gate", "ab".repeat(32), Instant.EPOCH);

    /** Features far from zero and of any length, as those of a hidden layer. */
    private static List<Example> pictures(double spread) {
        return new Clouds(spread).add("open", 25).add("shut", 24).add("ajar", 20).list().stream()
                .map(example -> {
                    float[] features = example.unit().clone();
                    for (int i = 0; i < features.length; i++) {
                        features[i] = 40 * features[i] + 3 * i;
                    }
                    return new Example(example.source(), example.label(), example.group(), example.digest(),
                            example.fingerprint(), features);
                })
                .toList();
    }

    private static PlainTeaching teach(List<Example> pictures, int threads) {
        return PlainTeaching.teach(pictures, REQUEST, List.of(), threads);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.8})
    void foldsTheMeanTheScaleAndTheTemperatureIntoTheLayer(double spread) {
        List<Example> pictures = pictures(spread);
        PlainTeaching layer = teach(pictures, 2);
        Head head = layer.taught().head();

        double[] mean = mean(pictures);
        double scale = scale(pictures, mean);
        for (Example picture : pictures) {
            float[] centred = new float[mean.length];
            for (int i = 0; i < mean.length; i++) {
                centred[i] = (float) ((picture.unit()[i] - mean[i]) / scale);
            }
            List<Label> expected = head.answer(centred, 3).labels();
            double[] logits = logits(layer, picture.unit());
            for (Label label : expected) {
                assertThat(probability(logits, label.index())).isCloseTo(label.score(), within(1e-5));
            }
        }
    }

    private static double[] logits(PlainTeaching layer, float[] features) {
        double[] logits = new double[layer.bias().length];
        for (int label = 0; label < logits.length; label++) {
            logits[label] = layer.bias()[label];
            for (int i = 0; i < features.length; i++) {
                logits[label] += (double) layer.weight()[label * features.length + i] * features[i];
            }
        }
        return logits;
    }

    private static double probability(double[] logits, int label) {
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit - logits[label]);
        }
        return 1 / sum;
    }

    private static double[] mean(List<Example> pictures) {
        double[] mean = new double[pictures.get(0).unit().length];
        pictures.forEach(picture -> {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += picture.unit()[i] / pictures.size();
            }
        });
        return mean;
    }

    /** The root mean square of the lengths. */
    private static double scale(List<Example> pictures, double[] mean) {
        return Math.sqrt(pictures.stream().mapToDouble(picture -> {
            double square = 0;
            for (int i = 0; i < mean.length; i++) {
                square += (picture.unit()[i] - mean[i]) * (picture.unit()[i] - mean[i]);
            }
            return square;
        }).average().orElseThrow());
    }

    @Test
    void tellsWhatItWasTaught() {
        PlainTeaching layer = teach(pictures(0.3), 2);

        assertThat(layer.taught().report().measured().orElseThrow().accuracy().estimate()).isGreaterThan(0.9);
        assertThat(layer.taught().report().measured().orElseThrow().unknown().threshold()).isBetween(0.01, 0.99);
    }

    @Test
    void givesTheSameBitsInAnyOrderAndWithAnyNumberOfThreads() {
        List<Example> shuffled = new ArrayList<>(pictures(0.5));
        Collections.reverse(shuffled);

        PlainTeaching one = teach(pictures(0.5), 1);
        PlainTeaching other = teach(shuffled, 4);

        assertThat(other.weight()).containsExactly(one.weight());
        assertThat(other.bias()).containsExactly(one.bias());
    }
}
