package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.teach.Interval;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.teach.Reviews.Answer;
import io.flinkvision.tools.teach.Reviews.Kind;
import io.flinkvision.tools.teach.Reviews.Measured;
import io.flinkvision.tools.teach.Reviews.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReviewsTest {

    private static final Instant TUESDAY = Frames.NOON;
    private static final String HEAD = "a".repeat(64);

    /** Of 200 frames the first ones are the least certain. */
    private static final List<Answer> ANSWERS =
            IntStream.range(0, 200).mapToObj(i -> answer(i, TUESDAY, HEAD)).toList();

    @TempDir
    Path parent;

    private TeachingFolder folder;
    private Reviews reviews;

    @BeforeEach
    void open() {
        folder = TeachingFolder.open(parent, TeachingFolder.Limits.of(1000), (picture, box) -> Optional.empty(),
                InstantSource.fixed(TUESDAY));
        reviews = folder.put(new RegionKey("yard", "gate"), RegionBox.WHOLE, "ann").reviews();
    }

    @AfterEach
    void close() {
        folder.close();
    }

    private static Answer answer(int number, Instant at, String head) {
        return new Answer("images-0-" + number, at, head, "open", 0.5 + number / 400.0);
    }

    private static List<Question> of(Kind kind, List<Question> questions) {
        return questions.stream().filter(question -> question.kind() == kind).toList();
    }

    private List<Question> questions(List<Answer> answers) {
        return reviews.questions(answers, HEAD, TUESDAY);
    }

    @Test
    void whoeverAsksGetsTheSameRandomAndTheLeastCertainOfTheOthers() {
        List<Answer> shuffled = new ArrayList<>(ANSWERS);
        Collections.shuffle(shuffled, new Random(1));

        List<Question> questions = questions(ANSWERS);

        assertThat(questions(shuffled)).isEqualTo(questions);
        assertThat(questions).extracting(question -> question.answer().id()).doesNotHaveDuplicates();
        List<Question> random = of(Kind.RANDOM, questions);
        List<Question> uncertain = of(Kind.UNCERTAIN, questions);
        assertThat(random).hasSize(Reviews.PER_WEEK);
        assertThat(uncertain).hasSize(Reviews.PER_WEEK);
        assertThat(uncertain).extracting(question -> question.answer().score()).isSorted()
                .allSatisfy(score -> assertThat(score).isLessThan(0.5 + 2 * Reviews.PER_WEEK / 400.0));
        assertThat(random).extracting(question -> question.answer().score())
                .as("random ones are of all scores").anyMatch(score -> score > 0.85).anyMatch(score -> score < 0.65);
    }

    @Test
    void onlyAnswersOfTheHeadAndTheWeekAreChosen() {
        List<Answer> others = List.of(answer(1, TUESDAY.minus(Duration.ofDays(2)), HEAD),
                answer(2, TUESDAY, "b".repeat(64)), answer(3, TUESDAY.plus(Duration.ofDays(6)), HEAD),
                answer(4, TUESDAY.minus(Duration.ofDays(1)), HEAD));

        assertThat(questions(others)).extracting(question -> question.answer().id()).containsExactly("images-0-4");
    }

    @Test
    void whatIsJudgedIsNotAskedAgainAndMakesTheRestFewer() {
        List<Question> first = questions(ANSWERS);
        Question random = of(Kind.RANDOM, first).get(0);
        Question uncertain = of(Kind.UNCERTAIN, first).get(0);

        reviews.judge(random, true, "ann");
        reviews.judge(uncertain, false, "ann");

        List<Question> expected = new ArrayList<>(first);
        expected.removeAll(List.of(random, uncertain));
        assertThat(questions(ANSWERS)).isEqualTo(expected);
        expected.forEach(question -> reviews.judge(question, true, "ann"));
        assertThat(questions(ANSWERS)).isEmpty();
    }

    @Test
    void precisionIsMeasuredPerWeekHeadAndKindWithItsInterval() {
        for (int i = 0; i < 10; i++) {
            reviews.judge(new Question(answer(i, TUESDAY, HEAD), Kind.RANDOM), i < 8, "ann");
        }
        reviews.judge(new Question(answer(20, TUESDAY, HEAD), Kind.UNCERTAIN), false, "ann");
        reviews.judge(new Question(answer(21, TUESDAY, "b".repeat(64)), Kind.RANDOM), true, "ann");
        reviews.judge(new Question(answer(22, TUESDAY.plus(Duration.ofDays(7)), HEAD), Kind.RANDOM), true, "ann");

        List<Measured> measured = reviews.measured();

        assertThat(measured).extracting(Measured::week, it -> it.head().substring(0, 1), Measured::kind,
                Measured::right, Measured::count).containsExactly(
                        tuple("2026-W12", "a", Kind.RANDOM, 1, 1),
                        tuple("2026-W11", "a", Kind.RANDOM, 8, 10),
                        tuple("2026-W11", "a", Kind.UNCERTAIN, 0, 1),
                        tuple("2026-W11", "b", Kind.RANDOM, 1, 1));
        assertThat(measured.get(1).precision()).isEqualTo(Interval.wilson(0.8, 10));
    }

    @Test
    void theLaterOfTwoJudgementsCounts() {
        Question question = new Question(answer(1, TUESDAY, HEAD), Kind.RANDOM);
        reviews.judge(question, false, "ann");
        reviews.judge(question, true, "bob");

        assertThat(reviews.measured()).extracting(Measured::right, Measured::count).containsExactly(tuple(1, 1));
    }

    @Test
    void aWeekBelongsToTheYearOfItsThursday() {
        assertThat(Reviews.week(Instant.parse("2027-01-03T23:59:59Z"))).isEqualTo("2026-W53");
        assertThat(Reviews.week(Instant.parse("2027-01-04T00:00:00Z"))).isEqualTo("2027-W01");
    }

    @Test
    void judgementsAreReadAgainWhateverSomebodyWroteBetweenThem() throws IOException {
        Path file = parent.resolve("yard/gate/reviews.csv");
        reviews.judge(new Question(new Answer("a,\"b\"\n2026-W11", TUESDAY, HEAD, "open, \"wide\"\r", 0.5),
                Kind.RANDOM), true, "ann");
        Files.writeString(file, "nonsense\n2026-W11,x,random,id,,,,perhaps,eve\n2026-W11,cut in ha",
                StandardOpenOption.APPEND);
        reviews.judge(new Question(answer(2, TUESDAY, HEAD), Kind.RANDOM), false, "ann");

        folder.close();
        open();

        assertThat(reviews.measured()).extracting(Measured::right, Measured::count).containsExactly(tuple(1, 2));
        assertThat(Files.readAllLines(file)).hasSize(6)
                .startsWith("week,head,kind,picture,time,label,score,right,user");
    }

    @Test
    void theOlderHalfIsForgottenBeyondTheLimit() throws IOException {
        reviews.judge(new Question(answer(-1, TUESDAY, HEAD), Kind.RANDOM), false, "ann");
        Path file = parent.resolve("yard/gate/reviews.csv");
        String line = Files.readAllLines(file).get(1).replace("false", "true");
        Files.write(file, IntStream.range(1, Reviews.MAX_JUDGEMENTS)
                .mapToObj(i -> line.replace("images-0--1", "images-0-" + i)).toList(), StandardOpenOption.APPEND);

        reviews.judge(new Question(answer(0, TUESDAY, HEAD), Kind.RANDOM), true, "ann");

        assertThat(reviews.measured()).extracting(Measured::right, Measured::count)
                .containsExactly(tuple(Reviews.MAX_JUDGEMENTS / 2 + 1, Reviews.MAX_JUDGEMENTS / 2 + 1));
    }
}
