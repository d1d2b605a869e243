package io.flinkvision.job.camera;

import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.job.camera.CameraAssignments.Assign;
import io.flinkvision.job.camera.CameraAssignments.Order;
import io.flinkvision.job.camera.CameraAssignments.Revoke;
import io.flinkvision.job.camera.CameraMessage.Ended;
import io.flinkvision.job.camera.CameraMessage.Released;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the directory for the cameras about once a second, and tells the readers which of them to read. Runs in the
 * JobManager, on Flink's thread for it, except for the questions to the directory.
 */
final class CameraEnumerator implements SplitEnumerator<CameraSplit, CameraSourceState> {

    private static final Logger LOG = LoggerFactory.getLogger(CameraEnumerator.class);

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** How long the cameras of a lost reader wait for it. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final SplitEnumeratorContext<CameraSplit> context;
    private final CameraDirectory directory;
    private final InstantSource clock;
    private final CameraAssignments assignments;
    private Optional<CameraDirectory.Opened> opened = Optional.empty();
    private SortedMap<String, CameraDeclaration> known = new TreeMap<>();
    private boolean hasAnswer;
    private boolean failing;
    private boolean closed;

    CameraEnumerator(SplitEnumeratorContext<CameraSplit> context, CameraDirectory directory, CameraSourceState state,
            InstantSource clock) {
        this.context = context;
        this.directory = directory;
        this.clock = clock;
        this.assignments = new CameraAssignments(
                context.currentParallelism(), GRACE, state.lastSession(), clock.millis());
    }

    @Override
    public void start() {
        context.callAsync(this::cameras, this::received, 0, INTERVAL.toMillis());
    }

    /** Called on a thread of its own, which may wait for the directory. */
    private synchronized SortedMap<String, CameraDeclaration> cameras() throws Exception {
        if (closed) {
            throw new IllegalStateException("The source is closed");
        }
        if (opened.isEmpty()) {
            opened = Optional.of(directory.open());
        }
        return opened.get().cameras();
    }

    private void received(SortedMap<String, CameraDeclaration> cameras, Throwable problem) {
        if (problem != null) {
            if (!failing) {
                LOG.warn("It cannot be found out which cameras there are, so the job goes on with the {} that it knows;"
                        + " it asks again every {} ms, and says so when there is an answer", known.size(),
                        INTERVAL.toMillis(), problem);
            }
            failing = true;
        } else {
            if (failing) {
                LOG.info("It is known again which cameras there are");
            }
            failing = false;
            declare(cameras);
        }
        assignments.retain(context.registeredReaders().keySet(), clock.millis());
        distribute();
    }

    private void declare(SortedMap<String, CameraDeclaration> cameras) {
        if (hasAnswer && cameras.equals(known)) {
            return;
        }
        List<String> added = new ArrayList<>(cameras.keySet());
        added.removeAll(known.keySet());
        List<String> removed = new ArrayList<>(known.keySet());
        removed.removeAll(cameras.keySet());
        long changed = cameras.entrySet().stream()
                .filter(camera -> known.containsKey(camera.getKey())
                        && !camera.getValue().equals(known.get(camera.getKey())))
                .count();
        LOG.info("There are {} cameras: {} new, {} changed, {} removed", cameras.size(), added.size(), changed,
                removed.size());
        hasAnswer = true;
        known = new TreeMap<>(cameras);
        assignments.declare(known);
    }

    private void distribute() {
        Map<Integer, List<CameraSplit>> splits = new TreeMap<>();
        Map<Integer, Integer> revoked = new TreeMap<>();
        for (Order order : assignments.next(clock.millis())) {
            if (order instanceof Assign assign) {
                splits.computeIfAbsent(assign.reader(), reader -> new ArrayList<>()).add(assign.split());
            } else if (order instanceof Revoke revoke) {
                LOG.debug("Reader {} is to release camera {}", revoke.reader(), revoke.message().camera());
                revoked.merge(revoke.reader(), 1, Integer::sum);
                context.sendEventToSourceReader(revoke.reader(), revoke.message());
            }
        }
        revoked.forEach((reader, cameras) -> LOG.info("Reader {} is to release {} cameras", reader, cameras));
        if (!splits.isEmpty()) {
            splits.forEach((reader, cameras) -> LOG.info("Reader {} gets {} cameras", reader, cameras.size()));
            context.assignSplits(new SplitsAssignment<>(splits));
        }
    }

    @Override
    public void addReader(int reader) {
        assignments.register(reader, clock.millis());
        assignments.retain(context.registeredReaders().keySet(), clock.millis());
        distribute();
    }

    /**
     * Called when a reader is lost. What it had is known here: Flink's list has only what was assigned after the last
     * checkpoint.
     */
    @Override
    public void addSplitsBack(List<CameraSplit> splits, int reader) {
        assignments.lose(reader, clock.millis());
        assignments.retain(context.registeredReaders().keySet(), clock.millis());
        distribute();
    }

    @Override
    public void handleSourceEvent(int reader, SourceEvent event) {
        if (event instanceof Released released) {
            assignments.released(reader, released.camera(), released.session());
        } else if (event instanceof Ended ended) {
            assignments.end(reader, ended.camera(), ended.session());
        }
        distribute();
    }

    /** Readers never ask: they are told. */
    @Override
    public void handleSplitRequest(int reader, String host) {}

    @Override
    public CameraSourceState snapshotState(long checkpoint) {
        return new CameraSourceState(assignments.lastSession());
    }

    @Override
    public synchronized void close() {
        closed = true;
        opened.ifPresent(CameraDirectory.Opened::close);
        opened = Optional.empty();
    }
}
