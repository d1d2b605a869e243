package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.inference.Label;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
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
                    return withFeatures(example, features);
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

        List<Example> centred = centred(pictures);
        Head head = Teaching.teach(TeachingSet.of(centred), REQUEST, List.of(), 2).head();
        for (int i = 0; i < pictures.size(); i++) {
            double[] logits = logits(layer, pictures.get(i).unit());
            for (Label label : head.answer(centred.get(i).unit(), 3).labels()) {
                assertThat(probability(logits, label.index())).isCloseTo(label.score(), within(1e-4));
            }
        }
    }

    /** Less their mean, and of length one in the root mean square. */
    private static List<Example> centred(List<Example> pictures) {
        double[] mean = mean(pictures);
        double scale = scale(pictures, mean);
        return pictures.stream().map(picture -> {
            float[] features = new float[mean.length];
            for (int i = 0; i < mean.length; i++) {
                features[i] = (float) ((picture.unit()[i] - mean[i]) / scale);
            }
            return withFeatures(picture, features);
        }).toList();
    }

    private static Example withFeatures(Example picture, float[] features) {
        return new Example(picture.source(), picture.label(), picture.group(), picture.digest(), picture.fingerprint(),
                features);
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
    void reportsOnTheCentredFeaturesAndTheFilesThatWereLeftOut() {
        List<LeftOut> broken = List.of(new LeftOut("open/broken.jpg", "it ends too early"));
        TeachingReport expected =
                Teaching.teach(TeachingSet.of(centred(pictures(0.8))), REQUEST, broken, 2).report();

        assertThat(PlainTeaching.teach(pictures(0.8), REQUEST, broken, 2).taught().report())
                .usingRecursiveComparison()
                .withComparatorForType((a, b) -> Math.abs(a - b) < 1e-4 ? 0 : Double.compare(a, b), Double.class)
                .isEqualTo(expected);
        assertThat(expected.leftOut()).isEqualTo(broken);
        assertThat(expected.measured().orElseThrow().wrong()).isNotEmpty();
    }

    @Test
    void givesTheSameBitsInAnyOrderUnderAnyNamesAndWithAnyNumberOfThreads() {
        List<Example> shuffled = new ArrayList<>(pictures(0.5).stream()
                .map(it -> new Example("x" + it.source().hashCode(), it.label(), it.group(), it.digest(),
                        it.fingerprint(), it.unit()))
                .toList());
        Collections.shuffle(shuffled, new Random(1));

        PlainTeaching one = teach(pictures(0.5), 1);
        PlainTeaching other = teach(shuffled, 4);

        assertThat(other.weight()).containsExactly(one.weight());
        assertThat(other.bias()).containsExactly(one.bias());
    }
}
