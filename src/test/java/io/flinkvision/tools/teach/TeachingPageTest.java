package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.core.teach.Interval;
import io.flinkvision.core.teach.LeftOut;
import io.flinkvision.core.teach.Mistake;
import io.flinkvision.core.teach.StrengthLikelihood;
import io.flinkvision.core.teach.Teaching.Taught;
import io.flinkvision.core.teach.TeachingReport;
import io.flinkvision.core.teach.TeachingReport.Measured;
import io.flinkvision.core.teach.TeachingReport.Need;
import io.flinkvision.core.teach.TeachingReport.OfLabel;
import io.flinkvision.core.teach.TeachingReport.Unknown;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TeachingPageTest {

    private static final Interval MOST = new Interval(0.9, 0.8, 0.95);

    private static final String HOSTILE = "</bdi></style><img src=x onerror=\"alert(1)\">'&amp;\u202e\u0007";

    private static final String SHOWN = "</bdi></style><img src=x onerror=\"alert(1)\">'&amp;\\u202e\\u0007";

    private final List<String> asked = new ArrayList<>();

    private Optional<Thumbnail> thumbnail(String source) {
        asked.add(source);
        return source.startsWith("gone") ? Optional.empty() : Optional.of(new Thumbnail(new byte[] {1, 2, 3}, 192, 108));
    }

    private ReadPage page(TeachingReport report) {
        ReadPage page = ReadPage.of(
                new TeachingPage(new Taught(SampleHeads.of("gate", "ab".repeat(32)), report), this::thumbnail).html());
        page.assertUsable();
        return page;
    }

    private static TeachingReport report(String label, double twins, List<Mistake> wrong, List<LeftOut> leftOut) {
        Measured measured = new Measured(5, MOST, new Interval(0.85, 0.7, 0.9), List.of(List.of(144, 6), List.of(30, 20)),
                wrong, wrong.stream().limit(1).toList(), List.of(new StrengthLikelihood(10, 0.3)), 0.3, 0.021, twins,
                new Unknown(0.312, List.of(0.42, 0.98), Optional.of(0.05)));
        return new TeachingReport(200, 3, 31,
                List.of(new OfLabel(label, 150, 25, Optional.of(MOST), List.of()),
                        new OfLabel("shut", 50, 6, Optional.empty(), List.of(Need.FEW_PICTURES, Need.LOW_RECALL))),
                3.0 + twins, 10, 1.25, Optional.of(measured), leftOut);
    }

    private static Mistake mistake(String source) {
        return new Mistake(source, "shut", "open", 0.971);
    }

    @Test
    void showsTheFiguresWithTheirUncertainty() {
        ReadPage page = page(report("open", 0.2, List.of(), List.of()));

        assertThat(page.texts("h1")).containsExactly("What was taught: gate");
        assertThat(page.texts("dd")).startsWith("90.0 %", "80.0 to 95.0 %, of the pictures that were held out",
                "85.0 %", "70.0 to 90.0 %, the mean of the labels", "2.1 %",
                "between the answers' probabilities and the share that is right", "200",
                "31 different, as near-duplicates count once; 3 more files of the same pictures");
        assertThat(page.section("method")).contains("ab".repeat(32), "nats per picture", "1.25", "20 %");
        assertThat(page.section("unknown")).contains("Unknown beyond a distance of 0.312",
                "(none), 5 % are taken for a label.");
        assertThat(page.rows("of-unknown"))
                .containsExactly(List.of("Label", "Taken for another"), List.of("open", "42 %"), List.of("shut", "98 %"));
    }

    @Test
    void showsEachLabelAndWhatItNeeds() {
        assertThat(page(report("open", 0.2, List.of(), List.of())).rows("of-labels")).containsExactly(
                List.of("Label", "Recognised", "Pictures", "Different", "Needs more pictures"),
                List.of("open", "90.0 % (80.0 to 95.0 %)", "150", "25", ""),
                List.of("shut", "not known", "50", "6", "fewer than 10 different ones, recognised less often than others"));
    }

    @Test
    void drawsTheRangeThatAShareIsIn() {
        assertThat(page(report("open", 0.2, List.of(), List.of())).all("rect"))
                .extracting(it -> it.getAttribute("class"), it -> it.getAttribute("x"), it -> it.getAttribute("width"))
                .containsExactly(tuple("track", "0.0", "100.0"), tuple("range", "80.0", "15.0"),
                        tuple("estimate", "90.0", "1.5"));
    }

    @Test
    void warnsOfWhatFlattersAndOfImbalance() {
        assertThat(page(report("open", 0.6, List.of(), List.of())).texts("p")).anySatisfy(
                text -> assertThat(text).contains("expect less, perhaps 20 points: 60 % of the pictures have a near twin"
                        + " among those")).anySatisfy(text -> assertThat(text).contains("has 3.6 times as many"));
        assertThat(page(report("open", 0, List.of(), List.of())).texts("p")).noneSatisfy(
                text -> assertThat(text).containsAnyOf("expect less", "times as many"));
    }

    @Test
    void theConfusionMatrixSaysWithoutColourWhatIsRight() {
        ReadPage page = page(report("open", 0, List.of(), List.of()));

        assertThat(page.rows("of-confusion")).containsExactly(
                List.of("Label", "open", "shut"), List.of("open", "144", "6"), List.of("shut", "30", "20"));
        assertThat(page.all("td").stream().map(cell -> cell.getAttribute("class"))
                .filter(style -> style.contains("share")).toList())
                .containsExactly("right share-4", "share-1", "share-3", "right share-2");
    }

    @Test
    void ofManyLabelsTheMostFrequentConfusionsAreShown() {
        List<List<Integer>> counts = new ArrayList<>();
        List<OfLabel> labels = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            counts.add(new ArrayList<>(Collections.nCopies(21, 0)));
            labels.add(new OfLabel("label " + i, 1, 1, Optional.of(MOST), List.of()));
        }
        counts.get(3).set(4, 7);
        TeachingReport report = report("open", 0, List.of(), List.of());
        Measured measured = report.measured().orElseThrow();

        ReadPage page = page(new TeachingReport(21, 0, 21, labels, 1, 10, 1, Optional.of(new Measured(5, MOST, MOST, counts,
                List.of(), List.of(), measured.likelihoods(), 0.3, 0.02, 0,
                new Unknown(0.3, Collections.nCopies(21, 0.5), Optional.empty()))), List.of()));

        assertThat(page.rows("of-confusion"))
                .containsExactly(List.of("Label", "Taken for", "Pictures"), List.of("label 3", "label 4", "7"));
    }

    @Test
    void showsThePicturesThatAreWrong() {
        ReadPage page = page(report("open", 0, List.of(mistake("shut/1.jpg"), mistake("gone/2.jpg")), List.of()));

        assertThat(page.texts("h2")).contains("Perhaps in the wrong folder (1)", "Wrong (2)");
        assertThat(page.section("wrong")).contains("open 97.1 % labelled shut shut/1.jpg", "no picture", "gone/2.jpg");
        assertThat(page.all("img")).hasSize(2).allSatisfy(image -> {
            assertThat(image.getAttribute("alt")).isEqualTo("Picture shut/1.jpg");
            assertThat(image.getAttribute("src")).isEqualTo("data:image/jpeg;base64,AQID");
            assertThat(image.getAttribute("width")).isEqualTo("192");
            assertThat(image.getAttribute("height")).isEqualTo("108");
        });
        assertThat(page.texts("a")).containsExactly(
                "Labels", "Confusion", "Perhaps in the wrong folder", "Wrong", "Unknown", "How it was taught");
    }

    @Test
    void ofManyShowsTheFirstAndSaysHowManyMoreThereAre() {
        List<Mistake> wrong = IntStream.range(0, 75).mapToObj(i -> mistake(i + ".jpg")).toList();
        List<LeftOut> leftOut = IntStream.range(0, 203).mapToObj(i -> new LeftOut(i + ".txt", "no picture")).toList();

        ReadPage page = page(report("open", 0, wrong, leftOut));

        assertThat(asked).hasSize(61).endsWith("59.jpg").doesNotContain("60.jpg");
        assertThat(page.section("wrong")).startsWith("Wrong (75)").endsWith("and 15 more, which --json lists");
        assertThat(page.rows("of-left-out")).hasSize(201).contains(List.of("199.txt", "no picture"));
        assertThat(page.section("left-out")).startsWith("Left out (203)").endsWith("and 3 more, which --json lists");
    }

    @Test
    void namesBecomeNoMarkup() {
        ReadPage page = page(report(HOSTILE, 0,
                List.of(new Mistake(HOSTILE, HOSTILE, HOSTILE, 0.5)), List.of(new LeftOut(HOSTILE, HOSTILE))));

        assertThat(page.rows("of-labels").get(1).get(0)).isEqualTo(SHOWN);
        assertThat(page.rows("of-confusion").get(0)).contains(SHOWN);
        assertThat(page.rows("of-left-out").get(1)).containsExactly(SHOWN, SHOWN);
        assertThat(page.section("wrong")).contains(SHOWN + " 50.0 % labelled " + SHOWN + " " + SHOWN);
        assertThat(page.all("img")).extracting(image -> image.getAttribute("alt"))
                .containsExactly("Picture " + SHOWN, "Picture " + SHOWN);
    }

    @Test
    void saysWhereNothingCouldBeMeasured() {
        ReadPage page = page(new TeachingReport(2, 0, 2,
                List.of(new OfLabel("open", 1, 1, Optional.empty(), List.of()),
                        new OfLabel("shut", 1, 1, Optional.empty(), List.of())),
                1, 100, 1, Optional.empty(), List.of()));

        assertThat(page.texts("p")).anySatisfy(text -> assertThat(text).startsWith("Its accuracy is not known"));
        assertThat(page.texts("a")).containsExactly("Labels", "How it was taught");
    }
}
