package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.tools.watch.EventRecord;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class CameraEventsTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_000);
    private static final Predicate<String> ALL = id -> true;

    private final Set<String> known = new HashSet<>();
    private final AtomicLong version = new AtomicLong();
    private final CameraEvents events = new CameraEvents(
            version::incrementAndGet, known::contains, InstantSource.fixed(NOW));

    @Test
    void tellsWhatIsNewSinceAVersionTheNewestFirst() {
        add("gate", "online", NOW);
        add("hall", "online", NOW);
        add("gate", "started", NOW);

        assertThat(events.since(0, ALL)).extracting(CameraEvents.View::number).containsExactly(3L, 2L, 1L);
        assertThat(events.since(1, ALL)).extracting(CameraEvents.View::number).containsExactly(3L, 2L);
        assertThat(events.since(3, ALL)).isEmpty();
        assertThat(events.since(0, Camera.id(Optional.of("hall"))::equals)).extracting(CameraEvents.View::name)
                .containsExactly("hall");
    }

    @Test
    void leavesOutTheCountsOfMinutes() {
        add("gate", "counted", NOW);

        assertThat(events.since(0, ALL)).isEmpty();
        assertThat(version).hasValue(0);
    }

    @Test
    void keepsAndTellsOnlySoMany() {
        for (int i = 0; i < CameraEvents.MAX + 10; i++) {
            add(i < 12 ? "first" : "gate", "online", NOW);
        }

        assertThat(events.since(0, ALL)).hasSize(CameraEvents.MAX_SENT);
        assertThat(events.since(0, Camera.id(Optional.of("first"))::equals)).hasSize(2);
    }

    @Test
    void givesTheEventOfARegionToItsCameraOnceThatIsKnown() {
        String gate = Camera.id(Optional.of("gate"));
        add("gate/door", "started", NOW);
        assertThat(events.since(0, ALL)).extracting(CameraEvents.View::name).containsExactly("gate/door");
        assertThat(events.since(0, gate::equals)).isEmpty();

        known.add(gate);

        assertThat(events.since(0, gate::equals)).singleElement().satisfies(event -> {
            assertThat(event.name()).isEqualTo("gate");
            assertThat(event.region()).contains("door");
        });
    }

    @Test
    void givesTheEventOfARegionOfPicturesWithoutAKeyToThese() {
        known.add(Camera.id(Optional.empty()));
        add("/door", "started", NOW);

        assertThat(events.since(0, Camera.id(Optional.empty())::equals)).singleElement().satisfies(event -> {
            assertThat(event.name()).isEqualTo("(no key)");
            assertThat(event.region()).contains("door");
        });
    }

    @Test
    void givesTheEventOfACameraWithASlashToThatCamera() {
        known.add(Camera.id(Optional.of("gate")));
        known.add(Camera.id(Optional.of("gate/door")));
        add("gate/door", "started", NOW);

        assertThat(events.since(0, ALL)).singleElement().satisfies(event -> {
            assertThat(event.name()).isEqualTo("gate/door");
            assertThat(event.region()).isEmpty();
        });
    }

    @Test
    void putsTimesThatCannotBeIntoTheNearestThatCan() {
        add("gate", "online", Instant.MAX);
        add("gate", "online", Instant.MIN);

        assertThat(events.since(0, ALL)).extracting(CameraEvents.View::at).containsExactly(0L, NOW.toEpochMilli());
    }

    @Test
    void shortensTextsThatStrangersWrote() {
        add("g".repeat(300), "t".repeat(300), NOW);

        CameraEvents.View view = events.since(0, ALL).get(0);
        assertThat(view.name()).hasSize(200);
        assertThat(view.type()).hasSize(20);
        assertThat(view.label().orElseThrow()).hasSize(100);
    }

    private void add(String camera, String type, Instant at) {
        events.add(new EventRecord(type, Optional.of(camera), at, Optional.of("l".repeat(300)), Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.empty()));
    }
}
