package io.flinkvision.tools.cli;

import io.flinkvision.core.teach.RegionFile;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.ToolException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of teaching for a region of a camera. */
final class RegionArguments {

    @Option(names = "--region", paramLabel = "CAMERA/REGION",
            description = "Teach a head for this region, '*/REGION' for all cameras (default: the region of DIR's "
                    + RegionFile.NAME + ", whose pictures are whole frames). Without such a file, DIR's pictures must be"
                    + " cut like the region.")
    private Optional<RegionKey> region = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * The region to teach a head for; empty if none is named.
     *
     * @param folder of the labelled pictures
     * @param described what the folder says of itself
     * @throws ParameterException if the option contradicts the folder
     * @throws ToolException if the folder's file names no region that there can be
     */
    Optional<RegionKey> key(Path folder, Optional<RegionFile> described) {
        Optional<RegionKey> ofFolder = described.map(file -> key(folder, file));
        if (region.isPresent() && ofFolder.isPresent() && !region.equals(ofFolder)) {
            throw new ParameterException(spec.commandLine(), "--region is " + region.get() + ", but "
                    + folder.resolve(RegionFile.NAME) + " says that the pictures are of " + ofFolder.get()
                    + "; leave --region out");
        }
        return region.or(() -> ofFolder);
    }

    private static RegionKey key(Path folder, RegionFile file) {
        try {
            return new RegionKey(file.camera(), file.region());
        } catch (IllegalArgumentException e) {
            throw new ToolException(folder.resolve(RegionFile.NAME) + ": " + e.getMessage(), e);
        }
    }
}
