package io.flinkvision.tools.discover;

import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.tools.discover.FoundStream.Access;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes cameras that were found as a file of cameras. Texts of devices stand in comments, escaped and cut; ids have
 * letters, digits and hyphens only; addresses refer to the login by its variables.
 */
public final class CamerasYaml {

    private static final int MAX_TEXT = 160;
    private static final int MAX_ID = 60;

    /** The characters of addresses that need no escape in YAML; a brace could begin a reference to a variable. */
    private static final Pattern ADDRESS = Pattern.compile("[!-~&&[^\"\\\\{}]]+");

    private final Optional<Login> login;
    private final List<FoundCamera> cameras;

    /** @param login the one that the cameras were asked with */
    public CamerasYaml(List<FoundCamera> cameras, Optional<Login> login) {
        this.login = login;
        this.cameras = List.copyOf(cameras);
    }

    /** The number of cameras in the file that are no comments. */
    public int count() {
        return (int) cameras.stream().filter(this::isListed).count();
    }

    private boolean isListed(FoundCamera camera) {
        return camera.chosen(this::isUsable).isPresent();
    }

    /** The file. */
    public String text() {
        List<String> lines = new ArrayList<>(List.of("# Found by bin/vision camera discover."));
        login.ifPresent(known -> lines.add("# User and password are in the environment variables "
                + known.userVariable() + " and " + known.passwordVariable() + "."));
        lines.add("# Of each camera's streams the smallest one is chosen that has " + FoundCamera.ENOUGH_PIXELS
                + " pixels a side, which is what a network sees:");
        lines.add("# it costs the least to decode. Choose another one for regions that are small in the picture.");
        lines.add(count() == 0 ? "cameras: {}" : "cameras:");
        List<String> ids = ids(cameras.stream().filter(this::isListed).toList());
        int next = 0;
        for (FoundCamera camera : cameras) {
            if (camera != cameras.get(0)) {
                lines.add("");
            }
            lines.add("  # " + title(camera));
            camera.remarks().forEach(remark -> lines.add("  # " + shown(remark)));
            Optional<FoundStream> chosen = camera.chosen(this::isUsable);
            if (chosen.isPresent()) {
                lines.add("  " + ids.get(next++) + ":");
                lines.add("    " + line(chosen.get()));
            } else {
                lines.add("  # Not listed: " + advice(camera));
            }
            camera.streams().stream()
                    .filter(stream -> chosen.filter(stream::equals).isEmpty())
                    .forEach(stream -> lines.add("    # " + line(stream)));
        }
        return String.join("\n", lines) + "\n";
    }

    private String title(FoundCamera camera) {
        List<String> parts = new ArrayList<>();
        for (String part : List.of(camera.name(), camera.maker(), camera.model())) {
            if (!part.isBlank() && !parts.contains(part)) {
                parts.add(part);
            }
        }
        parts.add(camera.host());
        return shown(String.join(", ", parts));
    }

    private String advice(FoundCamera camera) {
        boolean wantsLogin = camera.wantsLogin() || camera.streams().stream()
                .anyMatch(stream -> stream.access() == Access.UNTRIED || stream.access() == Access.REFUSED);
        if (!wantsLogin) {
            return "it offers no stream that can be read";
        }
        return login.isPresent() ? "it wants another login"
                : "it wants a login; set CAMERA_USER and CAMERA_PASSWORD, and search again";
    }

    /** The line of a stream. */
    private String line(FoundStream stream) {
        String source = source(stream);
        return isSource(source)
                ? "source: \"" + source + "\"  # " + shown(stream.description()) + remark(stream)
                : "source: " + shown(DeviceHost.shown(source) + ", whose full address is not shown, because of a"
                        + " password or a character in it, " + stream.description());
    }

    private String source(FoundStream stream) {
        String address = stream.address().toASCIIString();
        String known = login.map(each -> each.withReferences(address)).orElse(address);
        String reference = login.map(Login::reference).orElse("${CAMERA_USER}:${CAMERA_PASSWORD}") + "@";
        return stream.access() == Access.OPEN
                ? known : known.replaceFirst("://", "://" + Matcher.quoteReplacement(reference));
    }

    /** Whether a job takes it, which no password may be in, and YAML as it is. */
    private boolean isSource(String source) {
        String withoutReferences = login.map(known -> source
                .replace("${" + known.userVariable() + "}", "").replace("${" + known.passwordVariable() + "}", ""))
                .orElse(source.replace("${CAMERA_USER}:${CAMERA_PASSWORD}@", ""));
        return ADDRESS.matcher(withoutReferences).matches()
                && new CameraDeclaration("camera", new TreeMap<>(Map.of("source", source))).problems().isEmpty();
    }

    private boolean isUsable(FoundStream stream) {
        boolean readable = switch (stream.access()) {
            case OPEN, LOGIN -> true;
            case UNTRIED -> login.isPresent();
            case REFUSED -> false;
        };
        return readable && isSource(source(stream));
    }

    private static String remark(FoundStream stream) {
        return switch (stream.access()) {
            case OPEN, LOGIN -> "";
            case UNTRIED -> "; not tried with a login";
            case REFUSED -> "; refuses the login";
        };
    }

    private String shown(String text) {
        return PrintableText.escaped(login.map(known -> known.masked(text)).orElse(text), MAX_TEXT);
    }

    /** One per camera: its name; where several have the same, with the host; and a number where that is not enough. */
    private List<String> ids(List<FoundCamera> listed) {
        Map<String, Long> counts = listed.stream()
                .collect(Collectors.groupingBy(this::name, Collectors.counting()));
        Set<String> used = new HashSet<>();
        return listed.stream()
                .map(camera -> counts.get(name(camera)) == 1 ? name(camera) : name(camera) + "-" + hostName(camera))
                .map(id -> unused(id, used))
                .toList();
    }

    private static String unused(String id, Set<String> used) {
        String unused = id;
        for (int number = 2; !used.add(unused); number++) {
            unused = id + "-" + number;
        }
        return unused;
    }

    private String name(FoundCamera camera) {
        String text = camera.name().isBlank() ? camera.model() : camera.name();
        String plain = Normalizer.normalize(login.map(known -> known.masked(text)).orElse(text), Normalizer.Form.NFKD)
                .replaceAll("\\p{M}", "").toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String id = plain.substring(0, Math.min(MAX_ID, plain.length())).replaceAll("^-+|-+$", "");
        // A key of digits or a word such as "no" is no text in YAML.
        return id.matches("[a-z].*[0-9-].*|[a-z]{6,}") ? id : "camera-" + (id.isEmpty() ? hostName(camera) : id);
    }

    private static String hostName(FoundCamera camera) {
        return camera.host().replaceAll("[^0-9A-Za-z]+", "-");
    }
}
