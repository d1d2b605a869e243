package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkvision.core.teach.LabelledPicture.LabelledView;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureFolderTest {

    @TempDir
    Path folder;

    @BeforeEach
    void makeTwoLabels() throws IOException {
        write("gate open/1.jpg");
        write("shut/monday/cam 1/2.jpg");
    }

    private void write(String file) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, file);
    }

    private static LabelledView view(LabelledPicture picture) {
        return picture.views().get(0);
    }

    @Test
    void eachFolderIsALabelAndDeeperOnesAreGroups() {
        assertThat(PictureFolder.read(folder, View.WHOLE).pictures())
                .extracting(LabelledPicture::source, it -> view(it).label(), it -> view(it).group())
                .containsExactly(tuple("gate open/1.jpg", "gate open", Optional.empty()),
                        tuple("shut/monday/cam 1/2.jpg", "shut", Optional.of("monday/cam 1")));
        assertThat(PictureFolder.read(folder, View.WHOLE).leftOut()).isEmpty();
    }

    @Test
    void ofAFolderWithARegionTheBoxOfEachFrameIsTaught() throws IOException {
        RegionFile region = new RegionFile("cam \"7\" \\ käfig 🚪\n", "gate", new RegionBox(0.1, 0.25, 0.5, 0.375));
        region.writeTo(folder);
        write(FeatureFile.NAME);

        LabelledPictures read = PictureFolder.read(folder, View.WHOLE);

        assertThat(RegionFile.in(folder)).contains(region);
        assertThat(read.pictures()).extracting(it -> view(it).view())
                .containsExactly(new View.Region(region.box()), new View.Region(region.box()));
        assertThat(read.leftOut()).isEmpty();
    }

    @Test
    void aRegionFileOfNoRegionIsRefusedWithItsLine() throws IOException {
        Files.writeString(folder.resolve(RegionFile.NAME), "camera: cam-7\nregion: gate\nbox: [0.5, 0, 0.6, 1]\n");

        assertThatThrownBy(() -> PictureFolder.read(folder, View.WHOLE))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("region.yaml:3")
                .hasMessageContaining("ends outside the picture");
    }

    @Test
    void filesOutsideTheLabelsAndEmptyLabelsAreListed() throws IOException {
        write("README.md");
        write(".DS_Store");
        write("shut/.hidden/3.jpg");
        Files.createDirectories(folder.resolve("half open/later"));

        LabelledPictures read = PictureFolder.read(folder, View.WHOLE);

        assertThat(read.pictures()).hasSize(2);
        assertThat(read.leftOut()).containsExactly(
                new LeftOut("README.md", "it is not in the folder of a label"),
                new LeftOut("half open", "the folder has no files"));
    }

    @Test
    void linksAreFollowedButNotInCircles() throws IOException {
        Files.createSymbolicLink(folder.resolve("shut/again"), folder.resolve("shut"));
        Files.createSymbolicLink(folder.resolve("shut/gone.jpg"), folder.resolve("not there"));
        Files.createSymbolicLink(folder.resolve("shut/linked.jpg"), folder.resolve("gate open/1.jpg"));

        LabelledPictures read = PictureFolder.read(folder, View.WHOLE);

        assertThat(read.pictures()).extracting(LabelledPicture::source)
                .containsExactly("gate open/1.jpg", "shut/linked.jpg", "shut/monday/cam 1/2.jpg");
        assertThat(read.leftOut()).containsExactly(
                new LeftOut("shut/again", "it is a link to a folder that it is in"),
                new LeftOut("shut/gone.jpg", "it is a link to a file that is not there"));
    }

    @Test
    void aFolderWithoutLabelsIsRefused() {
        assertThatThrownBy(() -> PictureFolder.read(folder.resolve("gate open"), View.WHOLE))
                .isInstanceOf(TeachingException.class)
                .hasMessageContaining("has no folders in it");
        assertThatThrownBy(() -> PictureFolder.read(folder.resolve("gate open/1.jpg"), View.WHOLE))
                .isInstanceOf(TeachingException.class)
                .hasMessageContaining("is not a folder");
        assertThat(RegionFile.in(folder.resolve("gate open/1.jpg"))).isEmpty();
        assertThatThrownBy(() -> PictureFolder.read(folder.resolve("nowhere"), View.WHOLE))
                .isInstanceOf(TeachingException.class)
                .hasMessageContaining("is not there");
    }

    @Test
    void aFolderThatMayNotBeReadIsListed() throws IOException {
        write("half open/1.jpg");
        Path label = folder.resolve("half open");
        Files.setPosixFilePermissions(label, Set.of());
        try {
            assumeFalse(Files.isReadable(label), "this user may read all");

            assertThat(PictureFolder.read(folder, View.WHOLE).leftOut())
                    .containsExactly(new LeftOut("half open", "it cannot be read: access is denied"));
        } finally {
            Files.setPosixFilePermissions(label, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aNameThatIsNoLabelIsRefused() throws IOException {
        write("x".repeat(101) + "/1.jpg");

        assertThatThrownBy(() -> PictureFolder.read(folder, View.WHOLE))
                .isInstanceOf(TeachingException.class)
                .hasMessageContaining("is no label: a label has from 1 to 100 characters");
    }

    @Test
    void aNameOfTwoLinesIsNoLabelAndIsNamedInOne() throws IOException {
        write("half\nopen/1.jpg");

        assertThatThrownBy(() -> PictureFolder.read(folder, View.WHOLE))
                .hasMessageStartingWith("The name of the folder " + folder + "/half\ufffdopen is no label: ");
    }

    @Test
    void aFileMayHaveANameOfTwoLines() throws IOException {
        write("shut/a\nb.jpg");

        assertThat(PictureFolder.read(folder, View.WHOLE).pictures())
                .extracting(LabelledPicture::source).contains("shut/a\nb.jpg");
    }

    @Test
    void labelsMayHaveGroupsOnly() throws IOException {
        write("half open/monday/1.jpg");
        write("half open/tuesday/1.jpg");

        assertThat(PictureFolder.read(folder.resolve("half open"), View.WHOLE).pictures())
                .extracting(it -> view(it).label()).containsExactly("monday", "tuesday");
        assertThat(PictureFolder.read(folder, View.WHOLE).pictures())
                .filteredOn(it -> view(it).label().equals("half open"))
                .extracting(it -> view(it).group()).containsExactly(Optional.of("monday"), Optional.of("tuesday"));
    }

    @Test
    void anUmlautIsOneCharacterHoweverTheFileSystemKeepsIt() throws IOException {
        assumeTrue(
                System.getProperty("sun.jnu.encoding").equals("UTF-8"), "file names are not in UTF-8 here");
        write("Türe auf 🚪/1.jpg");
        write("Tu\u0308re auf 🚪/2.jpg");

        assertThat(PictureFolder.read(folder, View.WHOLE).pictures())
                .extracting(it -> view(it).label())
                .containsExactlyInAnyOrder("gate open", "T\u00fcre auf 🚪", "T\u00fcre auf 🚪", "shut");
    }

    @Test
    void inTheFolderOfARegionNamesAreDecodedAndOnlyPicturesListed() throws IOException {
        new RegionFile("cam", "gate", RegionBox.WHOLE).writeTo(folder);
        write("half%2Fopen/3.jpg");
        write("reviews.csv");
        write("features.safetensors");
        write(".heads/history.csv");
        write("shut/.part-0815");

        LabelledPictures read = PictureFolder.read(folder, View.WHOLE);

        assertThat(read.pictures()).extracting(it -> view(it).label()).containsExactly("gate open", "half/open", "shut");
        assertThat(read.leftOut()).isEmpty();
    }

    @Test
    void withoutARegionAPercentSignIsNoMoreThanThat() throws IOException {
        write("100%25/3.jpg");

        assertThat(PictureFolder.read(folder, View.WHOLE).pictures()).extracting(it -> view(it).label())
                .contains("100%25");
    }
}
