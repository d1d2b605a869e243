package io.flinkvision.tools.discover;

import io.flinkvision.tools.discover.FoundStream.Access;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Asks one device for its cameras: by ONVIF for the streams, and by RTSP what they are; without ONVIF by RTSP only. */
final class DeviceInquiry {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Where cameras of many makers have their streams. */
    private static final List<String> COMMON_PATHS = List.of("/stream2", "/stream1", "/Streaming/Channels/102",
            "/Streaming/Channels/101", "/cam/realmonitor?channel=1&subtype=1", "/cam/realmonitor?channel=1&subtype=0",
            "/axis-media/media.amp", "/h264Preview_01_sub", "/h264Preview_01_main", "/live/ch01_1", "/live/ch00_0",
            "/videoSub", "/videoMain", "/live", "/live.sdp", "/h264", "/video1", "/11", "/12");

    private final ProbeMatch match;
    private final boolean known;
    private final int rtspPort;
    private final boolean guessesPaths;
    private final Consumer<String> log;
    private final OnvifClient onvif;
    private final RtspClient rtsp;
    private final List<String> remarks = new ArrayList<>();
    private boolean wantsLogin;

    /**
     * @param known whether something answered already at this address
     * @param rtspPort the port to try without ONVIF
     */
    DeviceInquiry(ProbeMatch match, boolean known, int rtspPort, boolean guessesPaths, Optional<Login> login,
            Consumer<String> log) {
        this.match = match;
        this.known = known;
        this.rtspPort = rtspPort;
        this.guessesPaths = guessesPaths;
        this.log = log;
        TimeLimit limit = TimeLimit.of(LIMIT);
        this.onvif = new OnvifClient(match.host(), match.service(), new SoapConnection(login, limit), log);
        this.rtsp = new RtspClient(match.host(), login, limit);
    }

    /** The device's cameras; none if nothing answers. Failures are remarks or in the log. */
    List<FoundCamera> ask() {
        boolean answers = known;
        try {
            OnvifDevice device = onvif.describe();
            if (!device.profiles().isEmpty()) {
                return cameras(device);
            }
            answers = true;
            remarks.add("ONVIF names no stream on its own host");
        } catch (LoginNeededException e) {
            answers = true;
            wantsLogin = true;
            remarks.add(e.getMessage());
        } catch (IOException e) {
            if (known) {
                remarks.add("ONVIF: " + e.getMessage());
            }
        }
        List<FoundStream> streams = withoutOnvif();
        return answers || !streams.isEmpty() || !remarks.isEmpty()
                ? List.of(camera(match.name(), "", match.hardware(), streams)) : List.of();
    }

    private List<FoundCamera> cameras(OnvifDevice device) {
        Map<String, List<FoundStream>> bySource = new LinkedHashMap<>();
        for (OnvifProfile profile : device.profiles()) {
            List<FoundStream> streams = bySource.computeIfAbsent(profile.videoSource(), source -> new ArrayList<>());
            if (streams.stream().noneMatch(stream -> stream.address().equals(profile.address()))) {
                checked(profile).ifPresent(streams::add);
            }
        }
        String model = device.model().isEmpty() ? match.hardware() : device.model();
        String name = match.name().isEmpty() ? model : match.name();
        List<FoundCamera> cameras = new ArrayList<>();
        for (List<FoundStream> streams : bySource.values()) {
            String channel = bySource.size() == 1 ? "" : " " + (cameras.size() + 1);
            cameras.add(camera(name + channel, device.maker(), model, streams));
        }
        return cameras;
    }

    private FoundCamera camera(String name, String maker, String model, List<FoundStream> streams) {
        return new FoundCamera(match.host().text(), name, maker, model, streams, wantsLogin, remarks);
    }

    /** The stream, if the camera has it; what the camera says by RTSP counts more than its profile. */
    private Optional<FoundStream> checked(OnvifProfile profile) {
        FoundStream untried = new FoundStream(
                profile.address(), profile.name(), profile.codec(), profile.size(), Access.UNTRIED);
        if (!profile.address().getScheme().equals("rtsp")) {
            return Optional.of(untried);
        }
        try {
            return stream(untried, rtsp.describe(profile.address()));
        } catch (IOException e) {
            log.accept(match.host().text() + ": " + DeviceHost.shown(profile.address().toString()) + ": "
                    + e.getMessage());
            return Optional.of(untried);
        }
    }

    private Optional<FoundStream> stream(FoundStream asked, RtspAnswer answer) {
        if (answer instanceof RtspAnswer.Described described) {
            return Optional.of(new FoundStream(asked.address(), asked.name(),
                    described.codec().isEmpty() ? asked.codec() : described.codec(), described.size().or(asked::size),
                    described.withLogin() ? Access.LOGIN : Access.OPEN));
        }
        if (answer instanceof RtspAnswer.LoginNeeded login) {
            return Optional.of(new FoundStream(asked.address(), asked.name(), asked.codec(), asked.size(),
                    login.refused() ? Access.REFUSED : Access.UNTRIED));
        }
        RtspAnswer.Refused refused = (RtspAnswer.Refused) answer;
        log.accept(match.host().text() + ": it answers " + DeviceHost.shown(asked.address().toString())
                + " with the RTSP status " + refused.status());
        return Optional.empty();
    }

    private List<FoundStream> withoutOnvif() {
        List<FoundStream> streams = new ArrayList<>();
        if (!rtsp.isServer(rtspPort)) {
            return streams;
        }
        List<String> paths = new ArrayList<>(List.of("/"));
        if (guessesPaths) {
            paths.addAll(COMMON_PATHS);
        }
        for (String path : paths) {
            String port = rtspPort == RtspClient.PORT ? "" : ":" + rtspPort;
            URI address = URI.create("rtsp://" + match.host().text() + port + path);
            try {
                RtspAnswer answer = rtsp.describe(address);
                if (answer instanceof RtspAnswer.LoginNeeded login) {
                    // Without a login every path looks alike, and many wrong ones lock a user out.
                    wantsLogin = true;
                    remarks.add(login.refused() ? "RTSP refuses the user or the password" : "RTSP wants a login");
                    return streams;
                }
                if (answer instanceof RtspAnswer.Described) {
                    stream(new FoundStream(address, "", "", Optional.empty(), Access.OPEN), answer)
                            .ifPresent(streams::add);
                }
            } catch (IOException e) {
                log.accept(match.host().text() + ": " + e.getMessage());
                return streams;
            }
        }
        if (streams.isEmpty() && !wantsLogin) {
            remarks.add("it answers RTSP at port " + rtspPort + ", but its path is not known; its manual has it"
                    + (guessesPaths ? "" : ", and --guess-paths tries common ones"));
        }
        return streams;
    }
}
