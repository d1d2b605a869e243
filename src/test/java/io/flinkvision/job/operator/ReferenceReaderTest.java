package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.record.ValueReader.PictureBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceReaderTest {

    @TempDir
    Path folder;

    private ReferenceReader reader;

    @BeforeEach
    void makeFiles() throws IOException {
        Files.createDirectories(folder.resolve("pictures/sub"));
        Files.createDirectories(folder.resolve("pictures-of-others"));
        Files.write(folder.resolve("pictures/a picture.jpg"), new byte[] {1, 2, 3});
        Files.write(folder.resolve("pictures/large.jpg"), new byte[11]);
        Files.write(folder.resolve("pictures-of-others/secret.jpg"), new byte[] {4});
        Files.write(folder.resolve("secret.jpg"), new byte[] {4});
        reader = new ReferenceReader(List.of(uri("pictures")), 10);
    }

    @Test
    void readsAFileUnderAnAllowedPrefix() {
        assertThat(((PictureBytes.Found) read(uri("pictures/a%20picture.jpg"))).bytes()).isEqualTo(new byte[] {1, 2, 3});
    }

    @Test
    void passesOverCommentsAndBlankLines() {
        PictureBytes outcome = read("# the picture\r\n\r\n" + uri("pictures/a%20picture.jpg") + "\r\n");

        assertThat(outcome).isInstanceOf(PictureBytes.Found.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "secret.jpg",
        "pictures-of-others/secret.jpg",
        "pictures/../secret.jpg",
        "pictures/%2e%2e/secret.jpg",
        "pictures/sub/..%2f..%2fsecret.jpg",
        "pictures/..%5csecret.jpg",
        "pictures/.%2E/secret.jpg",
        "pictures/./../secret.jpg",
        "pictures//../secret.jpg",
        "pictures%2f..%2fsecret.jpg",
        "pictures/a%20picture.jpg%00.png",
        "pictures%00/secret.jpg",
        "Pictures/a%20picture.jpg",
        "pictures"
    })
    void refusesWhatIsUnderNoAllowedPrefix(String path) {
        assertRefused(uri(path), ErrorCode.REFERENCE_NOT_ALLOWED, "decode.reference-prefixes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "s3://bucket/picture.jpg", "mailto:somebody", "http:///pictures/a.jpg"})
    void refusesOtherFileSystems(String uri) {
        assertRefused(uri, ErrorCode.REFERENCE_NOT_ALLOWED, uri);
    }

    /** Decoded once, these are names of files in the folder, of which there are none. */
    @ParameterizedTest
    @ValueSource(strings = {
        "pictures/%252e%252e/secret.jpg", "pictures/%252e%252e%252fsecret.jpg", "pictures/%c0%ae%c0%ae/secret.jpg",
        "pictures/..;/secret.jpg", "pictures/%ef%bc%8e%ef%bc%8e/secret.jpg"})
    void whatIsEncodedTwiceOrOddlyStaysInTheFolder(String path) {
        assertRefused(uri(path), ErrorCode.UNREADABLE, "secret.jpg");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "store://allowed@elsewhere/pictures/a.jpg",
        "store://allowed:80@elsewhere/pictures/a.jpg",
        "store://allowed.elsewhere/pictures/a.jpg",
        "store://allowed:8080/pictures/a.jpg",
        "store://somebody@allowed/pictures/a.jpg",
        "store:///pictures/a.jpg",
        "store:/pictures/a.jpg",
        "store:pictures/a.jpg",
        "//allowed/pictures/a.jpg",
        "http://allowed/pictures/a.jpg",
        "file://allowed/pictures/a.jpg"
    })
    void refusesAnotherHostOrUser(String uri) {
        reader = new ReferenceReader(List.of("store://allowed/pictures"), 10);

        assertRefused(uri, ErrorCode.REFERENCE_NOT_ALLOWED, uri);
    }

    /** The local file system knows no hosts: it would read its own file of that path. */
    @Test
    void refusesALocalFileOfAnotherHost() {
        assertRefused(uri("pictures/a%20picture.jpg").replaceFirst("file:/+", "file://elsewhere/"),
                ErrorCode.REFERENCE_NOT_ALLOWED, "elsewhere");
    }

    @Test
    void refusesASymbolicLinkThatLeadsOut() throws IOException {
        Files.createSymbolicLink(folder.resolve("pictures/link.jpg"), folder.resolve("secret.jpg"));
        Files.createSymbolicLink(folder.resolve("pictures/others"), Path.of("../pictures-of-others"));

        assertRefused(uri("pictures/link.jpg"), ErrorCode.REFERENCE_NOT_ALLOWED, "symbolic link");
        assertRefused(uri("pictures/others/secret.jpg"), ErrorCode.REFERENCE_NOT_ALLOWED, "symbolic link");
    }

    @Test
    void followsASymbolicLinkWithinTheAllowedFolders() throws IOException {
        Files.createSymbolicLink(folder.resolve("pictures/sub/link.jpg"), Path.of("../a picture.jpg"));
        Files.createSymbolicLink(folder.resolve("behind-a-link"), folder.resolve("pictures"));

        assertThat(read(uri("pictures/sub/link.jpg"))).isInstanceOf(PictureBytes.Found.class);
        reader = new ReferenceReader(List.of(uri("behind-a-link/")), 10);
        assertThat(read(uri("behind-a-link/a%20picture.jpg"))).isInstanceOf(PictureBytes.Found.class);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void refusesANamedPipeInsteadOfWaitingForIt() throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("mkfifo", folder.resolve("pictures/pipe.jpg").toString()).start().waitFor())
                .isZero();

        assertRefused(uri("pictures/pipe.jpg"), ErrorCode.UNREADABLE, "pipe");
    }

    @Test
    void readsNoFileSystemThatFollowsRedirects() {
        reader = new ReferenceReader(List.of("http://127.0.0.1/pictures"), 10);

        assertRefused("http://127.0.0.1/pictures/a.jpg", ErrorCode.UNREADABLE, "scheme");
    }

    @Test
    void refusesEverythingWhereTheJobAllowsNothing() {
        reader = new ReferenceReader(List.of(), 10);

        assertRefused(uri("pictures/a%20picture.jpg"), ErrorCode.REFERENCE_NOT_ALLOWED, "[]");
    }

    @Test
    void saysThatAFileIsMissing() {
        assertRefused(uri("pictures/none.jpg"), ErrorCode.UNREADABLE, "none.jpg");
    }

    @Test
    void saysThatAFolderIsNoPicture() {
        assertRefused(uri("pictures/sub"), ErrorCode.UNREADABLE, "folder");
    }

    @Test
    void refusesAFileAboveTheLimitWithoutReadingIt() {
        assertRefused(uri("pictures/large.jpg"), ErrorCode.TOO_LARGE, "11 bytes");
    }

    @Test
    void refusesSeveralReferencesInOneRecord() {
        assertRefused(uri("pictures/a%20picture.jpg") + "\n" + uri("pictures/large.jpg"),
                ErrorCode.INVALID_HEADERS, "holds 2");
    }

    @Test
    void refusesTextThatIsNoUri() {
        assertRefused("file:///a b c", ErrorCode.UNREADABLE, "no URI");
    }

    private PictureBytes read(String text) {
        return reader.read(text.getBytes(UTF_8));
    }

    private void assertRefused(String text, ErrorCode code, String messagePart) {
        PictureBytes outcome = read(text);
        assertThat(outcome).isInstanceOfSatisfying(PictureBytes.Refused.class, refused -> {
            assertThat(refused.reason().code()).isEqualTo(code);
            assertThat(refused.reason().message()).contains(messagePart);
        });
    }

    private String uri(String path) {
        return folder.toUri() + path;
    }
}
