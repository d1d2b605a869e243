package io.flinkvision.peers;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.flinkvision.core.bundle.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;
import org.opencv.core.Core;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** {@code bench/peers/run}: measures flink-vision and what else could do its work. */
@Command(name = "run", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measure flink-vision beside DJL, OpenCV's DNN module, a plain Kafka loop and Kafka Streams:"
                + " the same pictures, the same network, one after the other in each round.")
final class Peers implements Callable<Integer> {

    private static final int MOST_PICTURES = 12;

    @Option(names = "--model", paramLabel = "DIR", defaultValue = "${sys:peers.home}/conf/models/triage",
            description = "A model bundle (default: conf/models/triage).")
    private Path model;

    @Option(names = "--torchscript", paramLabel = "FILE",
            description = "The same network as torchscript.py made it; without it there is no row of PyTorch.")
    private Optional<Path> torchScript;

    @Option(names = "--images", paramLabel = "DIR", defaultValue = "${sys:peers.home}/conf/models/triage/images",
            description = "A folder of JPEG photographs (default: conf/models/triage/images).")
    private Path images;

    @Option(names = "--size", paramLabel = "WxH", defaultValue = "640x480",
            description = "The size to which they are scaled, as JPEG of quality 85 (default: ${DEFAULT-VALUE}).")
    private String size;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "7",
            description = "How often each has its turn (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--pictures", paramLabel = "N", defaultValue = "300",
            description = "Pictures of each turn (default: ${DEFAULT-VALUE}).")
    private int pictures;

    @Option(names = "--warm-up", paramLabel = "N", defaultValue = "600",
            description = "Pictures before the first round (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--only", paramLabel = "TEXT",
            description = "Measure only the peers whose names hold this text, and flink-vision; may be given again.")
    private List<String> only = List.of();

    @Option(names = "--json", paramLabel = "FILE", description = "Write every round to a file too, as JSON.")
    private Optional<Path> json;

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Peers()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!size.matches("[0-9]{1,5}x[0-9]{1,5}")) {
            throw new ParameterException(spec.commandLine(),
                    "--size must be WIDTHxHEIGHT, such as 640x480, not " + size);
        }
        String[] sides = size.split("x");
        ModelBundle bundle = ModelBundle.read(model);
        try (WorkFolder folder = WorkFolder.create()) {
            PictureFiles.scale(images, folder.pictures(), Integer.parseInt(sides[0]), Integer.parseInt(sides[1]),
                    MOST_PICTURES);
            Network network = Network.write(model, folder.path(), torchScript.orElse(Path.of("none.pt")));
            List<Row> rows = Comparison.run(peers(), network, folder,
                    new Comparison.Effort(warmUp, rounds, pictures), this::say);
            List<byte[]> encoded = PictureFiles.read(folder.pictures());
            long bytes = (long) encoded.stream().mapToInt(picture -> picture.length).average().orElseThrow();
            tell(new Report(environment(), bundle.name(), size + " jpeg", bytes, encoded.size(), rows));
        }
        return CommandLine.ExitCode.OK;
    }

    private List<Peer> peers() {
        if (torchScript.isEmpty()) {
            say("without --torchscript PyTorch has no row");
        }
        return Peer.ALL.stream()
                .filter(peer -> torchScript.isPresent() || peer.engine() != Engine.DJL_PYTORCH)
                .filter(peer -> only.isEmpty() || peer.engine() == Engine.FLINK_VISION
                        || only.stream().anyMatch(peer.name()::contains))
                .toList();
    }

    private void tell(Report report) throws IOException {
        report.table().forEach(spec.commandLine().getOut()::println);
        spec.commandLine().getOut().flush();
        if (json.isPresent()) {
            ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
            Files.writeString(json.get(), mapper.writeValueAsString(report.values()) + "\n");
        }
    }

    private void say(String step) {
        spec.commandLine().getErr().println(step);
        spec.commandLine().getErr().flush();
    }

    private static Map<String, String> environment() throws IOException {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("machine", Runtime.getRuntime().availableProcessors() + " processors"
                + processorName().map(name -> ", " + name).orElse(""));
        environment.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        environment.put("versions", "Flink " + EnvironmentInformation.getVersion() + ", Kafka "
                + AppInfoParser.getVersion() + ", OpenCV " + Core.VERSION + ", ONNX Runtime "
                + ai.onnxruntime.OrtEnvironment.getEnvironment().getVersion() + ", DJL "
                + ai.djl.engine.Engine.getDjlVersion() + ", PyTorch of DJL " + System.getProperty("peers.pytorch", "unknown"));
        return environment;
    }

    private static Optional<String> processorName() throws IOException {
        Path processors = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(processors)) {
            return Optional.empty();
        }
        return Files.readAllLines(processors).stream().filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst();
    }
}
