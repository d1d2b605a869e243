package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.publish.DeclaredRegions.Declaration;
import io.flinkvision.tools.publish.HeadsTopic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Heads on the heads topic of a real broker. */
class HeadsITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private static final Backbone BACKBONE = Backbone.of(ModelBundle.read(Path.of("conf/models/triage")));
    private static final RegionKey GATE = new RegionKey("yard/north", "gate");
    private static final RegionBox BOX = new RegionBox(0.1, 0.2, 0.3, 0.4);
    private static final Optional<Duration> EVERY = Optional.of(Duration.ofSeconds(2));

    @TempDir
    Path folder;

    private final HeadsTopic topic = topic("heads-" + UUID.randomUUID());

    private static HeadsTopic topic(String name) {
        Properties brokers = new Properties();
        brokers.put("bootstrap.servers", KAFKA.bootstrapServers());
        return new HeadsTopic(name, brokers, brokers, brokers);
    }

    private void publish(Region region) {
        topic.publish(region, BACKBONE, remark -> {});
    }

    private List<Region> declared() {
        return topic.declared(BACKBONE).ofTheTopic().stream().map(Declaration::region).toList();
    }

    @Test
    void jobsGetTheHeadThatIsPublishedAndBackTheOneBefore() {
        Head first = SampleHeads.of("first", BACKBONE.digest());
        Head second = SampleHeads.of("second", BACKBONE.digest());
        Head foreign = SampleHeads.of("foreign", "b".repeat(64));
        try (TeachingFolder open = TeachingFolder.open(folder, TeachingFolder.Limits.of(1000),
                (picture, box) -> Optional.empty(), InstantSource.system())) {
            Heads heads = open.put(GATE, BOX, "ann").heads();
            List.of(first, second, foreign).forEach(head -> heads.add(head, List.of(), "ann"));

            heads.publish(first.digest(), EVERY, this::publish, "ann");
            heads.publish(second.digest(), EVERY, this::publish, "ann");
            assertThat(declared()).containsExactly(new Region(GATE, BOX, EVERY, Optional.of(second)));
            assertThatThrownBy(() -> heads.publish(foreign.digest(), EVERY, this::publish, "ann"))
                    .isInstanceOf(ModelException.class);
            assertThat(heads.published()).hasSize(2);

            heads.back(EVERY, this::publish, "ann");
            assertThat(declared()).containsExactly(new Region(GATE, BOX, EVERY, Optional.of(first)));
        }
    }
}
