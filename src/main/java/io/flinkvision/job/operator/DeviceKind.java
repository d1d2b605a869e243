package io.flinkvision.job.operator;

import io.flinkvision.core.inference.Device;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;

/** The device that a job asks for to run its networks. */
public enum DeviceKind {

    /** The task's own thread. */
    CPU,

    /** A GPU of the TaskManager. */
    CUDA;

    /** The name that Flink's documentation gives the external resource of GPUs. */
    static final String EXTERNAL_RESOURCE = "gpu";

    /** The property that Flink's GPU plugin gives each of them. */
    static final String INDEX = "index";

    /**
     * The device of a subtask. The GPUs that Flink's external resource {@code gpu} gives the TaskManager are assigned
     * to subtasks in turn; if it gives none, every subtask uses the first GPU.
     */
    Device of(RuntimeContext context) {
        if (this == CPU) {
            return new Device.Cpu();
        }
        List<Integer> indices = context.getExternalResourceInfos(EXTERNAL_RESOURCE).stream()
                .flatMap(gpu -> gpu.getProperty(INDEX).stream())
                .map(Integer::valueOf)
                .sorted()
                .toList();
        return new Device.Cuda(indices.isEmpty()
                ? 0
                : indices.get(context.getTaskInfo().getIndexOfThisSubtask() % indices.size()));
    }
}
