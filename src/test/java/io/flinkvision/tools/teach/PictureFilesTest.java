package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.LabelledPicture;
import io.flinkvision.core.teach.LabelledPicture.LabelledView;
import io.flinkvision.core.teach.LabelledPictures;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureFilesTest {

    @TempDir
    Path folder;

    private LabelledPicture picture(String name, Optional<String> region, View view) throws IOException {
        Path file = folder.resolve(name);
        ImageIO.write(new BufferedImage(800, 400, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        return new LabelledPicture(
                file, name, List.of(new LabelledView(view, region, "open", Optional.empty())));
    }

    private Optional<Thumbnail> thumbnail(LabelledPicture picture, String source) {
        try (PictureFiles files =
                new PictureFiles(new LabelledPictures(List.of(picture), List.of()), DecodeLimits.DEFAULTS)) {
            return files.thumbnail(source);
        }
    }

    @Test
    void showsAWholePicture() throws IOException {
        Thumbnail thumbnail = thumbnail(picture("a.png", Optional.empty(), View.WHOLE), "a.png").orElseThrow();

        assertThat(thumbnail.width()).isEqualTo(192);
        assertThat(thumbnail.height()).isEqualTo(96);
    }

    @Test
    void showsTheBoxOfARegion() throws IOException {
        View box = new View.Region(new RegionBox(0, 0, 0.25, 1));

        Thumbnail thumbnail = thumbnail(picture("a.png", Optional.of("gate"), box), "a.png gate").orElseThrow();

        assertThat(thumbnail.width()).isEqualTo(96);
        assertThat(thumbnail.height()).isEqualTo(192);
    }

    @Test
    void hasNoPictureOfWhatIsNotThereAnyMore() throws IOException {
        LabelledPicture picture = picture("a.png", Optional.empty(), View.WHOLE);

        assertThat(thumbnail(picture, "of another teaching.png")).isEmpty();
        try (RandomAccessFile file = new RandomAccessFile(picture.file().toFile(), "rw")) {
            file.setLength(3L << 30);
        }
        assertThat(thumbnail(picture, "a.png")).as("a file that has grown too large to be read").isEmpty();
        Files.writeString(picture.file(), "no picture");
        assertThat(thumbnail(picture, "a.png")).isEmpty();
        Files.delete(picture.file());
        assertThat(thumbnail(picture, "a.png")).isEmpty();
    }
}
