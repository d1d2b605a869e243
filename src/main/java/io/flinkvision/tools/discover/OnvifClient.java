package io.flinkvision.tools.discover;

import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Asks one device for its streams by ONVIF: its clock, who made it, its media service, profiles and addresses. */
final class OnvifClient {

    private static final String DEVICE = "http://www.onvif.org/ver10/device/wsdl";
    private static final String MEDIA = "http://www.onvif.org/ver10/media/wsdl";
    private static final String MEDIA2 = "http://www.onvif.org/ver20/media/wsdl";
    private static final int MAX_PROFILES = 64;

    private final DeviceHost host;
    private final URI service;
    private final SoapConnection connection;
    private final Consumer<String> log;

    /** The media service, of one of its two versions. */
    private record Media(URI address, String namespace) {}

    /**
     * @param service the device service
     * @param log for people: which addresses were not followed
     */
    OnvifClient(DeviceHost host, URI service, SoapConnection connection, Consumer<String> log) {
        this.host = host;
        this.service = service;
        this.connection = connection;
        this.log = log;
    }

    /**
     * Asks for everything.
     *
     * @throws LoginNeededException if the device wants a login, or another one
     * @throws IOException if it does not speak ONVIF, or has no media service
     */
    OnvifDevice describe() throws IOException {
        readClock();
        String maker = "";
        String model = "";
        try {
            DeviceXml information = connection.call(service, DEVICE, "GetDeviceInformation", "");
            maker = information.text("Manufacturer");
            model = information.text("Model");
        } catch (LoginNeededException e) {
            throw e;
        } catch (IOException e) {
            log.accept(host.text() + ": " + e.getMessage());
        }
        return new OnvifDevice(maker, model, profiles(media()));
    }

    /** By the specification this needs no login, since a token must have the device's time; some want one anyway. */
    private void readClock() throws IOException {
        DeviceXml answer;
        try {
            answer = connection.call(service, DEVICE, "GetSystemDateAndTime", "");
        } catch (LoginNeededException e) {
            return;
        }
        answer.first("UTCDateTime").flatMap(OnvifClient::time)
                .ifPresent(time -> connection.setClockOffset(Duration.between(Instant.now(), time)));
    }

    private static Optional<Instant> time(DeviceXml utc) {
        try {
            return Optional.of(LocalDateTime.of(number(utc, "Year"), number(utc, "Month"), number(utc, "Day"),
                    number(utc, "Hour"), number(utc, "Minute"), number(utc, "Second")).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static int number(DeviceXml element, String name) {
        return Integer.parseInt(element.text(name));
    }

    /** Version 1, which nearly all devices have; otherwise version 2. */
    private Media media() throws IOException {
        Map<String, URI> services = new LinkedHashMap<>();
        try {
            DeviceXml answer = connection.call(service, DEVICE, "GetServices",
                    "<o:IncludeCapability>false</o:IncludeCapability>");
            for (DeviceXml each : answer.all("Service")) {
                own(each.text("XAddr"), "http", "https")
                        .ifPresent(address -> services.putIfAbsent(each.text("Namespace"), address));
            }
        } catch (LoginNeededException e) {
            throw e;
        } catch (IOException e) {
            // Devices of before 2011 have GetCapabilities only.
            DeviceXml answer = connection.call(service, DEVICE, "GetCapabilities", "<o:Category>Media</o:Category>");
            answer.first("Media").flatMap(media -> own(media.text("XAddr"), "http", "https"))
                    .ifPresent(address -> services.put(MEDIA, address));
        }
        for (String namespace : List.of(MEDIA, MEDIA2)) {
            if (services.containsKey(namespace)) {
                return new Media(services.get(namespace), namespace);
            }
        }
        throw new IOException("it has no media service of ONVIF on its own host");
    }

    private List<OnvifProfile> profiles(Media media) throws IOException {
        boolean second = media.namespace().equals(MEDIA2);
        DeviceXml answer = connection.call(media.address(), media.namespace(), "GetProfiles",
                second ? "<o:Type>All</o:Type>" : "");
        List<OnvifProfile> profiles = new ArrayList<>();
        List<DeviceXml> all = answer.all("Profiles");
        for (DeviceXml profile : all.subList(0, Math.min(MAX_PROFILES, all.size()))) {
            Optional<DeviceXml> encoder =
                    profile.first("VideoEncoderConfiguration").or(() -> profile.first("VideoEncoder"));
            if (encoder.isPresent()) {
                streamAddress(media, profile.attribute("token"))
                        .map(address -> profile(profile, encoder.get(), address))
                        .ifPresent(profiles::add);
            }
        }
        return profiles;
    }

    private static OnvifProfile profile(DeviceXml profile, DeviceXml encoder, URI address) {
        String name = profile.child("Name").map(DeviceXml::text).filter(text -> !text.isEmpty())
                .orElse(profile.attribute("token"));
        Optional<FrameSize> size = encoder.first("Resolution")
                .flatMap(resolution -> FrameSize.parse(resolution.text("Width"), resolution.text("Height")));
        return new OnvifProfile(profile.text("SourceToken"), name, encoder.text("Encoding"), size, address);
    }

    private Optional<URI> streamAddress(Media media, String token) throws IOException {
        String profile = "<o:ProfileToken>" + SoapConnection.escaped(token) + "</o:ProfileToken>";
        String content = media.namespace().equals(MEDIA2)
                ? "<o:Protocol>RTSP</o:Protocol>" + profile
                : "<o:StreamSetup><t:Stream>RTP-Unicast</t:Stream><t:Transport><t:Protocol>RTSP</t:Protocol>"
                        + "</t:Transport></o:StreamSetup>" + profile;
        try {
            DeviceXml answer = connection.call(media.address(), media.namespace(), "GetStreamUri", content);
            return own(answer.text("Uri"), "rtsp", "rtsps", "http", "https");
        } catch (LoginNeededException e) {
            throw e;
        } catch (IOException e) {
            log.accept(host.text() + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<URI> own(String text, String... schemes) {
        Optional<URI> own = host.own(text, schemes);
        if (own.isEmpty() && !text.isEmpty()) {
            log.accept(host.text() + ": names " + DeviceHost.shown(text)
                    + ", which is no address on its own host and not followed");
        }
        return own;
    }
}
