package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.OpenCvLibrary;
import io.flinkvision.core.inference.OnnxRuntimeSession;
import io.flinkvision.tools.local.BrokerProcess;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;

/** What a report says of the machine, and of what else kept it busy since this was made. */
final class BenchEnvironment {

    private static final Map<String, String> BROKER = Map.of(
            "socket.request.max.bytes", Integer.toString(Integer.MAX_VALUE),
            // All processors are busy, so that its controller may not hear of it in time.
            "broker.session.timeout.ms", "60000");

    private final long start = System.nanoTime();
    private final OptionalDouble busy = Machine.busySeconds();
    private final long own = Meter.processNanos();

    /** The broker of all that is measured, in a process of its own. */
    static BrokerProcess startBroker() {
        return BrokerProcess.start(BROKER);
    }

    static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    /**
     * Names and values, in the order in which they are printed.
     *
     * @param broker that was started after this was made
     */
    Map<String, String> describe(BrokerProcess broker, Effort effort, List<ModelBundle> models) {
        OptionalDouble others = others(broker);
        Map<String, String> result = new LinkedHashMap<>();
        result.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        result.put("machine", processors() + " processors" + Machine.processorName().map(" "::concat).orElse("") + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        result.put("other work", others.isPresent()
                ? String.format(Locale.ROOT, "%.2f processors were busy with what is not the benchmark's",
                        others.getAsDouble())
                : "not told by this system");
        result.put("versions", "Java " + System.getProperty("java.vm.version") + ", Flink "
                + EnvironmentInformation.getVersion() + ", Kafka " + AppInfoParser.getVersion() + ", OpenCV "
                + OpenCvLibrary.version() + ", ONNX Runtime " + OnnxRuntimeSession.runtimeVersion());
        result.put("JPEGs", "decoded by " + OpenCvLibrary.jpegDecoder() + ", in the consumer loop by OpenCV");
        result.put("rounds", effort.rounds() + ", after " + effort.warmUp() + " pictures each to warm up");
        result.put("models", models.stream()
                .map(model -> model.name() + " (" + model.digest().substring(0, 8) + ")")
                .collect(Collectors.joining(", ")));
        return result;
    }

    private OptionalDouble others(BrokerProcess broker) {
        if (busy.isEmpty()) {
            return busy;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double ours = (Meter.processNanos() - own + broker.processorTime().toNanos()) / 1e9;
        return OptionalDouble.of(
                Math.max(0, (Machine.busySeconds().orElseThrow() - busy.getAsDouble() - ours) / seconds));
    }
}
