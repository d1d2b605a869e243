package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.groups.Tuple.tuple;

import io.flinkvision.core.head.HeadAnswer;
import io.flinkvision.core.teach.Teaching.Taught;
import io.flinkvision.core.teach.TeachingReport.Measured;
import io.flinkvision.core.teach.TeachingReport.Need;
import io.flinkvision.core.teach.TeachingReport.OfLabel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TeachingTest {

    private static final Teaching.Request REQUEST =
            new Teaching.Request("gate", "ab".repeat(32), Instant.parse("2025-01-01T00:00:00Z"));

    private static Taught teach(TeachingSet set) {
        return Teaching.teach(set, REQUEST, List.of(), 1);
    }

    @Test
    void theHeadKnowsNewPicturesOfItsLabels() {
        Taught taught = teach(new Clouds(0.15).add("open", 30).add("shut", 30).add("car", 20).set());

        List<Example> more = new Clouds(0.16).add("open", 20).add("shut", 20).add("car", 20).list();
        assertThat(more).filteredOn(example -> taught.head().answer(example.unit(), 1).labels().get(0).label()
                .equals(example.label())).hasSizeGreaterThan(55);
        assertThat(taught.head().description().labels()).containsExactly("car", "open", "shut");
        assertThat(taught.head().description().pictures()).isEqualTo(80);
        assertThat(taught.head().description().accuracy())
                .isEqualTo(taught.report().measured().map(it -> it.accuracy().estimate()));
    }

    @Test
    void theHeadAnswersWithTheProbabilitiesOfTheMinimum() {
        TeachingSet set = new Clouds(0.8).add("open", 40).add("shut", 12).add("car", 9).set();
        Taught taught = teach(set);
        assertThat(taught.report().temperature()).as("a temperature that shows").isGreaterThan(1.02);
        LogisticRegression regression =
                new LogisticRegression(new FeatureMatrix(set.units()), set.targets(), set.labels().size());
        LogisticRegression.Fit fit = regression.fit(
                taught.report().inverseRegularisation(), picture -> true, regression.zero(), 1e-9);
        double[][] logits = regression.logits(fit, IntStream.range(0, set.examples().size()).toArray());

        for (int i = 0; i < set.examples().size(); i++) {
            int picture = i;
            double[] expected = Softmax.probabilities(
                    Arrays.stream(logits).mapToDouble(ofLabel -> ofLabel[picture]).toArray(),
                    taught.report().temperature());
            assertThat(taught.head().answer(set.examples().get(i).unit(), 3).labels()).allSatisfy(label ->
                    assertThat((double) label.score()).isCloseTo(expected[label.index()], within(1e-4)));
        }
    }

    @Test
    void theSameBitsComeOfAnyOrderAnyNamesAndAnyNumberOfThreads() {
        List<Example> pictures = new Clouds(0.4).add("open", 30).add("shut", 25).addNearDuplicates("car", 20)
                .add("car", 7, Optional.of("monday")).list();
        String digest = teach(TeachingSet.of(pictures)).head().digest();
        List<Example> renamed = new ArrayList<>(pictures.stream()
                .map(it -> new Example("x" + it.source().hashCode(), it.label(), it.group(), it.digest(),
                        it.fingerprint(), it.unit()))
                .toList());

        for (int threads : new int[] {1, 2, 4}) {
            Collections.shuffle(renamed, new Random(threads));
            assertThat(Teaching.teach(TeachingSet.of(renamed), REQUEST, List.of(), threads).head().digest())
                    .as("with %d threads", threads).isEqualTo(digest);
        }
    }

    @Test
    void noAccuracyIsThatOfPicturesThatWereTaught() {
        // Features without any meaning: what was taught would be all right, what was held out is chance.
        List<Example> meaningless = new Clouds(0.5).add("none of both", 80).list();
        List<Example> pictures = new ArrayList<>();
        for (int i = 0; i < meaningless.size(); i++) {
            Example example = meaningless.get(i);
            pictures.add(new Example(example.source(), i % 2 == 0 ? "a" : "b", Optional.empty(), example.digest(),
                    example.fingerprint(), example.unit()));
        }

        Measured measured = teach(TeachingSet.of(pictures)).report().measured().orElseThrow();

        assertThat(measured.accuracy().estimate()).isBetween(0.3, 0.7);
        assertThat(measured.accuracy().low()).isLessThan(0.5);
    }

    @Test
    void eachWrongPictureIsNamedAndCounted() {
        List<Example> pictures = new ArrayList<>(new Clouds(0.1).add("open", 30).add("shut", 30).list());
        pictures.add(new Clouds(0.1).mislabelled("open", "shut"));

        Measured measured = teach(TeachingSet.of(pictures)).report().measured().orElseThrow();

        assertThat(measured.wrong()).extracting(Mistake::source).containsExactly("open/wrong.jpg");
        assertThat(measured.suspects()).extracting(Mistake::source, Mistake::label, Mistake::predicted)
                .containsExactly(tuple("open/wrong.jpg", "open", "shut"));
        assertThat(measured.confusion()).containsExactly(List.of(30, 1), List.of(0, 30));
        assertThat(measured.accuracy().estimate()).isCloseTo(60 / 61.0, within(1e-12));
        assertThat(measured.balancedAccuracy().estimate()).isCloseTo((30 / 31.0 + 1) / 2, within(1e-12));
    }

    @Test
    void nearDuplicatesCountOnce() {
        TeachingReport report = teach(new Clouds(0.1).add("open", 30).addNearDuplicates("shut", 100)
                .add("shut", 4).set()).report();

        assertThat(report.pictures()).isEqualTo(134);
        assertThat(report.different()).isEqualTo(35);
        OfLabel shut = report.labels().get(1);
        assertThat(shut.pictures()).isEqualTo(104);
        assertThat(shut.different()).isEqualTo(5);
        assertThat(shut.needs()).containsExactly(Need.FEW_PICTURES);
        assertThat(shut.recall().orElseThrow()).isEqualTo(Interval.wilson(1, 5));
        assertThat(report.imbalance()).isCloseTo(104 / 30.0, within(1e-12));
        assertThat(report.isImbalanced()).isTrue();
    }

    @Test
    void aPictureUnlikeAllThatWasTaughtIsUnknown() {
        Taught taught = teach(new Clouds(0.05).add("open", 40).add("shut", 40).set());
        float[] foreign = new float[Clouds.FEATURES];
        foreign[0] = 1;

        assertThat(taught.head().answer(foreign, 1).unknown()).isTrue();
        assertThat(new Clouds(0.05).add("open", 40).add("shut", 40).list())
                .filteredOn(example -> taught.head().answer(example.unit(), 1).unknown())
                .hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void theReportSaysHowManyPicturesOfSomethingElseAreTakenForALabel() {
        TeachingReport.Unknown unknown = teach(new Clouds(0.05).add("open", 40).add("shut", 40).add("none", 10).set())
                .report().measured().orElseThrow().unknown();

        assertThat(unknown.acceptedSiblings()).containsExactly(0.0, 0.0);
        assertThat(unknown.acceptedNone()).contains(0.0);
    }

    @Test
    void aLabelWithOnePictureIsTaughtAndNotMeasured() {
        Taught taught = teach(new Clouds(0.1).add("open", 30).add("shut", 30).add("car", 1).set());

        assertThat(taught.head().description().labels()).contains("car");
        OfLabel car = taught.report().labels().get(0);
        assertThat(car.recall()).isEmpty();
        assertThat(car.needs()).containsExactly(Need.FEW_PICTURES);
        assertThat(taught.report().inverseRegularisation()).isEqualTo(100);
        assertThat(taught.report().measured().orElseThrow().confusion().get(0)).containsExactly(0, 0, 0);
    }

    @Test
    void whereNothingCanBeHeldOutNothingIsClaimed() {
        Taught taught = teach(new Clouds(0.1).addNearDuplicates("open", 30).addNearDuplicates("shut", 30).set());

        assertThat(taught.report().measured()).isEmpty();
        assertThat(taught.head().description().accuracy()).isEmpty();
        assertThat(taught.head().description().threshold()).isEmpty();
        HeadAnswer answer = taught.head().answer(new Clouds(0.1).add("open", 1).list().get(0).unit(), 1);
        assertThat(answer.labels().get(0).label()).isEqualTo("open");
    }

    @Test
    void probabilitiesAreNeverSharpened() {
        assertThat(teach(new Clouds(0.02).add("open", 30).add("shut", 30).set()).report().temperature())
                .isGreaterThanOrEqualTo(1);
    }

    @Test
    void strengthsAreTriedUntilTheLabelsOfHeldOutPicturesBecomeLessLikely() {
        for (double spread : new double[] {0.1, 0.5, 1}) {
            TeachingReport report = teach(new Clouds(spread).add("open", 30).add("shut", 30).set()).report();

            List<StrengthLikelihood> tried = report.measured().orElseThrow().likelihoods();
            assertThat(tried).extracting(StrengthLikelihood::inverseRegularisation)
                    .isEqualTo(List.of(10.0, 31.6, 100.0, 316.0, 1000.0).subList(0, tried.size()));
            StrengthLikelihood last = tried.get(tried.size() - 1);
            List<StrengthLikelihood> falling = tried.size() == 5 && last.inverseRegularisation()
                    == report.inverseRegularisation() ? tried : tried.subList(0, tried.size() - 1);
            assertThat(falling).extracting(StrengthLikelihood::negativeLogLikelihood)
                    .isSortedAccordingTo(Comparator.reverseOrder());
            StrengthLikelihood best = falling.get(falling.size() - 1);
            assertThat(report.inverseRegularisation()).isEqualTo(best.inverseRegularisation());
            assertThat(last.negativeLogLikelihood()).isGreaterThanOrEqualTo(
                    falling.size() == tried.size() ? 0 : best.negativeLogLikelihood());
        }
    }

    @Test
    void theTwinsOfManyPicturesAreCountedAmongSomeOfThem() {
        assertThat(teach(new Clouds(0.3).addScenes("open", 300, 4).addScenes("shut", 300, 4).set())
                .report().measured().orElseThrow().twins()).isGreaterThan(0.9);
    }

    @Test
    void picturesOfTheSameScenesFlatterAndOthersDoNot() {
        assertThat(teach(new Clouds(0.3).addScenes("open", 6, 8).addScenes("shut", 6, 8).set())
                .report().measured().orElseThrow().flatters()).isTrue();
        assertThat(teach(new Clouds(0.3).add("open", 48).add("shut", 48).set())
                .report().measured().orElseThrow().flatters()).isFalse();
    }

    @Test
    void picturesOfOneGroupAreNoTwinsOfEachOther() {
        List<Example> scenes = new Clouds(0.3).addScenes("open", 12, 4).addScenes("shut", 12, 4).list();
        List<Example> grouped = IntStream.range(0, scenes.size())
                .mapToObj(i -> new Example(scenes.get(i).source(), scenes.get(i).label(), Optional.of("scene " + i / 4),
                        scenes.get(i).digest(), scenes.get(i).fingerprint(), scenes.get(i).unit()))
                .toList();

        assertThat(teach(TeachingSet.of(grouped)).report().measured().orElseThrow().twins()).isLessThan(0.1);
    }

    @Test
    void groupsWhosePicturesAreRightOrWrongTogetherMakeTheAccuracyLessSure() {
        Clouds clouds = new Clouds(0.1);
        for (int day = 0; day < 10; day++) {
            clouds.add("open", 8, Optional.of("day " + day)).add("shut", 8, Optional.of("day " + day));
        }
        List<Example> sure = clouds.list();
        // On the last day each picture has the other label.
        List<Example> turned = sure.stream()
                .map(it -> it.group().orElseThrow().equals("day 9")
                        ? new Example(it.source(), it.label().equals("open") ? "shut" : "open", it.group(), it.digest(),
                                it.fingerprint(), it.unit())
                        : it)
                .toList();

        Interval allRight = teach(TeachingSet.of(sure)).report().measured().orElseThrow().accuracy();
        Interval oneDayWrong = teach(TeachingSet.of(turned)).report().measured().orElseThrow().accuracy();

        assertThat(allRight).isEqualTo(Interval.wilson(1, 160));
        assertThat(oneDayWrong).isEqualTo(Interval.wilson(0.9, 10));
    }

    @Test
    void filesThatWereLeftOutBeforeAreReported() {
        LeftOut broken = new LeftOut("open/broken.jpg", "it ends too early");

        assertThat(Teaching.teach(new Clouds(0.1).add("open", 9).add("shut", 9).set(), REQUEST, List.of(broken), 1)
                .report().leftOut()).containsExactly(broken);
    }
}
