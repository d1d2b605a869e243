package io.flinkvision.core.camera;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Where a camera's frames come from; {@link SourceParser} reads it from a text. */
public sealed interface FrameSource {

    /** A camera id made from the name of the source. */
    String defaultId();

    /** The source for messages; without any password. */
    String description();

    /** Picture files, in the order of their names. */
    sealed interface Pictures extends FrameSource {

        /** The file extensions of pictures. */
        Set<String> EXTENSIONS = Set.of(
                "jpg", "jpeg", "jpe", "jfif", "png", "webp", "bmp", "tif", "tiff", "pnm", "ppm", "pgm", "pbm");

        /** The folder that contains all of them. */
        Path folder();

        /** The present files, in the order of their names. */
        List<Path> list() throws IOException;

        static boolean hasExtension(Path file) {
            String name = file.getFileName().toString();
            return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        }
    }

    /** The pictures of a folder, by their extensions, without hidden files and subfolders. */
    record PictureFolder(Path folder) implements Pictures {

        @Override
        public String defaultId() {
            Path name = folder.toAbsolutePath().normalize().getFileName();
            return name == null ? "folder" : name.toString();
        }

        @Override
        public String description() {
            return folder.toString();
        }

        @Override
        public List<Path> list() throws IOException {
            try (Stream<Path> entries = Files.list(folder)) {
                return pictures(entries).filter(Pictures::hasExtension).sorted().toList();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }

        static Stream<Path> pictures(Stream<Path> entries) {
            return entries
                    .filter(entry -> !entry.getFileName().toString().startsWith("."))
                    .filter(Files::isRegularFile);
        }
    }

    /**
     * The files that match a pattern.
     *
     * @param folder their root
     * @param pattern relative to it, with the wildcards of {@link java.nio.file.FileSystem#getPathMatcher}
     */
    record PicturePattern(Path folder, String pattern) implements Pictures {

        @Override
        public String defaultId() {
            return new PictureFolder(folder).defaultId();
        }

        @Override
        public String description() {
            return folder.resolve("").toString() + "/" + pattern;
        }

        @Override
        public List<Path> list() throws IOException {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
            int depth = pattern.contains("**") ? Integer.MAX_VALUE : Path.of(pattern).getNameCount();
            try (Stream<Path> entries = Files.walk(folder, depth)) {
                return PictureFolder.pictures(entries)
                        .filter(file -> matcher.matches(folder.relativize(file)))
                        .sorted()
                        .toList();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
    }

    /**
     * Files that were named one by one, as a shell expands a pattern.
     *
     * @param folder the folder of all of them
     * @param list the files
     */
    record PictureFiles(Path folder, List<Path> list) implements Pictures {

        public PictureFiles {
            list = List.copyOf(list);
        }

        @Override
        public String defaultId() {
            return new PictureFolder(folder).defaultId();
        }

        @Override
        public String description() {
            return list.size() == 1 ? list.get(0).toString() : list.size() + " files in " + folder;
        }
    }

    record VideoFile(Path file) implements FrameSource {

        @Override
        public String defaultId() {
            String name = file.getFileName().toString();
            int dot = name.lastIndexOf('.');
            return dot > 0 ? name.substring(0, dot) : name;
        }

        @Override
        public String description() {
            return file.toString();
        }
    }

    /**
     * A camera or a video on the network: RTSP, or HTTP with MJPEG, HLS or a video file.
     *
     * @param address with user and password if the camera requires them
     */
    record NetworkStream(URI address) implements FrameSource {

        /** Advice about an address that cannot be parsed. */
        static final String PERCENT_RULE = "special characters of a user or a password are written as %40 for @,"
                + " %23 for #, %2F for /, %3F for ? and %25 for %";

        public NetworkStream {
            Objects.requireNonNull(address, "address");
            if (address.getHost() == null) {
                throw new IllegalArgumentException(shown(address.toString()) + " names no host; " + PERCENT_RULE);
            }
        }

        @Override
        public String defaultId() {
            String port = address.getPort() < 0 ? "" : ":" + address.getPort();
            String path = address.getPath() == null ? "" : address.getPath();
            return address.getHost() + port + (path.equals("/") ? "" : path);
        }

        /** The address without user, password and query, each of which may be secret. */
        @Override
        public String description() {
            return address.getScheme() + "://" + defaultId();
        }

        /**
         * The parts of an unparseable address that are no secret: its scheme, and host and path, which begin after the
         * last {@code @} whatever its password contains. Without an {@code @}, only the scheme.
         */
        static String shown(String address) {
            String scheme = address.substring(0, Math.max(0, address.indexOf("://")));
            String rest = address.substring(address.lastIndexOf('@') + 1).split("[?#]", 2)[0];
            return "The address " + scheme + "://..." + (address.indexOf('@') < 0 ? "" : "@" + rest);
        }

        /** Overridden because the address may contain a password. */
        @Override
        public String toString() {
            return description();
        }
    }

    /**
     * A camera of this machine, by Video4Linux2.
     *
     * @param device such as {@code /dev/video0}
     */
    record VideoDevice(Path device) implements FrameSource {

        @Override
        public String defaultId() {
            return device.getFileName().toString();
        }

        @Override
        public String description() {
            return device.toString();
        }
    }

    /** Concatenated JPEGs on standard input. */
    record StandardInput() implements FrameSource {

        @Override
        public String defaultId() {
            return "stdin";
        }

        @Override
        public String description() {
            return "standard input";
        }
    }

    /**
     * A generated, moving scene that shows the number of each frame.
     *
     * @param name the camera id
     * @param width pixels, a multiple of 8
     * @param height pixels, a multiple of 8
     * @param fps frames per second, unless the camera's settings have a rate
     * @param subject the thing that moves
     */
    record TestScene(String name, int width, int height, double fps, Subject subject) implements FrameSource {

        /** The thing that moves: a disc to and fro, or a gate that opens and shuts in changing light. */
        public enum Subject { DISC, GATE }

        public TestScene {
            Objects.requireNonNull(subject, "subject");
            if (width < 64 || height < 64 || width > 4096 || height > 4096 || width % 8 != 0 || height % 8 != 0) {
                throw new IllegalArgumentException("The test scene's size must be two multiples of 8 from 64 to 4096,"
                        + " not " + width + "x" + height);
            }
            if (!(fps > 0 && fps <= 1000)) {
                throw new IllegalArgumentException("The test scene's fps must be above 0 and at most 1000, not " + fps);
            }
        }

        @Override
        public String defaultId() {
            return name;
        }

        @Override
        public String description() {
            return "the test scene " + name;
        }
    }
}
