package io.flinkvision.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final Path BUNDLE = Path.of("../../conf/models/triage");

    /** README.md tells how it is made; without it PyTorch is not tested. */
    private static final Path TORCH_SCRIPT = Path.of("target/triage.pt");

    @Test
    void everyPeerTellsWhatIsInThreePictures() throws Exception {
        List<Peer> peers = Peer.ALL.stream()
                .filter(peer -> peer.threads() == Threads.ONE)
                .filter(peer -> peer.engine() != Engine.DJL_PYTORCH || Files.exists(TORCH_SCRIPT))
                .toList();
        try (WorkFolder folder = WorkFolder.create()) {
            for (String picture : List.of("meal_1.jpg", "other_1.jpg", "report_1.jpg")) {
                Files.copy(BUNDLE.resolve("images").resolve(picture), folder.pictures().resolve(picture));
            }
            Network network = Network.write(BUNDLE, folder.path(), TORCH_SCRIPT);
            List<Row> rows = Comparison.run(
                    peers, network, folder, new Comparison.Effort(3, 1, 3), System.err::println);
            assertThat(rows).hasSameSizeAs(peers).allSatisfy(row -> {
                assertThat(row.labels()).as(row.peer().name()).containsExactly("food", "other", "report");
                assertThat(row.agreeing()).isEqualTo(3);
                assertThat(row.rounds()).hasSize(1);
            });
        }
    }
}
