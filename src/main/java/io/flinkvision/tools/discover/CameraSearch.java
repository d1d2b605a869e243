package io.flinkvision.tools.discover;

import io.flinkvision.job.record.PrintableText;
import io.flinkvision.tools.ToolException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Finds cameras in the local network. Every answer is taken for hostile: each device has limits of time and size and is
 * asked about itself only, and what it says is shown escaped. A device that answers nonsense is reported and skipped.
 */
public final class CameraSearch {

    /** Most hosts of a subnet are not there, so that their threads only wait. */
    private static final int MAX_DEVICES_AT_ONCE = 100;

    private static final int MAX_LINE = 300;
    private static final int HTTP_PORT = 80;

    private final Duration timeout;
    private final boolean guessesPaths;
    private final Optional<Login> login;
    private final Consumer<String> log;
    private final int discoveryPort;
    private final int rtspPort;

    /**
     * @param timeout the time to wait for answers to a probe
     * @param guessesPaths whether common paths are tried where a camera answers RTSP but does not name its streams
     * @param login for the cameras that want one
     * @param log progress and what was skipped, for people; called from several threads, one at a time
     */
    public CameraSearch(Duration timeout, boolean guessesPaths, Optional<Login> login, Consumer<String> log) {
        this(timeout, guessesPaths, login, log, WsDiscovery.PORT, RtspClient.PORT);
    }

    /** A search on other ports than the well-known ones. */
    CameraSearch(Duration timeout, boolean guessesPaths, Optional<Login> login, Consumer<String> log,
            int discoveryPort, int rtspPort) {
        this.timeout = timeout;
        this.guessesPaths = guessesPaths;
        this.login = login;
        this.log = log;
        this.discoveryPort = discoveryPort;
        this.rtspPort = rtspPort;
    }

    /**
     * The cameras that answer to multicast on any interface.
     *
     * @throws ToolException if this machine cannot send
     */
    public List<FoundCamera> everywhere() throws InterruptedException {
        log("Asking on all networks for " + timeout.toMillis() / 1000.0 + " s...");
        try (WsDiscovery discovery = new WsDiscovery(this::log)) {
            List<ProbeMatch> matches = discovery.multicast(timeout);
            log(matches.size() + (matches.size() == 1 ? " device" : " devices") + " answered");
            return asked(matches.stream().map(match -> inquiry(match, true)).toList());
        } catch (IOException e) {
            throw new ToolException("No probe can be sent: " + e.getMessage(), e);
        }
    }

    /**
     * The cameras among these hosts.
     *
     * @throws ToolException if this machine cannot send
     */
    public List<FoundCamera> among(List<HostRange> hosts) throws InterruptedException {
        Map<InetAddress, OptionalInt> ports = new LinkedHashMap<>();
        hosts.forEach(range -> range.addresses().forEach(address -> ports.put(address, range.httpPort())));
        log("Asking " + ports.size() + (ports.size() == 1 ? " host" : " hosts") + "...");
        List<DeviceInquiry> inquiries = new ArrayList<>();
        try (WsDiscovery discovery = new WsDiscovery(this::log)) {
            List<ProbeMatch> matches = discovery.unicast(ports.entrySet().stream()
                    .filter(host -> host.getValue().isEmpty())
                    .map(host -> new InetSocketAddress(host.getKey(), discoveryPort)).toList(), timeout);
            matches.forEach(match -> ports.remove(match.host().address()));
            matches.forEach(match -> inquiries.add(inquiry(match, true)));
        } catch (IOException e) {
            throw new ToolException("No probe can be sent: " + e.getMessage(), e);
        }
        ports.forEach((address, port) -> inquiries.add(inquiry(
                ProbeMatch.unasked(new DeviceHost(address), port.orElse(HTTP_PORT)), port.isPresent())));
        return asked(inquiries);
    }

    private DeviceInquiry inquiry(ProbeMatch match, boolean known) {
        return new DeviceInquiry(match, known, rtspPort, guessesPaths, login, this::log);
    }

    private List<FoundCamera> asked(List<DeviceInquiry> inquiries) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(MAX_DEVICES_AT_ONCE, task -> {
            Thread thread = new Thread(task, "camera-search");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<List<FoundCamera>>> answers = new ArrayList<>();
            inquiries.forEach(inquiry -> answers.add(threads.submit(inquiry::ask)));
            List<FoundCamera> cameras = new ArrayList<>();
            for (Future<List<FoundCamera>> answer : answers) {
                cameras.addAll(answer.get());
            }
            return cameras;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private synchronized void log(String line) {
        log.accept(PrintableText.escaped(login.map(known -> known.masked(line)).orElse(line), MAX_LINE));
    }
}
