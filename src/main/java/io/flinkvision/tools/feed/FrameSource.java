package io.flinkvision.tools.feed;

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

/** Where a camera's frames come from. {@link SourceParser} makes them of what people write. */
public sealed interface FrameSource {

    /** A camera id made of the source's own name. */
    String defaultId();

    /** The source as it is shown; without any password. */
    String description();

    /** Pictures that are files, in the order of their names. */
    sealed interface Pictures extends FrameSource {

        /** The endings by which a file of a folder is known as a picture. */
        Set<String> ENDINGS = Set.of(
                "jpg", "jpeg", "jpe", "jfif", "png", "webp", "bmp", "tif", "tiff", "pnm", "ppm", "pgm", "pbm");

        /** The folder that all of them are in. */
        Path folder();

        /** The files that are there now, in the order of their names. */
        List<Path> list() throws IOException;

        /** Whether a file's ending is that of a picture. */
        static boolean isNamedLikeOne(Path file) {
            String name = file.getFileName().toString();
            return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        }
    }

    /**
     * The pictures of a folder, by their endings; hidden files, and folders in it, are left out.
     *
     * @param folder it
     */
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
                return pictures(entries).filter(Pictures::isNamedLikeOne).sorted().toList();
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
     * @param folder the folder below which they lie
     * @param pattern what follows it, with the wildcards of {@link java.nio.file.FileSystem#getPathMatcher}
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
     * Files that were named one by one, as a shell does with a pattern.
     *
     * @param folder the one that they all lie in
     * @param list them
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
            return list.size() == 1 ? list.get(0).toString() : list.size() + " files of " + folder;
        }
    }

    /**
     * A video in a file.
     *
     * @param file it
     */
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
     * @param address the URI, with user and password where the camera wants them
     */
    record NetworkStream(URI address) implements FrameSource {

        /** What to do about an address that cannot be taken apart. */
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

        /** The address without user, password and query, any of which may be secret. */
        @Override
        public String description() {
            return address.getScheme() + "://" + defaultId();
        }

        /**
         * What may be shown of an address that cannot be taken apart: its scheme, and host and path, which begin after
         * the last {@code @} whatever is in its password. Without one there is the scheme alone.
         */
        static String shown(String address) {
            String scheme = address.substring(0, Math.max(0, address.indexOf("://")));
            String rest = address.substring(address.lastIndexOf('@') + 1).split("[?#]", 2)[0];
            return "The address " + scheme + "://..." + (address.indexOf('@') < 0 ? "" : "@" + rest);
        }

        /** Not what a record prints: the address may hold a password. */
        @Override
        public String toString() {
            return description();
        }
    }

    /**
     * A camera of this machine, by Video4Linux2.
     *
     * @param device its file, such as {@code /dev/video0}
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

    /** JPEGs one straight after the other on standard input. */
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
     * A moving scene that is made here, with a counter in it.
     *
     * @param name the camera id
     * @param width pixels, a multiple of 8
     * @param height pixels, a multiple of 8
     * @param fps frames a second, where the camera's settings name none
     */
    record TestScene(String name, int width, int height, double fps) implements FrameSource {

        public TestScene {
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
