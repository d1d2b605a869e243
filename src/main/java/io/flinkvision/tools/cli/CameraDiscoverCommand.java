package io.flinkvision.tools.cli;

import io.flinkvision.tools.discover.CameraSearch;
import io.flinkvision.tools.discover.CamerasYaml;
import io.flinkvision.tools.discover.FoundCamera;
import io.flinkvision.tools.discover.HostRange;
import io.flinkvision.tools.discover.Login;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code vision camera discover}: finds cameras in the local network, and writes a file of cameras. */
@Command(
        name = "discover",
        description = "Find cameras in the local network by ONVIF's WS-Discovery and RTSP, and write a file of cameras"
                + " for 'bin/vision feed --cameras' and for jobs. Cameras that want a login get the one of the"
                + " environment variables, as a digest; the file refers to the variables.",
        footer = {"", "docs/feeding.md has the details."})
final class CameraDiscoverCommand extends VisionCommand implements Callable<Integer> {

    @Option(names = "--host", paramLabel = "HOST", arity = "1..*",
            description = "Ask these hosts instead of all: an address, a name, HOST:PORT where ONVIF is not at port 80,"
                    + " or a subnet such as 192.0.2.0/24; for networks without multicast.")
    private List<HostRange> hosts = List.of();

    @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "4s",
            description = "How long to wait for answers to the probe (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Option(names = "--guess-paths",
            description = "Try common paths where a camera answers RTSP, but does not name its streams.")
    private boolean guessPaths;

    @Option(names = "--user-variable", paramLabel = "NAME", defaultValue = "CAMERA_USER",
            description = "The environment variable with the user (default: ${DEFAULT-VALUE}).")
    private String userVariable;

    @Option(names = "--password-variable", paramLabel = "NAME", defaultValue = "CAMERA_PASSWORD",
            description = "The environment variable with the password, %%40 for @ (default: ${DEFAULT-VALUE}).")
    private String passwordVariable;

    @Option(names = "--output", paramLabel = "FILE", description = "The file to write (default: standard output).")
    private Optional<Path> output = Optional.empty();

    @Option(names = "--force", description = "Overwrite an existing file.")
    private boolean force;

    @Override
    public Integer call() throws InterruptedException {
        Optional<NewFile> file = output.map(path -> new NewFile(path, force));
        file.ifPresent(NewFile::requireRoom);
        Optional<Login> login = Login.of(userVariable, passwordVariable, System.getenv());
        CameraSearch search = new CameraSearch(timeout, guessPaths, login, this::log);
        List<FoundCamera> cameras = hosts.isEmpty() ? search.everywhere() : search.among(hosts);
        if (cameras.isEmpty()) {
            log("No camera answered." + (hosts.isEmpty()
                    ? " Multicast reaches only this machine's own networks: name others with --host." : ""));
            return ExitCode.SOFTWARE;
        }
        CamerasYaml yaml = new CamerasYaml(cameras, login);
        if (file.isPresent()) {
            file.get().write(yaml.text().getBytes(StandardCharsets.UTF_8));
        } else {
            out().print(yaml.text());
            out().flush();
        }
        log(yaml.count() + " of " + cameras.size() + " cameras can be read"
                + output.map(path -> "; " + path + " has them").orElse(""));
        return yaml.count() == 0 ? ExitCode.SOFTWARE : ExitCode.OK;
    }
}
