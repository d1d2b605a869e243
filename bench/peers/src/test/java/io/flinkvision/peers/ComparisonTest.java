package io.flinkvision.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.tools.bench.PictureSet;
import io.flinkvision.tools.bench.Turns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final Path BUNDLE = Path.of("../../conf/models/triage");

    /** Made as README.md describes; without it PyTorch is not tested. */
    private static final Path TORCH_SCRIPT = Path.of("target/triage.pt");

    @Test
    void everyPeerLabelsThreePicturesRightly() throws Exception {
        List<Peer> peers = Peer.ALL.stream()
                .filter(peer -> peer.threads() == Peer.Threads.ONE)
                .filter(peer -> peer.engine() != Engine.DJL_PYTORCH || Files.exists(TORCH_SCRIPT))
                .toList();
        try (WorkFolder folder = WorkFolder.create()) {
            for (String picture : List.of("meal_1.jpg", "other_1.jpg", "report_1.jpg")) {
                Files.copy(BUNDLE.resolve("images").resolve(picture), folder.pictures().resolve(picture));
            }
            Network network = Network.write(BUNDLE, folder.path(), TORCH_SCRIPT);
            Comparison comparison = Comparison.run(peers, network, folder,
                    PictureSet.asTheyAre(folder.pictures()), new Turns.Effort(1, 3, OptionalInt.of(3), 1), System.err::println);
            assertThat(comparison.rows()).hasSameSizeAs(peers).allSatisfy(row ->
                    assertThat(row.rounds()).hasSize(1));
            assertThat(comparison.labels()).hasSameSizeAs(peers).allSatisfy(labels ->
                    assertThat(labels).containsExactly("food", "other", "report"));
            assertThat(comparison.agreements()).hasSameSizeAs(peers).containsOnly("3 of 3");
        }
    }
}
