package io.flinkvision.cluster;

import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import io.flinkvision.job.record.RecordCoordinates;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** What breaks under a job, and how it is brought about in processes. */
enum Fault {

    /** A machine is gone; another one takes its place. */
    TASK_MANAGER_KILLED("a TaskManager is killed, and another one started") {
        @Override
        void strike(FaultScene scene) {
            scene.flink().taskManagers().get(0).kill();
            scene.flink().startTaskManager();
        }
    },

    /** The one has done its part of a checkpoint, and is killed before the other has done its own. */
    TASK_MANAGER_KILLED_IN_CHECKPOINT("a TaskManager is killed in the middle of a checkpoint") {
        @Override
        void strike(FaultScene scene) {
            ChildProcess slow = scene.flink().taskManagers().get(1);
            slow.pause();
            scene.awaitCheckpointDoneInPart();
            scene.flink().taskManagers().get(0).kill();
            slow.resume();
            scene.flink().startTaskManager();
        }
    },

    /** Both hold transactions whose checkpoint is complete, or nearly so. */
    ALL_TASK_MANAGERS_KILLED("all TaskManagers are killed at once, and others started") {
        @Override
        void strike(FaultScene scene) {
            scene.flink().taskManagers().forEach(ChildProcess::kill);
            scene.flink().startTaskManager();
            scene.flink().startTaskManager();
        }
    },

    /** What the dead one has applied must be applied again by the one in its place, to the same pictures. */
    TASK_MANAGER_KILLED_IN_CHANGE_OF_HEADS("a TaskManager is killed right after heads were replaced, three times") {
        @Override
        boolean concerns(Guarantee guarantee) {
            return guarantee == Guarantee.EXACTLY_ONCE;
        }

        @Override
        boolean needsHeads() {
            return true;
        }

        @Override
        void strike(FaultScene scene) {
            for (int i = 0; i < 3; i++) {
                scene.heads().orElseThrow().replace();
                scene.hold(HEADS_ON_THEIR_WAY.multipliedBy(i));
                scene.flink().taskManagers().get(i).kill();
                scene.flink().startTaskManager();
                scene.awaitRestarts(i + 1);
                scene.flink().awaitRunning(scene.job());
            }
        }
    },

    JOB_MANAGER_KILLED("the JobManager is killed and started again, with high availability") {
        @Override
        boolean needsHighAvailability() {
            return true;
        }

        @Override
        void strike(FaultScene scene) {
            scene.flink().jobManager().kill();
            scene.flink().startJobManagerAgain();
        }
    },

    JOB_MANAGER_KILLED_WITHOUT_HIGH_AVAILABILITY(
            "the JobManager is killed, and the job submitted again from its last retained checkpoint") {
        @Override
        void strike(FaultScene scene) {
            scene.flink().jobManager().kill();
            scene.flink().startJobManagerAgain();
            scene.submit("-s", scene.lastCheckpoint().toUri().toString());
        }
    },

    BROKER_STOPPED("the broker is away for longer than the producers' delivery.timeout.ms", FaultScene.IMPATIENT) {
        @Override
        void strike(FaultScene scene) {
            scene.kafka().process().kill();
            scene.hold(OUTAGE);
            scene.kafka().start();
        }
    },

    NETWORK_CUT("the network between the broker and the TaskManagers is cut for longer than delivery.timeout.ms",
            FaultScene.IMPATIENT) {
        @Override
        void strike(FaultScene scene) {
            scene.kafka().detour().cut();
            scene.hold(OUTAGE);
            scene.kafka().detour().heal();
        }
    },

    CHECKPOINT_DISK_FULL("the disk of the checkpoints is full for a while") {
        @Override
        void strike(FaultScene scene) throws IOException {
            scene.fillCheckpointDisk();
            scene.awaitFailedCheckpoints(3);
            scene.clearCheckpointDisk();
        }
    },

    /** What it has in hand when it wakes up is no longer its own. */
    TASK_MANAGER_PAUSED("a TaskManager stands still past its heartbeat, and goes on when another has its place") {
        @Override
        void strike(FaultScene scene) {
            ChildProcess paused = scene.flink().taskManagers().get(0);
            paused.pause();
            scene.awaitTaskManagers(1);
            scene.flink().startTaskManager();
            scene.flink().awaitRunning(scene.job());
            paused.resume();
        }
    },

    MORE_PARTITIONS("the input topic gets more partitions") {
        @Override
        void strike(FaultScene scene) {
            scene.addPartitions();
        }

        @Override
        boolean isProvedBy(RecordCoordinates answered) {
            return answered.partition() >= FaultScene.PARTITIONS;
        }
    },

    OUTPUT_REFUSES("the labels' topic refuses records as too large, until somebody sets it right") {
        @Override
        void strike(FaultScene scene) {
            scene.limitLabels(100);
            scene.awaitRestarts(2);
            scene.limitLabels(1 << 20);
        }
    },

    /** What was written for a checkpoint that never completes is aborted by the broker, long before the job is back. */
    TRANSACTIONS_TIME_OUT("all TaskManagers are killed in the middle of a checkpoint, and away until their transactions"
            + " have timed out") {
        @Override
        boolean concerns(Guarantee guarantee) {
            return guarantee == Guarantee.EXACTLY_ONCE;
        }

        @Override
        Duration transactionTimeout() {
            return SHORTEST_TRANSACTION_TIMEOUT;
        }

        @Override
        void strike(FaultScene scene) {
            scene.flink().taskManagers().get(1).pause();
            scene.awaitCheckpointDoneInPart();
            scene.flink().taskManagers().forEach(ChildProcess::kill);
            scene.feed().pause();
            scene.hold(transactionTimeout());
            scene.awaitNoOpenTransaction();
            scene.feed().resume();
            scene.flink().startTaskManager();
            scene.flink().startTaskManager();
        }
    };

    /** After as long, some subtasks have a head and others have not. */
    private static final Duration HEADS_ON_THEIR_WAY = Duration.ofMillis(100);

    /** How long what is away stays away. */
    private static final Duration OUTAGE = Duration.ofSeconds(40);

    /** Less than this, and {@code job check} warns. */
    private static final Duration SHORTEST_TRANSACTION_TIMEOUT = Duration.ofMinutes(6);

    private final String description;
    private final Map<String, String> properties;

    Fault(String description) {
        this(description, Map.of());
    }

    Fault(String description, Map<String, String> properties) {
        this.description = description;
        this.properties = properties;
    }

    /** Brings it about, and ends it, as far as it has an end. */
    abstract void strike(FaultScene scene) throws IOException;

    /** Whether it can happen to a job of a guarantee. */
    boolean concerns(Guarantee guarantee) {
        return true;
    }

    /** Whether the cluster must outlive its JobManager. */
    boolean needsHighAvailability() {
        return false;
    }

    /** Whether the job must have regions whose heads can be replaced. */
    boolean needsHeads() {
        return false;
    }

    /** What the job's producers are told. */
    Map<String, String> properties() {
        return properties;
    }

    /** The job's {@code sink.transaction-timeout}. */
    Duration transactionTimeout() {
        return Duration.ofMinutes(15);
    }

    /** Whether an answer to this record, which was sent after the fault's end, tells that all is well again. */
    boolean isProvedBy(RecordCoordinates answered) {
        return true;
    }

    /** In words, for the table. */
    String description() {
        return description;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
