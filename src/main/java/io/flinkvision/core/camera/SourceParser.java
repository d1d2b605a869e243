package io.flinkvision.core.camera;

import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.camera.FrameSource.PictureFiles;
import io.flinkvision.core.camera.FrameSource.PictureFolder;
import io.flinkvision.core.camera.FrameSource.PicturePattern;
import io.flinkvision.core.camera.FrameSource.Pictures;
import io.flinkvision.core.camera.FrameSource.StandardInput;
import io.flinkvision.core.camera.FrameSource.TestScene.Subject;
import io.flinkvision.core.camera.FrameSource.TestScene;
import io.flinkvision.core.camera.FrameSource.VideoDevice;
import io.flinkvision.core.camera.FrameSource.VideoFile;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Parses sources as users write them: paths, patterns, addresses, {@code -} and {@code test:}. */
public final class SourceParser {

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+)://.*");
    private static final List<String> NETWORK_SCHEMES = List.of("rtsp", "rtsps", "http", "https");
    private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");
    private static final String TEST_SCHEME = "test:";
    private static final int MAX_TEST_SCENES = 10_000;

    private SourceParser() {}

    /**
     * The sources of several arguments, in their order. Consecutive picture files of one folder are one source, because
     * a shell expands a pattern to them.
     *
     * @throws CameraException if an argument is no source; the message contains no password
     */
    public static List<FrameSource> parse(List<String> arguments) {
        List<FrameSource> sources = new ArrayList<>();
        for (String argument : arguments) {
            for (FrameSource source : parse(argument)) {
                if (source instanceof PictureFiles files && !sources.isEmpty()
                        && sources.get(sources.size() - 1) instanceof PictureFiles before
                        && before.folder().equals(files.folder())) {
                    List<Path> both = new ArrayList<>(before.list());
                    both.addAll(files.list());
                    sources.set(sources.size() - 1, new PictureFiles(files.folder(), both));
                } else {
                    sources.add(source);
                }
            }
        }
        return List.copyOf(sources);
    }

    /**
     * The sources of one argument: one, or N of {@code test:N}.
     *
     * @throws CameraException if it is no source
     */
    public static List<FrameSource> parse(String argument) {
        Matcher scheme = SCHEME.matcher(argument);
        try {
            if (argument.equals("-")) {
                return List.of(new StandardInput());
            }
            if (argument.startsWith(TEST_SCHEME)) {
                return testScenes(argument);
            }
            return List.of(scheme.matches() ? network(argument, scheme.group(1)) : path(argument));
        } catch (InvalidPathException e) {
            throw new CameraException(argument + " is not a valid path: " + e.getReason(), e);
        } catch (IllegalArgumentException e) {
            throw new CameraException(e.getMessage(), e);
        }
    }

    private static FrameSource network(String argument, String scheme) {
        if (!NETWORK_SCHEMES.contains(scheme.toLowerCase(Locale.ROOT))) {
            throw new CameraException("The scheme " + scheme + " is unknown; those of network sources are "
                    + String.join(", ", NETWORK_SCHEMES));
        }
        try {
            URI address = new URI(argument);
            if (hasPasswordBehindHost(address)) {
                throw new CameraException(NetworkStream.shown(argument) + " has its @ after a /, ? or #; "
                        + NetworkStream.PERCENT_RULE + ", and so is an @ in a path");
            }
            return new NetworkStream(address);
        } catch (URISyntaxException e) {
            // Without its message and cause, which would show a password.
            throw new CameraException(NetworkStream.shown(argument) + " is invalid: " + e.getReason() + " at character "
                    + (e.getIndex() + 1) + "; " + NetworkStream.PERCENT_RULE);
        }
    }

    /** Whether {@code rtsp://admin:12/34@host} was parsed as a path on port 12 of a host named admin. */
    private static boolean hasPasswordBehindHost(URI address) {
        String authority = address.getRawAuthority() == null ? "" : address.getRawAuthority();
        return authority.matches("[^@.\\[\\]]+:[0-9]*") && !authority.startsWith("localhost:")
                && address.toString().indexOf('@') >= 0;
    }

    private static FrameSource path(String argument) {
        Path path = Path.of(argument);
        if (Files.isDirectory(path)) {
            return new PictureFolder(path);
        }
        if (Files.isRegularFile(path)) {
            return Pictures.hasExtension(path)
                    ? new PictureFiles(path.toAbsolutePath().getParent(), List.of(path))
                    : new VideoFile(path);
        }
        if (Files.exists(path)) {
            return new VideoDevice(path);
        }
        if (WILDCARD.matcher(argument).find()) {
            return pattern(argument);
        }
        throw new CameraException(argument.startsWith("/dev/")
                ? "There is no device " + argument + "; 'ls /dev/video*' shows the cameras of this machine"
                : "There is no file or folder " + argument);
    }

    private static FrameSource pattern(String argument) {
        Path path = Path.of(argument);
        Path folder = path.isAbsolute() ? path.getRoot() : Path.of("");
        int plain = 0;
        while (!WILDCARD.matcher(path.getName(plain).toString()).find()) {
            folder = folder.resolve(path.getName(plain));
            plain++;
        }
        if (!Files.isDirectory(folder)) {
            throw new CameraException("There is no folder " + folder + " for the pattern " + argument);
        }
        return new PicturePattern(folder, path.subpath(plain, path.getNameCount()).toString());
    }

    private static List<FrameSource> testScenes(String argument) {
        String[] parts = argument.substring(TEST_SCHEME.length()).split("\\?", 2);
        Map<String, String> options = options(argument, parts.length == 2 ? parts[1] : "");
        Matcher size = Pattern.compile("([0-9]{1,4})x([0-9]{1,4})").matcher(options.getOrDefault("size", "640x480"));
        String fps = options.getOrDefault("fps", "5");
        if (!size.matches()) {
            throw new CameraException(argument + " has an invalid size; write it as in size=640x480");
        }
        if (!fps.matches("[0-9]{1,4}([.][0-9]{1,3})?")) {
            throw new CameraException(argument + " has an invalid frame rate; write it as in fps=5");
        }
        Subject subject = subject(argument, options.getOrDefault("subject", "disc"));
        return names(parts[0]).stream()
                .<FrameSource>map(name -> new TestScene(name, Integer.parseInt(size.group(1)),
                        Integer.parseInt(size.group(2)), Double.parseDouble(fps), subject))
                .toList();
    }

    private static Subject subject(String argument, String name) {
        return Arrays.stream(Subject.values())
                .filter(subject -> subject.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new CameraException(argument + " has an unknown subject '" + name
                        + "'; it is subject=disc or subject=gate"));
    }

    private static Map<String, String> options(String argument, String query) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : query.isEmpty() ? new String[0] : query.split("&")) {
            String[] pair = option.split("=", 2);
            if (pair.length < 2 || !List.of("size", "fps", "subject").contains(pair[0])) {
                throw new CameraException(argument + " has the unknown option '" + option
                        + "'; a test scene takes size, fps and subject, as in test:door?size=320x240&fps=10&subject=gate");
            }
            options.put(pair[0], pair[1]);
        }
        return options;
    }

    private static List<String> names(String name) {
        if (!name.matches("[0-9]{1,5}")) {
            return List.of(name.isEmpty() ? "test" : name);
        }
        int count = Integer.parseInt(name);
        if (count < 1 || count > MAX_TEST_SCENES) {
            throw new CameraException(
                    "The number of test scenes must be from 1 to " + MAX_TEST_SCENES + ", not " + count);
        }
        int digits = Integer.toString(count).length();
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> String.format(Locale.ROOT, "test-%0" + digits + "d", number))
                .toList();
    }
}
