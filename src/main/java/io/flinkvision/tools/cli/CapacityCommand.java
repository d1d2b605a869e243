package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.OpenCvLibrary;
import io.flinkvision.tools.bench.Capacity;
import io.flinkvision.tools.bench.Size;
import io.flinkvision.tools.bench.SlotRate;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vision capacity}: the slots and memory that a number of cameras needs, by a short run on this machine. */
@Command(
        name = "capacity",
        description = "Reckon how many task slots and how much memory a number of cameras needs, of cores like this"
                + " machine's: decoder and network are run on one of them for some seconds, with JPEGs of quality 85.",
        footer = {"", "docs/scaling.md has the arithmetic, and what it leaves out."})
final class CapacityCommand implements Callable<Integer> {

    private static final int WARM_UP = 200;

    @Option(names = "--cameras", paramLabel = "N", required = true, description = "How many cameras.")
    private long cameras;

    @Option(names = "--fps", paramLabel = "F", required = true, description = "Frames a second of each.")
    private double framesASecond;

    @Option(names = "--size", paramLabel = "WxH", required = true, converter = SizeConverter.class,
            description = "The size of a frame, such as 640x480.")
    private Size size;

    @Option(names = "--busy", paramLabel = "SHARE", defaultValue = "0.7",
            description = "The share of the time that a slot may be busy; the rest is for bursts, and for catching up"
                    + " after a restart (default: ${DEFAULT-VALUE}).")
    private double busy;

    @Option(names = "--model", paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "A model bundle: a folder, or a name in conf/models (default: ${DEFAULT-VALUE}).")
    private String model;

    @Mixin
    private PhotographArguments photographs;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "5",
            description = "How long to run, about (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        ModelBundle bundle = new ModelArgument(model).read(spec.commandLine());
        Path folder = photographs.folder();
        if (!(cameras > 0 && framesASecond > 0 && busy > 0 && busy <= 1 && seconds > 0)) {
            throw new ParameterException(spec.commandLine(), "--cameras, --fps and --seconds must be above 0, and"
                    + " --busy above 0 and at most 1");
        }
        SlotRate slot = SlotRate.measure(
                bundle, folder, size, WARM_UP, seconds, new StepLines(spec.commandLine().getErr()));
        PrintWriter out = spec.commandLine().getOut();
        lines(new Capacity(cameras, framesASecond, size, slot, busy)).forEach(out::println);
        out.flush();
        return ExitCode.OK;
    }

    static List<String> lines(Capacity capacity) {
        SlotRate slot = capacity.slot();
        return List.of(
                format("%d cameras, %s frames a second, %s: %.1f pictures a second", capacity.cameras(),
                        capacity.framesASecond(), capacity.size(), capacity.demand()),
                format("a slot does %.1f pictures a second (%.1f to %.1f; JPEGs decoded by %s), and is given %.1f",
                        slot.picturesASecond().median(), slot.picturesASecond().least(),
                        slot.picturesASecond().most(), OpenCvLibrary.jpegDecoder(), capacity.slotLoad()),
                format("slots: %d, a core each", capacity.slots()),
                format("partitions: %d", capacity.partitions()),
                format("native memory: %.0f MB a slot, %.1f GB in all, beside Java's own",
                        capacity.nativeBytesASlot() / 1e6, capacity.nativeBytesASlot() * capacity.slots() / 1e9),
                format("into Kafka: %.1f MB a second, of %.0f kB a picture", capacity.inputBytesASecond() / 1e6,
                        slot.pictureBytes() / 1e3));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
