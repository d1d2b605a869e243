package io.flinkvision.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.tools.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureSetTest {

    private static final Path TRIAGE = Path.of("conf/models/triage");

    @TempDir
    private Path folder;

    @Test
    void eachSizeComesAsJpegAndAsPngOfThatSize() throws IOException {
        List<PictureSet> sets = PictureSet.scaled(TRIAGE.resolve("images"),
                List.of(new Size(64, 48), new Size(48, 80)), remark -> { });

        assertThat(sets).extracting(PictureSet::name)
                .containsExactly("64x48 jpeg", "48x80 jpeg", "64x48 png", "48x80 png");
        try (ImageDecoder decoder =
                new ImageDecoder(DecodeLimits.DEFAULTS, ModelBundle.read(TRIAGE).preprocessing())) {
            assertThat(sets.get(1).encoded()).hasSize(6).allSatisfy(bytes -> {
                Decoded decoded = (Decoded) decoder.decode(bytes);
                assertThat(List.of(decoded.width(), decoded.height(), decoded.format()))
                        .isEqualTo(List.of(48, 80, "jpeg"));
                assertThat(decoder.decodePixels(bytes)).isTrue();
            });
            assertThat(((Decoded) decoder.decode(sets.get(2).get(0))).format()).isEqualTo("png");
            assertThat(decoder.decodePixels(new byte[] {1, 2, 3})).isFalse();
        }
    }

    @Test
    void asTheyAreTheyAreTheFilesThemselves() throws IOException {
        PictureSet set = PictureSet.asTheyAre(TRIAGE.resolve("images"));

        assertThat(set.get(0)).isEqualTo(Files.readAllBytes(TRIAGE.resolve("images").resolve("meal_1.jpg")));
        assertThat(set.get(6)).isSameAs(set.get(0));
    }

    @Test
    void whatTheJdkCannotReadIsLeftOutAndSaid() throws IOException {
        Files.copy(TRIAGE.resolve("images").resolve("meal_1.jpg"), folder.resolve("meal.jpg"));
        Files.writeString(folder.resolve("page.jpg"), "<html>");
        List<String> remarks = new ArrayList<>();

        List<PictureSet> sets = PictureSet.scaled(folder, List.of(new Size(8, 8)), remarks::add);

        assertThat(sets.get(0).encoded()).hasSize(1);
        assertThat(remarks).singleElement().asString().contains("page.jpg: skipped");
    }

    @Test
    void withoutAPictureThereIsNothingToMeasure() throws IOException {
        assertThatThrownBy(() -> PictureSet.asTheyAre(folder)).isInstanceOf(ToolException.class)
                .hasMessageContaining("no pictures");
        Files.writeString(folder.resolve("page.jpg"), "<html>");
        assertThatThrownBy(() -> PictureSet.scaled(folder, List.of(new Size(8, 8)), remark -> { }))
                .isInstanceOf(ToolException.class).hasMessageContaining("page.jpg");
    }

    @Test
    void aSizeIsReadAndChecked() {
        assertThat(Size.parse("640x480")).isEqualTo(new Size(640, 480)).hasToString("640x480");
        for (String wrong : List.of("640", "0x5", "640x", "axb", "99999x1")) {
            assertThatIllegalArgumentException().isThrownBy(() -> Size.parse(wrong));
        }
    }
}
