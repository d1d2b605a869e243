package io.flinkvision.job.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.job.camera.CameraAssignments.Assign;
import io.flinkvision.job.camera.CameraAssignments.Order;
import io.flinkvision.job.camera.CameraAssignments.Revoke;
import io.flinkvision.job.camera.CameraMessage.Release;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CameraAssignmentsTest {

    private static final long START = 1_000_000;
    private static final Duration GRACE = Duration.ofSeconds(5);

    private long now = START;
    private CameraAssignments assignments = new CameraAssignments(3, GRACE, 0, START);

    /** What the readers do, as far as they were told. */
    private final Map<String, Integer> reading = new TreeMap<>();
    private final Map<String, Long> sessions = new HashMap<>();
    private final Map<String, CameraDeclaration> declarations = new HashMap<>();

    @Test
    void nobodyReadsBeforeTheDirectoryHasAnswered() {
        register(0, 1, 2);

        assertThat(orders()).isEmpty();
    }

    @Test
    void theCamerasAreSpreadEvenly() {
        assignments.declare(cameras(7));
        register(0, 1, 2);

        obey();

        assertThat(loads()).containsExactly(3, 2, 2);
    }

    @Test
    void theFirstReaderLeavesTheOthersTheirShareWhileTheyMayStillCome() {
        assignments.declare(cameras(6));
        register(1);
        obey();
        assertThat(loads()).containsExactly(0, 2, 0);

        now += GRACE.toMillis() - 1;
        register(0);
        obey();
        assertThat(loads()).containsExactly(2, 2, 0);

        now += GRACE.toMillis();
        obey();
        assertThat(loads()).containsExactly(3, 3, 0);
    }

    @Test
    void aReaderThatComesLateGetsItsShareFromThoseThatHaveTooMuch() {
        assignments.declare(cameras(9));
        register(0, 1);
        now += GRACE.toMillis();
        obey();
        assertThat(loads()).containsExactly(5, 4, 0);
        Map<String, Integer> before = Map.copyOf(reading);

        register(2);
        obey();

        assertThat(loads()).containsExactly(3, 3, 3);
        assertThat(moved(before)).hasSize(3).allMatch(camera -> reading.get(camera) == 2);
    }

    @Test
    void aCameraMovesOnlyAfterItsReaderHasConfirmedThatItIsReleased() {
        assignments.declare(cameras(2));
        register(0);
        now += GRACE.toMillis();
        obey();
        register(1);

        List<Order> release = orders();
        assertThat(release).singleElement().isInstanceOf(Revoke.class);
        now += Duration.ofHours(1).toMillis();
        assertThat(orders()).isEmpty();
        Release message = ((Revoke) release.get(0)).message();
        assignments.released(0, message.camera(), message.session() - 1);
        assignments.released(1, message.camera(), message.session());
        assertThat(orders()).isEmpty();
        assignments.released(0, message.camera(), message.session());

        List<Order> assign = orders();

        assertThat(assign).singleElement().isInstanceOfSatisfying(Assign.class, order -> {
            assertThat(order.reader()).isEqualTo(1);
            assertThat(order.split().splitId()).isEqualTo(message.camera());
            assertThat(order.split().session()).isGreaterThan(message.session());
        });
    }

    @Test
    void theCamerasOfALostReaderWaitForItAndThenGoToTheOthers() {
        assignments.declare(cameras(6));
        register(0, 1, 2);
        obey();
        Map<String, Integer> before = Map.copyOf(reading);

        lose(1);
        now += GRACE.toMillis() - 1;
        assertThat(orders()).isEmpty();
        now++;
        obey();

        assertThat(loads()).containsExactly(3, 0, 3);
        assertThat(moved(before)).hasSize(2);
    }

    @Test
    void aReaderThatComesBackInTimeReadsTheSameCamerasAndNoOtherMoves() {
        assignments.declare(cameras(6));
        register(0, 1, 2);
        obey();
        Map<String, Integer> before = Map.copyOf(reading);
        Map<String, Long> sessionsBefore = Map.copyOf(sessions);

        lose(1);
        now += GRACE.toMillis() - 1;
        register(1);
        obey();

        assertThat(reading).isEqualTo(before);
        assertThat(sessions.keySet().stream()
                .filter(camera -> !sessions.get(camera).equals(sessionsBefore.get(camera))))
                .containsExactlyInAnyOrderElementsOf(
                        before.keySet().stream().filter(camera -> before.get(camera) == 1).toList());
    }

    @Test
    void aReaderThatComesBackLateGetsItsShareAgain() {
        assignments.declare(cameras(6));
        register(0, 1, 2);
        obey();
        lose(1);
        now += GRACE.toMillis();
        obey();
        Map<String, Integer> before = Map.copyOf(reading);

        register(1);
        obey();

        assertThat(loads()).containsExactly(2, 2, 2);
        assertThat(moved(before)).hasSize(2);
    }

    @Test
    void afterARestartOfAllEachReaderFindsItsOwnCameras() {
        assignments.declare(cameras(6));
        register(0, 1, 2);
        obey();
        Map<String, Integer> before = Map.copyOf(reading);
        assignments.retain(Set.of(), now);
        reading.clear();

        now += Duration.ofMinutes(3).toMillis();
        assertThat(orders()).isEmpty();
        register(2);
        obey();
        assertThat(loads()).containsExactly(0, 0, 2);
        now += GRACE.toMillis() - 1;
        register(0, 1);
        obey();

        assertThat(reading).isEqualTo(before);
    }

    @Test
    void aReaderThatRegistersAgainWithoutHavingBeenMissedGetsItsCamerasAgain() {
        assignments.declare(cameras(3));
        register(0, 1, 2);
        obey();
        Map<String, Integer> before = Map.copyOf(reading);
        reading.values().removeIf(reader -> reader == 2);

        register(2);
        obey();

        assertThat(reading).isEqualTo(before);
    }

    @Test
    void aCameraThatIsRemovedIsReleasedAndTheOthersStayEven() {
        assignments.declare(cameras(6));
        register(0, 1, 2);
        obey();
        Map<String, Integer> before = Map.copyOf(reading);
        SortedMap<String, CameraDeclaration> rest = cameras(6);
        rest.keySet().removeIf(camera -> before.get(camera) == 0);

        assignments.declare(rest);
        obey();

        assertThat(reading.keySet()).isEqualTo(rest.keySet());
        assertThat(loads()).containsExactly(1, 2, 1);
        assertThat(moved(before).stream().filter(rest::containsKey)).hasSize(1);
    }

    @Test
    void aCameraThatComesBackBeforeItsReleaseIsConfirmedIsAssignedOnceItIs() {
        assignments.declare(cameras(3));
        register(0, 1, 2);
        obey();
        assignments.declare(new TreeMap<>());
        List<Order> releases = orders();
        assertThat(releases).hasSize(3);

        assignments.declare(cameras(3));
        assertThat(orders()).isEmpty();
        confirm(releases);
        obey();

        assertThat(loads()).containsExactly(1, 1, 1);
    }

    @Test
    void aChangedCameraIsReleasedAndAssignedToTheSameReaderInALaterSession() {
        assignments.declare(cameras(3));
        register(0, 1, 2);
        obey();
        Map<String, Integer> before = Map.copyOf(reading);
        SortedMap<String, CameraDeclaration> changed = cameras(3);
        changed.put("camera-001", declaration("camera-001", "test:other"));
        long session = sessions.get("camera-001");

        assignments.declare(changed);
        obey();

        assertThat(reading).isEqualTo(before);
        assertThat(declarations.get("camera-001")).isEqualTo(changed.get("camera-001"));
        assertThat(sessions.get("camera-001")).isGreaterThan(session);
    }

    @Test
    void aCameraAtItsEndIsReadAgainOnlyIfItsDeclarationChanges() {
        assignments.declare(cameras(3));
        register(0, 1, 2);
        obey();
        int reader = reading.remove("camera-001");
        assignments.end(reader, "camera-001", sessions.get("camera-001") - 1);
        assignments.end(reader, "camera-001", sessions.get("camera-001"));
        lose(reader);
        register(reader);
        assignments.declare(cameras(3));

        obey();
        assertThat(reading).doesNotContainKey("camera-001");
        SortedMap<String, CameraDeclaration> changed = cameras(3);
        changed.put("camera-001", declaration("camera-001", "test:other"));
        assignments.declare(changed);
        obey();

        assertThat(reading).containsKey("camera-001");
    }

    @Test
    void sessionsAreLaterThanTheClockAndThanAllBeforeEvenIfTheClockGoesBack() {
        assignments = new CameraAssignments(1, GRACE, START + 500, START);
        assignments.declare(cameras(2));
        register(0);
        obey();
        assertThat(sessions.values()).containsOnly(START + 501);

        lose(0);
        now -= 10_000;
        register(0);
        obey();
        assertThat(sessions.values()).containsOnly(START + 502);
        assertThat(assignments.lastSession()).isEqualTo(START + 502);

        now += 1_000_000;
        register(0);
        reading.clear();
        obey();
        assertThat(sessions.values()).containsOnly(now);
    }

    /** Whatever happens: one reader at a time, sessions that grow, and an even spread in the end. */
    @Test
    void noSequenceOfEventsGivesACameraTwoReaders() {
        Random random = new Random(7);
        for (int run = 0; run < 200; run++) {
            now = START;
            assignments = new CameraAssignments(3, GRACE, 0, START);
            reading.clear();
            sessions.clear();
            List<Order> unconfirmed = new ArrayList<>();
            for (int step = 0; step < 100; step++) {
                int reader = random.nextInt(3);
                switch (random.nextInt(6)) {
                    case 0 -> {
                        register(reader);
                        unconfirmed.removeIf(order -> order.reader() == reader);
                    }
                    case 1 -> {
                        lose(reader);
                        unconfirmed.removeIf(order -> order.reader() == reader);
                    }
                    case 2 -> assignments.declare(cameras(random.nextInt(12)));
                    case 3 -> {
                        confirm(unconfirmed);
                        unconfirmed.clear();
                    }
                    default -> now += random.nextInt(3_000);
                }
                unconfirmed.addAll(follow(orders()));
            }
            confirm(unconfirmed);
            assignments.declare(cameras(11));
            register(0, 1, 2);
            obey();
            assertThat(loads()).containsExactlyInAnyOrder(4, 4, 3);
        }
    }

    private static SortedMap<String, CameraDeclaration> cameras(int count) {
        SortedMap<String, CameraDeclaration> cameras = new TreeMap<>();
        IntStream.range(0, count).mapToObj("camera-%03d"::formatted)
                .forEach(id -> cameras.put(id, declaration(id, "test:" + id)));
        return cameras;
    }

    private static CameraDeclaration declaration(String id, String source) {
        return new CameraDeclaration(id, new TreeMap<>(Map.of("source", source)));
    }

    private void register(int... readers) {
        for (int reader : readers) {
            reading.values().removeIf(other -> other == reader);
            assignments.register(reader, now);
        }
    }

    private void lose(int reader) {
        reading.values().removeIf(other -> other == reader);
        assignments.lose(reader, now);
    }

    private List<Order> orders() {
        return assignments.next(now);
    }

    /** Does what is asked, and confirms it, until there is nothing more to do. */
    private void obey() {
        int rounds = 0;
        for (List<Order> orders = orders(); !orders.isEmpty(); orders = orders()) {
            confirm(follow(orders));
            assertThat(rounds++).as("rounds, which settle what is to be done").isLessThan(5);
        }
    }

    /** Does what is asked; returns what has to be confirmed. */
    private List<Order> follow(List<Order> orders) {
        for (Order order : orders) {
            if (order instanceof Assign assign) {
                String camera = assign.split().splitId();
                assertThat(reading.put(camera, assign.reader())).as(camera + " has a reader").isNull();
                Long before = sessions.put(camera, assign.split().session());
                assertThat(assign.split().session()).isGreaterThan(before == null ? 0 : before);
                declarations.put(camera, assign.split().camera());
            }
        }
        return orders.stream().filter(Revoke.class::isInstance).toList();
    }

    private void confirm(List<Order> orders) {
        for (Order order : orders) {
            if (order instanceof Revoke revoke) {
                assertThat(reading.remove(revoke.message().camera())).isEqualTo(revoke.reader());
                assignments.released(revoke.reader(), revoke.message().camera(), revoke.message().session());
            }
        }
    }

    private List<Integer> loads() {
        return IntStream.range(0, 3)
                .mapToObj(reader -> (int) reading.values().stream().filter(other -> other == reader).count())
                .toList();
    }

    private List<String> moved(Map<String, Integer> before) {
        return before.keySet().stream()
                .filter(camera -> !before.get(camera).equals(reading.get(camera)))
                .toList();
    }
}
