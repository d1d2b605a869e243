package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.OpenCvLibrary;
import io.flinkvision.tools.bench.Capacity;
import io.flinkvision.tools.bench.Size;
import io.flinkvision.tools.bench.SlotRate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code vision capacity}: estimates the slots and memory that cameras need, by a short run on this machine. */
@Command(
        name = "capacity",
        description = "Estimate how many task slots and how much memory a number of cameras needs, on cores like this"
                + " machine's: runs decoder and network on one core for some seconds, with JPEGs of quality 85.",
        footer = {"", "docs/scaling.md has the arithmetic and its limits."})
final class CapacityCommand extends VisionCommand implements Callable<Integer> {

    private static final int WARM_UP = 200;

    @Option(names = "--cameras", paramLabel = "N", required = true, description = "Number of cameras.")
    private long cameras;

    @Option(names = "--fps", paramLabel = "F", required = true, description = "Frames per second of each camera.")
    private double framesPerSecond;

    @Option(names = "--size", paramLabel = "WxH", required = true, description = "Size of a frame, such as 640x480.")
    private Size size;

    @Option(names = "--busy", paramLabel = "SHARE", defaultValue = "0.7",
            description = "Share of the time that a slot may be busy; the rest is for bursts, and for catching up"
                    + " after a restart (default: ${DEFAULT-VALUE}).")
    private double busy;

    @Option(names = "--model", paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "A model bundle: a folder, or a name in conf/models (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(names = "--images", paramLabel = "DIR",
            description = "A folder of photographs (default: those of the model that comes with the project).")
    private Optional<Path> images = Optional.empty();

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "5",
            description = "Approximate length of the run (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Override
    public Integer call() throws IOException {
        ModelBundle bundle = model(model);
        Path folder = imagesFolder(images.orElseGet(() -> ProjectHome.current().photographs()));
        if (!(cameras > 0 && framesPerSecond > 0 && busy > 0 && busy <= 1 && seconds > 0)) {
            throw wrongUse("--cameras, --fps and --seconds must be above 0, and --busy above 0 and at most 1");
        }
        SlotRate slot = SlotRate.measure(bundle, folder, size, WARM_UP, seconds, this::log);
        lines(new Capacity(cameras, framesPerSecond, size, slot, busy)).forEach(out()::println);
        out().flush();
        return ExitCode.OK;
    }

    static List<String> lines(Capacity capacity) {
        SlotRate slot = capacity.slot();
        return List.of(
                format("%d cameras, %s frames per second, %s: %.1f pictures per second", capacity.cameras(),
                        capacity.framesPerSecond(), capacity.size(), capacity.demand()),
                format("a slot can do %.1f pictures per second (%.1f to %.1f; JPEGs decoded by %s), and gets %.1f",
                        slot.picturesPerSecond().median(), slot.picturesPerSecond().min(),
                        slot.picturesPerSecond().max(), OpenCvLibrary.jpegDecoder(), capacity.slotLoad()),
                format("slots: %d, one core each", capacity.slots()),
                format("partitions: %d", capacity.partitions()),
                format("native memory: %.0f MB per slot, %.1f GB in total, besides Java's own",
                        capacity.nativeBytesPerSlot() / 1e6, capacity.nativeBytesPerSlot() * capacity.slots() / 1e9),
                format("into Kafka: %.1f MB per second, at %.0f kB per picture",
                        capacity.inputBytesPerSecond() / 1e6, slot.pictureBytes() / 1e3));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
