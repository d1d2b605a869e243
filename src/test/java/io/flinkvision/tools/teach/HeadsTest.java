package io.flinkvision.tools.teach;

import static io.flinkvision.tools.teach.TeachingFolderTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.teach.Heads.Entry;
import io.flinkvision.tools.teach.RefusedChange.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadsTest {

    private static final RegionBox BOX = new RegionBox(0.1, 0.2, 0.3, 0.4);
    private static final RegionKey GATE = new RegionKey("yard", "gate");
    private static final Head A = head("a");
    private static final Head B = head("b");
    private static final Head C = head("c");

    @TempDir
    Path parent;

    private final List<Region> topic = new ArrayList<>();
    private Instant now = Frames.NOON;
    private TeachingFolder folder;
    private Heads heads;

    @BeforeEach
    void open() {
        folder = TeachingFolder.open(parent, TeachingFolder.Limits.of(1000), (picture, box) -> Optional.empty(),
                () -> now = now.plusSeconds(1));
        heads = folder.put(GATE, BOX, "ann").heads();
    }

    @AfterEach
    void close() {
        folder.close();
    }

    private void reopen() {
        folder.close();
        open();
    }

    private static Head head(String name) {
        return SampleHeads.of(name, "b".repeat(64), 2);
    }

    private void publish(Head head) {
        heads.publish(head.digest(), Optional.empty(), topic::add, "ann");
    }

    private void back() {
        heads.back(Optional.empty(), topic::add, "bob");
    }

    private List<String> published() {
        return heads.published().stream().map(Entry::digest).toList();
    }

    private List<Head> onTheTopic() {
        return topic.stream().map(region -> region.head().orElseThrow()).toList();
    }

    @Test
    void aTaughtHeadIsTheCandidateUntilItIsPublishedForTheBoxOfTheRegion() {
        assertThat(heads.candidate()).isEmpty();
        heads.add(A, List.of("1", "2"), "ann");
        assertThat(heads.candidate()).map(Entry::digest).contains(A.digest());
        assertThat(published()).isEmpty();

        assertThat(heads.publish(A.digest(), Optional.of(Duration.ofSeconds(2)), topic::add, "bob")).isEqualTo(A);

        assertThat(topic).containsExactly(
                new Region(GATE, BOX, Optional.of(Duration.ofSeconds(2)), Optional.of(A)));
        assertThat(heads.candidate()).isEmpty();
        assertThat(heads.published()).extracting(Entry::digest, Entry::who).containsExactly(tuple(A.digest(), "bob"));
    }

    @Test
    void theHistoryIsReadAgainWithTimesAndUsers() {
        heads.add(A, List.of("1"), "ann, \"the boss\"");
        publish(A);
        List<Entry> before = heads.published();
        heads.add(B, List.of("1"), "ann\nforged");

        reopen();

        assertThat(heads.published()).isEqualTo(before);
        assertThat(heads.candidate()).map(Entry::who).contains("ann\\u000aforged");
        assertThat(heads.pictures(A.digest())).contains(Set.of("1"));
        assertThat(heads.pictures(C.digest())).isEmpty();
    }

    @Test
    void backPublishesTheOneBeforeAndThenTheOneBeforeThat() {
        for (Head head : List.of(A, B, C)) {
            heads.add(head, List.of(), "ann");
            publish(head);
        }
        back();
        reopen();
        back();

        assertThat(onTheTopic()).containsExactly(A, B, C, B, A);
        assertThat(published()).containsExactly(A.digest());
        assertRefused(Reason.MISSING, this::back);
        assertThat(onTheTopic()).hasSize(5);
        publish(C);
        assertThat(published()).containsExactly(C.digest(), A.digest());
    }

    @Test
    void whatIsPublishedTwiceInARowIsOneStepBack() {
        heads.add(A, List.of(), "ann");
        heads.add(B, List.of(), "ann");
        publish(A);
        publish(B);
        publish(B);
        back();

        assertThat(onTheTopic()).containsExactly(A, B, B, A);
        assertThat(published()).containsExactly(A.digest());
    }

    @Test
    void whatTheTopicDoesNotTakeIsNotPublished() {
        heads.add(A, List.of(), "ann");
        publish(A);
        heads.add(B, List.of(), "ann");

        assertThatThrownBy(() -> heads.publish(B.digest(), Optional.empty(), region -> {
            throw new IllegalStateException("no broker");
        }, "ann")).hasMessage("no broker");

        assertThat(published()).containsExactly(A.digest());
        assertThat(heads.candidate()).map(Entry::digest).contains(B.digest());
    }

    @Test
    void someHeadsAreKeptAndTheRunningOneAndTheOneBeforeAlways() throws IOException {
        for (Head head : List.of(A, B)) {
            heads.add(head, List.of(), "ann");
            publish(head);
        }
        List<Head> later = new ArrayList<>();
        for (int i = 0; i < Heads.MAX_HEADS; i++) {
            later.add(head("later" + i));
            heads.add(later.get(i), List.of(), "ann");
        }

        assertRefused(Reason.MISSING, () -> heads.read(later.get(0).digest()));
        assertRefused(Reason.MISSING, () -> heads.read(later.get(1).digest()));
        assertThat(heads.read(later.get(2).digest())).isEqualTo(later.get(2));
        assertThat(published()).containsExactly(B.digest(), A.digest());
        back();
        assertThat(onTheTopic()).endsWith(A);
        try (Stream<Path> files = Files.list(parent.resolve("yard/gate/.heads"))) {
            assertThat(files).as("a head and its pictures, and the history").hasSize(2 * Heads.MAX_HEADS + 1);
        }
    }

    @Test
    void aDigestThatIsNoneOrADamagedHeadIsRefused() throws IOException {
        heads.add(A, List.of(), "ann");
        heads.add(B, List.of(), "ann");
        Path files = parent.resolve("yard/gate/.heads");
        Files.write(files.resolve(A.digest() + ".head.safetensors"), B.bytes());
        Files.writeString(files.resolve(B.digest() + ".head.safetensors"), "damaged");

        for (String digest : List.of(A.digest(), B.digest(), C.digest(), "", "../../../etc/passwd", "A".repeat(64))) {
            assertRefused(Reason.MISSING, () -> heads.publish(digest, Optional.empty(), topic::add, "ann"));
        }
        assertThat(topic).isEmpty();
    }

    @Test
    void linesThatSomebodyWroteIntoTheHistoryAreIgnored() throws IOException {
        heads.add(A, List.of(), "ann");
        publish(A);
        Files.writeString(parent.resolve("yard/gate/.heads/history.csv"),
                "published,yesterday," + B.digest() + ",eve\npublished,2026-03-10T12:00:00Z,../x,eve\nnonsense\n,,,\n",
                StandardOpenOption.APPEND);

        assertThat(published()).containsExactly(A.digest());
        assertThat(heads.candidate()).isEmpty();
    }
}
