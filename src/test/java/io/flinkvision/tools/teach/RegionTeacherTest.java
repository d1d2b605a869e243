package io.flinkvision.tools.teach;

import static io.flinkvision.tools.teach.TeachingFolderTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.teach.FeatureFile;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.teach.RefusedChange.Reason;
import io.flinkvision.tools.teach.RegionFolder.Labels;
import io.flinkvision.tools.teach.RegionTeacher.Result;
import io.flinkvision.tools.teach.RegionTeacher.Running;
import io.flinkvision.tools.teach.RegionTeacher.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionTeacherTest {

    private static final ModelBundle TRIAGE = ModelBundle.read(Path.of("conf/models/triage"));
    private static final RegionKey GATE = new RegionKey("yard", "gate");

    @TempDir
    Path parent;

    private final Frames frames = Frames.drawn();
    private Instant now = Frames.NOON;
    private TeachingFolder folder;
    private RegionFolder gate;
    private RegionTeacher teacher;

    @BeforeEach
    void open() {
        folder = TeachingFolder.open(parent, TeachingFolder.Limits.of(1 << 20), (picture, box) -> Optional.empty(),
                this::next);
        gate = folder.put(GATE, RegionBox.WHOLE, "ann");
        teacher = new RegionTeacher(TRIAGE, DecodeLimits.DEFAULTS, Reduction.DEFAULT, 2, this::next);
    }

    private synchronized Instant next() {
        now = now.plusSeconds(1);
        return now;
    }

    @AfterEach
    void close() {
        teacher.close();
        folder.close();
    }

    private List<String> label(String label, boolean bars, int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            NewPicture picture = frames.png(bars, next());
            ids.addAll(gate.label(new Labels(List.of("any"), label), id -> Optional.of(picture), "ann").ids());
        }
        return ids;
    }

    private State teach(Optional<Head> running) {
        teacher.start(gate, running, "ann");
        return end(GATE);
    }

    private State end(RegionKey region) {
        Waiting.until("the teaching has ended", () -> !teacher.state(region).isRunning(),
                () -> teacher.state(region));
        return teacher.state(region);
    }

    private Result taught(Optional<Head> running) {
        State end = teach(running);
        assertThat(end).isInstanceOf(State.Done.class);
        return ((State.Done) end).result();
    }

    @Test
    void fromLabelledPicturesToACandidateWithItsReport() {
        assertThat(teacher.state(GATE)).isEqualTo(new State.Idle());
        label("half/open", true, 6);
        label("shut", false, 6);

        Result result = taught(Optional.empty());

        assertThat(result.taught().head().description().name()).isEqualTo("gate");
        assertThat(result.taught().head().description().labels()).containsExactly("half/open", "shut");
        assertThat(result.taught().report().measured().orElseThrow().accuracy().estimate()).isEqualTo(1);
        assertThat(result.running()).isEmpty();
        result.taught().head().requireTaughtOn(Backbone.of(TRIAGE));
        String digest = gate.heads().candidate().orElseThrow().digest();
        assertThat(gate.heads().read(digest)).isEqualTo(result.taught().head());
        assertThat(gate.examples()).extracting(example -> gate.picture(example.source()).orElseThrow().label())
                .hasSize(12).containsOnly("half/open", "shut");
    }

    @Test
    void theHeadThatRunsAnswersForTheSamePicturesOfWhichItWasTaughtOnSome() {
        List<String> open = label("open", true, 6);
        label("shut", false, 6);
        Head first = taught(Optional.empty()).taught().head();
        gate.label(new Labels(open.subList(0, 2), ""), id -> Optional.empty(), "ann");
        label("open", true, 3);
        label("new", false, 5);

        Running running = taught(Optional.of(first)).running().orElseThrow();

        assertThat(running.head()).isEqualTo(first);
        assertThat(running.taughtOn()).contains(10);
        assertThat(running.trial().judged()).hasSize(13);
        assertThat(running.trial().right()).isEqualTo(13);
        assertThat(running.trial().unlabelled()).hasSize(5);
        assertThat(running.note()).contains("taught on 10 of these");
    }

    @Test
    void ofAHeadFromElsewhereItIsNotKnownWhatItWasTaughtOnAndOneOfAnotherNetworkDoesNotAnswer() {
        label("open", true, 4);
        label("shut", false, 4);

        Running elsewhere = taught(Optional.of(SampleHeads.of("other", TRIAGE.digest()))).running().orElseThrow();

        assertThat(elsewhere.taughtOn()).isEmpty();
        assertThat(elsewhere.note()).contains("not known");
        assertThat(taught(Optional.of(SampleHeads.of("foreign", "b".repeat(64)))).running()).isEmpty();
    }

    @Test
    void whatCannotBeTaughtSaysWhyAndTheTeacherGoesOn() throws IOException {
        assertThat(teach(Optional.empty())).isInstanceOfSatisfying(State.Failed.class,
                failed -> assertThat(failed.message()).contains("has no folders"));
        label("open", true, 4);
        assertThat(teach(Optional.empty())).isInstanceOfSatisfying(State.Failed.class,
                failed -> assertThat(failed.message()).contains("all pictures have the label 'open'"));
        label("shut", false, 4);
        Files.writeString(gate.path().resolve("shut/broken.jpg"), "no picture");

        assertThat(taught(Optional.empty()).taught().report().leftOut()).extracting(it -> it.source())
                .containsExactly("shut/broken.jpg");
    }

    @Test
    void oneRegionIsTaughtAtATimeAndOthersWait() {
        label("open", true, 4);
        label("shut", false, 4);
        RegionFolder other = folder.put(new RegionKey("yard", "other"), RegionBox.WHOLE, "ann");

        whileItTeachesTheGate(() -> {
            assertRefused(Reason.CONFLICT, () -> teacher.start(gate, Optional.empty(), "bob"));
            teacher.start(other, Optional.empty(), "ann");
            Waiting.until("the pictures have been read", () -> teacher.state(GATE).equals(new State.Reading(8, 8)));
            assertThat(teacher.state(other.key())).isEqualTo(new State.Reading(0, 0));
        });

        assertThat(end(GATE)).isInstanceOf(State.Done.class);
        assertThat(end(other.key())).isInstanceOf(State.Failed.class);
    }

    /** It cannot keep the features as long as another thread changes the region. */
    private void whileItTeachesTheGate(Runnable action) {
        synchronized (gate) {
            teacher.start(gate, Optional.empty(), "ann");
            action.run();
        }
    }

    @Test
    void tooManyRegionsThatWaitAreRefused() {
        label("open", true, 4);
        label("shut", false, 4);
        List<RegionFolder> others = new ArrayList<>();
        for (int i = 0; i <= RegionTeacher.MAX_WAITING; i++) {
            others.add(folder.put(new RegionKey("yard", "r" + i), RegionBox.WHOLE, "ann"));
        }
        RegionFolder last = others.remove(0);

        whileItTeachesTheGate(() -> {
            others.forEach(it -> teacher.start(it, Optional.empty(), "ann"));
            assertRefused(Reason.CONFLICT, () -> teacher.start(last, Optional.empty(), "ann"));
        });

        folder.delete(last.key(), "ann");
    }

    @Test
    void aCancelledTeachingLeavesNoCandidateAndCanBeStartedAgain() {
        label("open", true, 4);
        label("shut", false, 4);

        whileItTeachesTheGate(() -> teacher.cancel(GATE));

        assertThat(end(GATE)).isEqualTo(new State.Idle());
        assertThat(gate.heads().candidate()).isEmpty();
        taught(Optional.empty());
    }

    @Test
    void theStateOfARegionGoesWithTheRegion() {
        label("open", true, 4);
        label("shut", false, 4);
        taught(Optional.empty());

        folder.delete(GATE, "ann");
        folder.put(GATE, RegionBox.WHOLE, "ann");

        assertThat(teacher.state(GATE)).isEqualTo(new State.Idle());
    }

    @Test
    void picturesWhoseFeaturesAreKnownAreNotDecodedAgain() throws IOException {
        label("open", true, 4);
        List<String> shut = label("shut", false, 4);
        taught(Optional.empty());
        Path file = gate.path().resolve(FeatureFile.NAME);
        FeatureFile features = FeatureFile.read(file);
        float[] marked = features.entries().get(0).example().unit().clone();
        features.entries().forEach(entry -> System.arraycopy(marked, 0, entry.example().unit(), 0, marked.length));
        features.writeTo(file);

        gate.label(new Labels(shut.subList(0, 1), "open"), id -> Optional.empty(), "ann");
        Result again = taught(Optional.empty());

        assertThat(again.taught().report().labels()).extracting(it -> it.pictures()).containsExactly(5, 3);
        assertThat(gate.examples()).hasSize(8).allSatisfy(it -> assertThat(it.unit()).isEqualTo(marked));
    }
}
