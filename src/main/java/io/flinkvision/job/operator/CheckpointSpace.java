package io.flinkvision.job.operator;

import io.flinkvision.job.region.RegionLedger;
import java.util.Optional;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.operators.StreamingRuntimeContext;

/** How much of a subtask's state fits the checkpoints of the cluster that it runs on. */
final class CheckpointSpace {

    /** Flink's name of the checkpoints that are kept in the JobManager's memory. */
    private static final String IN_MEMORY = "jobmanager";

    private CheckpointSpace() {}

    /** Bytes that the regions of the heads topic may take: without a folder for checkpoints, they are in memory. */
    static long ofRegions(RuntimeContext context) {
        Optional<String> storage = setting(context, CheckpointingOptions.CHECKPOINT_STORAGE);
        boolean inMemory = storage.isPresent()
                ? storage.get().equalsIgnoreCase(IN_MEMORY)
                : setting(context, CheckpointingOptions.CHECKPOINTS_DIRECTORY).isEmpty();
        return inMemory ? RegionLedger.MAX_BYTES_IN_MEMORY : RegionLedger.MAX_BYTES;
    }

    /** The job's, or else the TaskManager's, as Flink itself looks for it. */
    private static Optional<String> setting(RuntimeContext context, ConfigOption<String> option) {
        StreamingRuntimeContext subtask = (StreamingRuntimeContext) context;
        Configuration ofTheTaskManager = subtask.getTaskManagerRuntimeInfo().getConfiguration();
        return subtask.getJobConfiguration().getOptional(option).or(() -> ofTheTaskManager.getOptional(option));
    }
}
