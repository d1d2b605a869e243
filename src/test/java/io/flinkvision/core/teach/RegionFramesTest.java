package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.LabelledPicture.LabelledView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionFramesTest {

    @TempDir
    Path folder;

    @BeforeEach
    void writeFrames() throws IOException {
        Files.createDirectories(folder.resolve("frames"));
        Files.writeString(folder.resolve("frames/morning.png"), "morning");
        regions("""
                {"camera": "car park", "regions": [
                  {"name": "left", "x": 0, "y": 0.5, "w": 0.25, "h": 0.5},
                  {"name": "right", "x": 0.75, "y": 0, "w": 0.25, "h": 0.5}]}""");
    }

    private void regions(String json) throws IOException {
        Files.writeString(folder.resolve("regions.json"), json);
    }

    private LabelledPictures read(String... lines) throws IOException {
        Files.write(folder.resolve("labels.csv"), List.of(lines));
        return RegionFrames.read(folder, folder.resolve("regions.json"));
    }

    @Test
    void theRegionsOfAFrameAreOneGroup() throws IOException {
        LabelledPictures read = read("frame,region,label", "morning.png,left,free", "morning.png,right,occupied",
                "evening.png,left,free");

        assertThat(read.pictures()).hasSize(1);
        assertThat(read.pictures().get(0).views()).containsExactly(
                new LabelledView(new View.Region(new RegionBox(0, 0.5, 0.25, 0.5)), Optional.of("left"), "free",
                        Optional.of("morning.png")),
                new LabelledView(new View.Region(new RegionBox(0.75, 0, 0.25, 0.5)), Optional.of("right"), "occupied",
                        Optional.of("morning.png")));
        assertThat(read.leftOut()).containsExactly(
                new LeftOut("evening.png", "the frame has labels, but is not there"));
    }

    @Test
    void aLineThatIsWrongIsNamed() {
        assertRefused("labels.csv: line 1 must be 'frame,region,label'", "morning.png,left,free");
        assertRefused("labels.csv: line 3: there is no region 'middle'",
                "frame,region,label", "morning.png,left,free", "morning.png,middle,free");
        assertRefused("labels.csv: line 2 has 2 fields", "frame,region,label", "morning.png,left");
        assertRefused("labels.csv: line 3: region 'left' of frame 'morning.png' has a label already",
                "frame,region,label", "morning.png,left,free", "morning.png,left,occupied");
        assertRefused("labels.csv: line 2: '' is no label", "frame,region,label", "morning.png,left, ");
        assertRefused("'../../etc/passwd' is not the name of a file in the folder frames",
                "frame,region,label", "../../etc/passwd,left,free");
    }

    @Test
    void aRegionThatIsWrongIsNamed() throws IOException {
        regions("{\"regions\": [{\"name\": \"left\", \"x\": 0.9, \"y\": 0, \"w\": 0.25, \"h\": 0.5}]}");
        assertRefused("regions.json: region 'left': The box ends outside the picture", "frame,region,label");
        regions("{\"regions\": [{\"name\": \"left\", \"x\": 0.9, \"y\": 0, \"h\": 0.5}]}");
        assertRefused("regions.json: region 'left' has no number for w", "frame,region,label");
        regions("{}");
        assertRefused("regions.json has no regions", "frame,region,label");
        regions("hello");
        assertRefused("regions.json is not JSON", "frame,region,label");
    }

    private void assertRefused(String message, String... lines) {
        assertThatThrownBy(() -> read(lines)).isInstanceOf(TeachingException.class).hasMessageContaining(message);
    }
}
