package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.teach.Proposals.Request;
import io.flinkvision.tools.teach.Proposals.Result;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProposalsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = START.plusSeconds(100_000);

    private final SeenFrames seen = new SeenFrames();
    private final Map<RecordCoordinates, FrameOutcome> pictures = new HashMap<>();
    private final List<RecordCoordinates> read = new ArrayList<>();
    private final List<SeenFrame> past = new ArrayList<>();
    private final BoxNetwork network =
            new BoxNetwork(ModelBundle.read(Path.of("conf/models/triage")), DecodeLimits.DEFAULTS, Reduction.DEFAULT);
    private final Proposals proposals = new Proposals(seen, this::past, this::lookUp, network);

    @BeforeEach
    void watch() {
        seen.watch("yard");
    }

    @AfterEach
    void close() {
        network.close();
    }

    private FramePast.Span past(String camera, Instant from, Instant until) {
        return new FramePast.Span(past.stream()
                .filter(frame -> !frame.capturedAt().isBefore(from) && frame.capturedAt().isBefore(until))
                .toList(), Optional.of(START.plusSeconds(7)));
    }

    private Map<RecordCoordinates, FrameOutcome> lookUp(Collection<RecordCoordinates> frames) {
        read.addAll(frames);
        Map<RecordCoordinates, FrameOutcome> outcomes = new LinkedHashMap<>();
        frames.forEach(frame -> outcomes.put(frame, pictures.getOrDefault(frame, new FrameOutcome.Gone())));
        return outcomes;
    }

    private SeenFrame frame(byte[] picture) {
        SeenFrame frame = gone();
        pictures.put(frame.source(),
                new FrameOutcome.Found(picture, ImageFormat.JPEG, Optional.of("yard"), frame.capturedAt()));
        return frame;
    }

    private SeenFrame gone() {
        long offset = seen.count() + past.size();
        return new SeenFrame(new RecordCoordinates("images", 0, offset), START.plusSeconds(offset), List.of());
    }

    private Result propose(int count) {
        return proposals.propose(new Request(new RegionKey("yard", "gate"), GatePictures.BOX, List.of(),
                Optional.empty(), START, END, count));
    }

    @Test
    void differentFramesAreProposedBeforeSimilarOnes() {
        List<SeenFrame> shut = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            shut.add(frame(GatePictures.shut(i)));
            seen.add("yard", shut.get(i));
        }
        SeenFrame open = frame(GatePictures.open(5));
        seen.add("yard", open);

        List<Proposal> two = propose(2).pictures();

        assertThat(two).hasSize(2).extracting(Proposal::frame).contains(open);
        assertThat(propose(11).pictures()).hasSize(11);
    }

    @Test
    void theSameStateGivesTheSameProposalsAndReadsNoPictureTwice() {
        for (int i = 0; i < 20; i++) {
            seen.add("yard", frame(GatePictures.shut(i)));
        }

        assertThat(propose(20)).isEqualTo(propose(20));
        assertThat(read).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void thePastIsProposedToo() {
        SeenFrame old = frame(GatePictures.open(1));
        past.add(old);

        Result result = propose(9);

        assertThat(result.pictures()).extracting(Proposal::frame).containsExactly(old);
        assertThat(result.earliest()).contains(START.plusSeconds(7));
    }

    @Test
    void ofManyFramesOnlySomeAreLookedAt() {
        byte[] picture = GatePictures.shut(1);
        for (int i = 0; i < 300; i++) {
            seen.add("yard", frame(picture));
        }

        assertThat(propose(48).pictures()).hasSizeLessThanOrEqualTo(48);
        assertThat(read).hasSizeLessThanOrEqualTo(Proposals.MAX_CANDIDATES);
    }

    @Test
    void framesThatRetentionDeletedAreForgotten() {
        seen.add("yard", gone());
        SeenFrame kept = frame(GatePictures.open(1));
        seen.add("yard", kept);

        assertThat(propose(9).pictures()).extracting(Proposal::frame).containsExactly(kept);
        assertThat(seen.frames("yard", START, END)).containsExactly(kept);
    }

    @Test
    void whatIsNoPictureIsLeftOut() {
        seen.add("yard", frame(new byte[] {1, 2, 3}));
        SeenFrame refused = gone();
        seen.add("yard", refused);
        pictures.put(refused.source(), new FrameOutcome.Refused("It is no picture"));

        assertThat(propose(9).pictures()).isEmpty();
        assertThat(propose(9).pictures()).isEmpty();
        assertThat(read).hasSize(2);
    }

    @Test
    void thatNoFrameCanBeReadNowIsAnError() {
        SeenFrame frame = gone();
        seen.add("yard", frame);
        pictures.put(frame.source(), new FrameOutcome.Delayed("no broker answers"));

        assertThatThrownBy(() -> propose(9)).isInstanceOf(ToolException.class).hasMessageContaining("no broker answers");
    }

    @Test
    void aNumberThatNobodyNeedsIsRefused() {
        assertThatThrownBy(() -> propose(0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0");
        assertThatThrownBy(() -> propose(201)).isInstanceOf(IllegalArgumentException.class);
    }
}
