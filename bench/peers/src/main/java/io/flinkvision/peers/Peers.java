package io.flinkvision.peers;

import io.flinkvision.tools.bench.BenchEnvironment;
import io.flinkvision.tools.bench.BenchReport;
import io.flinkvision.tools.bench.PictureSet;
import io.flinkvision.tools.bench.Size;
import io.flinkvision.tools.bench.Turns;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;
import org.opencv.core.Core;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** {@code bench/run peers}: measures flink-vision beside other solutions. */
@Command(name = "bench/run peers", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measure flink-vision beside DJL, OpenCV's DNN module, a plain Kafka loop and Kafka Streams, which"
                + " all get the same pictures and the same network and take turns in every round.")
final class Peers implements Callable<Integer> {

    /** Kafka's default for producers. */
    private static final double LINGER_MILLIS = 5;

    @Option(names = "--model", paramLabel = "DIR", defaultValue = "${sys:peers.home}/conf/models/triage",
            description = "A model bundle (default: conf/models/triage).")
    private Path model;

    @Option(names = "--torchscript", paramLabel = "FILE",
            description = "The same network, written by torchscript.py; without it there is no row for PyTorch.")
    private Optional<Path> torchScript;

    @Option(names = "--images", paramLabel = "DIR", defaultValue = "${sys:peers.home}/conf/models/triage/images",
            description = "A folder of JPEG photographs (default: conf/models/triage/images).")
    private Path images;

    @Option(names = "--size", paramLabel = "WxH", defaultValue = "640x480",
            description = "Size to scale them to, as JPEG of quality 85 (default: ${DEFAULT-VALUE}).")
    private Size size;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "7",
            description = "Number of rounds, in each of which every peer has one turn (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--pictures", paramLabel = "N", defaultValue = "300",
            description = "Pictures per turn (default: ${DEFAULT-VALUE}).")
    private int pictureCount;

    @Option(names = "--warm-up", paramLabel = "N", defaultValue = "600",
            description = "Pictures before the first round (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--only", paramLabel = "TEXT",
            description = "Measure only flink-vision and the peers whose names contain this text. May be repeated.")
    private List<String> only = List.of();

    @Option(names = "--json", paramLabel = "FILE", description = "Also write every round to a file, as JSON that bin/vision bench --add reads.")
    private Optional<Path> json;

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Peers()).registerConverter(Size.class, Size::parse).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (WorkFolder folder = WorkFolder.create()) {
            PictureSet pictures = PictureSet.jpegs(images, List.of(size), this::log).get(0);
            for (int i = 0; i < pictures.encoded().size(); i++) {
                Files.write(folder.pictures().resolve(String.format("%04d.jpg", i)), pictures.get(i));
            }
            Network network = Network.write(model, folder.path(), torchScript.orElse(Path.of("none.pt")));
            Comparison comparison = Comparison.run(peers(), network, folder, pictures,
                    new Turns.Effort(rounds, warmUp, OptionalInt.of(pictureCount), 1), this::log);
            print(comparison, environment());
        }
        return CommandLine.ExitCode.OK;
    }

    private List<Peer> peers() {
        if (torchScript.isEmpty()) {
            log("without --torchscript there is no row for PyTorch");
        }
        return Peer.ALL.stream()
                .filter(peer -> torchScript.isPresent() || peer.engine() != Engine.DJL_PYTORCH)
                .filter(peer -> only.isEmpty() || peer.engine() == Engine.FLINK_VISION
                        || only.stream().anyMatch(peer.name()::contains))
                .toList();
    }

    private void print(Comparison comparison, Map<String, String> environment) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        environment.forEach((name, value) -> out.println(name + ": " + value));
        out.println();
        comparison.table().forEach(out::println);
        out.flush();
        if (json.isPresent()) {
            environment.put("same top label", String.join(", ", comparison.agreements()));
            new BenchReport(environment, Runtime.getRuntime().availableProcessors(), LINGER_MILLIS, comparison.rows())
                    .write(json.get());
        }
    }

    private void log(String step) {
        spec.commandLine().getErr().println(step);
        spec.commandLine().getErr().flush();
    }

    private static Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("machine", BenchEnvironment.machine());
        environment.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        environment.put("versions", "Flink " + EnvironmentInformation.getVersion() + ", Kafka "
                + AppInfoParser.getVersion() + ", OpenCV " + Core.VERSION + ", ONNX Runtime "
                + ai.onnxruntime.OrtEnvironment.getEnvironment().getVersion() + ", DJL "
                + ai.djl.engine.Engine.getDjlVersion() + ", PyTorch of DJL " + System.getProperty("peers.pytorch", "unknown"));
        return environment;
    }
}
