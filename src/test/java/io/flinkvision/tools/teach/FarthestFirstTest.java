package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.teach.Example;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.teach.Proposal.Mark;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FarthestFirstTest {

    private final Map<SeenFrame, BoxFeatures> candidates = new LinkedHashMap<>();
    private int looks;

    /** A frame in a direction of the plane of two features, in degrees, that looks like no other one. */
    private SeenFrame frame(int degrees) {
        return frame(degrees, 10 + 11 * looks++);
    }

    private SeenFrame frame(int degrees, int grey) {
        SeenFrame frame = new SeenFrame(new RecordCoordinates("images", 0, candidates.size()), Instant.EPOCH, List.of());
        candidates.put(frame, new BoxFeatures("0".repeat(64), fingerprint(grey), unit(degrees)));
        return frame;
    }

    private static ImageFingerprint fingerprint(int grey) {
        byte[] cells = new byte[256];
        Arrays.fill(cells, (byte) grey);
        return new ImageFingerprint(cells);
    }

    private static float[] unit(int degrees) {
        return new float[] {(float) Math.cos(Math.toRadians(degrees)), (float) Math.sin(Math.toRadians(degrees))};
    }

    private static Example taught(String label, int degrees, int grey) {
        return new Example(label + "/" + degrees, label, Optional.empty(), "digest", fingerprint(grey), unit(degrees));
    }

    /** Says right at 0 degrees and up at 90, and knows what is within 60 degrees of one of them. */
    private static Head head() {
        return Head.of(new HeadDescription("gate", List.of("right", "up"), "0".repeat(64), 1, Optional.of(0.5),
                Instant.EPOCH, 2, Optional.empty()), new float[] {9, 0, 0, 9}, new float[2], new float[] {1, 0, 0, 1});
    }

    private List<Proposal> choose(List<Example> taught, int count) {
        return new FarthestFirst(candidates, taught, Optional.of(head())).choose(count);
    }

    @Test
    void theMostDifferentOnesComeFirst() {
        SeenFrame near = frame(5);
        SeenFrame between = frame(40);
        SeenFrame far = frame(90);

        assertThat(choose(List.of(taught("right", 0, 250)), 9))
                .extracting(Proposal::frame).containsExactly(far, between, near);
        assertThat(choose(List.of(taught("up", 90, 250)), 9))
                .extracting(Proposal::frame).containsExactly(near, between, far);
        assertThat(choose(List.of(taught("right", 0, 250), taught("up", 90, 250)), 2))
                .extracting(Proposal::frame).containsExactly(between, near);
    }

    @Test
    void withoutTaughtPicturesTheFirstOneBeginsAndTheFarthestFollows() {
        SeenFrame first = frame(0);
        SeenFrame second = frame(10);
        SeenFrame third = frame(80);

        assertThat(choose(List.of(), 9)).extracting(Proposal::frame).containsExactly(first, third, second);
    }

    @Test
    void nearDuplicatesComeLast() {
        SeenFrame likeTaught = frame(170, 205);
        SeenFrame chosen = frame(90, 100);
        SeenFrame likeChosen = frame(60, 108);
        SeenFrame other = frame(10, 150);

        List<Proposal> proposals = choose(List.of(taught("right", 0, 200)), 9);

        assertThat(proposals).extracting(Proposal::frame).containsExactly(chosen, other, likeTaught, likeChosen);
        assertThat(proposals).extracting(Proposal::isNearDuplicate).containsExactly(false, false, true, true);
    }

    @Test
    void theHeadsAnswerIsTold() {
        frame(0);

        assertThat(choose(List.of(), 1).get(0).answer().map(Label::label)).contains("right");
        assertThat(new FarthestFirst(candidates, List.of(), Optional.empty()).choose(1)).singleElement()
                .satisfies(proposal -> {
                    assertThat(proposal.answer()).isEmpty();
                    assertThat(proposal.marks()).isEmpty();
                });
    }

    @Test
    void marksTellWhatIsOfInterest() {
        SeenFrame sure = frame(0);
        SeenFrame uncertain = frame(46);
        SeenFrame unknown = frame(250);
        List<Example> taught =
                List.of(taught("right", 0, 250), taught("up", 90, 250), taught("up", 240, 250));

        Map<SeenFrame, Proposal> proposals = new LinkedHashMap<>();
        choose(taught, 9).forEach(proposal -> proposals.put(proposal.frame(), proposal));

        assertThat(proposals.get(sure).marks()).isEmpty();
        assertThat(proposals.get(uncertain).marks()).containsExactly(Mark.UNCERTAIN);
        assertThat(proposals.get(unknown).marks()).contains(Mark.UNKNOWN).doesNotContain(Mark.DISAGREES);
    }

    @Test
    void aHeadThatSaysOtherwiseThanTheNearestTaughtPictureIsMarked() {
        SeenFrame frame = frame(10);

        assertThat(choose(List.of(taught("up", 12, 250), taught("right", 40, 250)), 1).get(0))
                .isEqualTo(new Proposal(frame, Optional.of(new Label("right", 0,
                        head().answer(unit(10), 1).labels().get(0).score())), Set.of(Mark.DISAGREES), false));
    }

    @Test
    void picturesTaughtOnAnotherNetworkAreNotComparedWith() {
        frame(0);
        Example foreign = new Example("a", "up", Optional.empty(), "digest", fingerprint(250), new float[7]);

        assertThat(choose(List.of(foreign), 9)).singleElement().satisfies(
                proposal -> assertThat(proposal.marks()).isEmpty());
    }

    @Test
    void noCandidatesGiveNoProposals() {
        assertThat(choose(List.of(taught("up", 12, 250)), 9)).isEmpty();
    }
}
