package io.flinkvision.tools.discover;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A device that answered a probe.
 *
 * @param host the sender of the answer
 * @param service its device service, on its own host
 * @param name by its scopes; empty if they have none
 * @param hardware by its scopes; empty if they have none
 */
record ProbeMatch(DeviceHost host, URI service, String name, String hardware) {

    private static final String SCOPE = "onvif://www.onvif.org/";
    private static final String STANDARD_PATH = "/onvif/device_service";

    /** The device service that ONVIF's core specification gives every device, on this port. */
    static URI standardService(DeviceHost host, int port) {
        return URI.create("http://" + host.text() + (port == 80 ? "" : ":" + port) + STANDARD_PATH);
    }

    /** A device of which only host and port are known. */
    static ProbeMatch unasked(DeviceHost host, int port) {
        return new ProbeMatch(host, standardService(host, port), "", "");
    }

    /**
     * A device by its answer.
     *
     * @param match the element {@code ProbeMatch}
     * @return empty if it is no device of ONVIF
     */
    static Optional<ProbeMatch> of(DeviceHost host, DeviceXml match) {
        List<String> scopes = words(match.text("Scopes"));
        if (!match.text("Types").contains("NetworkVideoTransmitter")
                && scopes.stream().noneMatch(scope -> scope.startsWith(SCOPE))) {
            return Optional.empty();
        }
        URI service = words(match.text("XAddrs")).stream()
                .flatMap(address -> host.own(address, "http", "https").stream())
                .findFirst()
                .orElseGet(() -> standardService(host, 80));
        return Optional.of(new ProbeMatch(host, service, scope(scopes, "name"), scope(scopes, "hardware")));
    }

    /** The addresses of the answer that are on another host, where none is on its own. */
    static List<String> foreign(DeviceHost host, DeviceXml match) {
        List<String> addresses = words(match.text("XAddrs"));
        return addresses.stream().anyMatch(address -> host.own(address, "http", "https").isPresent())
                ? List.of() : addresses;
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }

    private static String scope(List<String> scopes, String category) {
        return scopes.stream()
                .filter(scope -> scope.startsWith(SCOPE + category + "/"))
                .map(scope -> decoded(scope.substring((SCOPE + category + "/").length())))
                .filter(value -> !value.isBlank())
                .findFirst()
                .orElse("");
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
