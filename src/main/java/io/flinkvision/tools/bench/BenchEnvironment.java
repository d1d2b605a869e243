package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.OpenCvLibrary;
import io.flinkvision.core.inference.OnnxRuntimeSession;
import io.flinkvision.tools.local.BrokerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * The broker of a benchmark, in a process of its own, and what a report says of the machine, with the load of other
 * processes since the start.
 */
public final class BenchEnvironment implements AutoCloseable {

    /** Bytes of a record besides its picture. */
    static final int RECORD_OVERHEAD_BYTES = 1 << 20;

    /** Kafka's default for {@code socket.request.max.bytes}. */
    private static final int DEFAULT_MAX_REQUEST_BYTES = 100 << 20;

    private static final Path TIMES = Path.of("/proc/stat");
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final String MODEL = "model name";

    /** proc(5): user nice system idle iowait irq softirq steal, in hundredths of a second. */
    private static final int IDLE = 4;
    private static final int WAITING = 5;
    private static final int STOLEN = 8;
    private static final double TICKS_A_SECOND = 100;

    private final long start = System.nanoTime();
    private final OptionalDouble busy = busySeconds();
    private final long own = Meter.processNanos();
    private final BrokerProcess broker;

    /** @param maxPictureBytes the largest picture that is sent */
    BenchEnvironment(int maxPictureBytes) {
        int maxRequestBytes = Math.max(DEFAULT_MAX_REQUEST_BYTES, 2 * (maxPictureBytes + RECORD_OVERHEAD_BYTES));
        broker = BrokerProcess.start(Map.of(
                "socket.request.max.bytes", Integer.toString(maxRequestBytes),
                // While all processors are busy, heartbeats may be late.
                "broker.session.timeout.ms", "60000"));
    }

    BrokerProcess broker() {
        return broker;
    }

    static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Names and values, in the order of printing. */
    Map<String, String> describe(Turns.Effort effort, List<ModelBundle> models) {
        OptionalDouble others = others();
        Map<String, String> result = new LinkedHashMap<>();
        result.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        result.put("machine", machine());
        result.put("other work", others.isPresent()
                ? String.format(Locale.ROOT, "%.2f processors were busy with other processes",
                        others.getAsDouble())
                : "unknown on this system");
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

    /** Number and name of the processors, and the operating system. */
    public static String machine() {
        return processors() + " processors" + processorName().map(" "::concat).orElse("") + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }

    /** Mean number of processors that were busy with other processes. */
    private OptionalDouble others() {
        if (busy.isEmpty()) {
            return busy;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double ours = (Meter.processNanos() - own + broker.processorTime().toNanos()) / 1e9;
        return OptionalDouble.of(
                Math.max(0, (busySeconds().orElseThrow() - busy.getAsDouble() - ours) / seconds));
    }

    /** Busy time of all processors since boot; empty except on Linux. */
    private static OptionalDouble busySeconds() {
        try {
            return OptionalDouble.of(busySeconds(Files.readAllLines(TIMES).get(0)));
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }

    /** @param line {@code cpu  123 4 56 7890 ...} */
    static double busySeconds(String line) {
        String[] fields = line.split(" +");
        double ticks = 0;
        for (int i = 1; i <= Math.min(STOLEN, fields.length - 1); i++) {
            if (i != IDLE && i != WAITING) {
                ticks += Double.parseDouble(fields[i]);
            }
        }
        return ticks / TICKS_A_SECOND;
    }

    /** The model name; empty except on Linux. */
    private static Optional<String> processorName() {
        try {
            return Files.readAllLines(PROCESSORS).stream()
                    .filter(line -> line.startsWith(MODEL))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
