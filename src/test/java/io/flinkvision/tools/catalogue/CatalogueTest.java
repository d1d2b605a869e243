package io.flinkvision.tools.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.tools.catalogue.CatalogueEntry.Checksum;
import io.flinkvision.tools.catalogue.CatalogueEntry.LabelSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {

    private static final Path OWN = Path.of("conf/models.catalogue.yaml");

    private static final String ENTRY = """
            # A comment, so that the lines are not those of the entry.
            small:
              address: https://weights.example/small-0a1b2c3d.pth
              size: 1234
              sha256: "0a1b2c3d"
              family: torchvision
              labels: imagenet-with-background
              licence: Apache-2.0
              source: the network's own code
              preprocessing:
                resize-length: 232
                interpolation: bicubic
            """;

    @TempDir
    Path folder;

    @Test
    void theProjectsOwnIsSound() {
        List<CatalogueEntry> entries = Catalogue.read(OWN).entries();

        assertThat(entries).extracting(CatalogueEntry::name).doesNotHaveDuplicates()
                .contains("torchvision-large-v2", "torchvision-small", "timm-large-100-ra", "timm-tf-small-100");
        assertThat(entries).allSatisfy(entry -> {
            assertThat(entry.address().getScheme()).isEqualTo("https");
            // torch.hub's convention: a dash, and the first eight digits of the sum.
            assertThat(entry.fileName()).matches(
                    ".*-" + entry.checksum().digits().substring(0, 8) + "\\.pth");
            assertThat(entry.family()).isIn(Family.TORCHVISION, Family.TIMM, Family.TIMM_TF);
            assertThat(entry.licence()).isNotBlank();
            assertThat(entry.source()).contains("models/mobilenetv3.py");
        });
        assertThat(entries).extracting(CatalogueEntry::fileName).doesNotHaveDuplicates();
    }

    @Test
    void readsAllThatIsWrittenDown() throws IOException {
        CatalogueEntry entry = read(ENTRY).entry("small");

        assertThat(entry.address()).hasToString("https://weights.example/small-0a1b2c3d.pth");
        assertThat(entry.fileName()).isEqualTo("small-0a1b2c3d.pth");
        assertThat(entry.size()).isEqualTo(OptionalLong.of(1234));
        assertThat(entry.checksum()).isEqualTo(new Checksum("0a1b2c3d"));
        assertThat(entry.labels()).isEqualTo(LabelSet.IMAGENET_WITH_BACKGROUND);
        assertThat(entry.preprocessing().resize()).isEqualTo(new ResizeRule.ShorterSide(232));
        assertThat(entry.preprocessing().interpolation()).isEqualTo(Interpolation.BICUBIC);
        assertThat(entry.preprocessing().inputSize()).isEqualTo(224);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "https://weights.example/small | http://weights.example/small | :3: small.address: must begin with https://",
        "/small-0a1b2c3d.pth | / | :3: small.address: must end in a file's name",
        "weights.example/ | weights example/ | :3: small.address: must be an address",
        "size: 1234 | size: much | :4: small.size: must be a number of bytes",
        "\"0a1b2c3d\" | \"0a1b2c3\" | :5: small.sha256: must be 8 to 64 hexadecimal digits",
        "labels: imagenet-with-background | labels: imagenett | :7: small.labels: must be one of imagenet",
        "licence: | license: | :8: small.license: is unknown; did you mean licence?",
        "resize-length: 232 | resize-length: 200 | :2: small: A shorter side of 200",
        "family: torchvision | # none | :2: small.family: is missing",
        "small: | Small/one: | :2: Small/one: must be a name of lower-case letters"})
    void saysWhatIsWrongAndInWhichLine(String right, String wrong, String expected) {
        assertThatThrownBy(() -> read(ENTRY.replace(right, wrong)))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("catalogue.yaml" + expected);
    }

    @Test
    void saysThatANameStandsThereTwice() {
        assertThatThrownBy(() -> read(ENTRY + ENTRY)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("catalogue.yaml:14: small: is set twice");
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        assertThatThrownBy(() -> read(ENTRY.replace("size: 1234", "size: much") + "other: text\n"))
                .isInstanceOfSatisfying(ConfigurationException.class, e -> assertThat(e.problems()).hasSize(2))
                .hasMessageContaining("catalogue.yaml:13: other: must hold keys and values");
    }

    @Test
    void saysThatThereIsNoSuchFile() {
        assertThatThrownBy(() -> Catalogue.read(folder.resolve("none.yaml")))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("there is no such file");
    }

    @Test
    void suggestsTheNearestName() {
        Catalogue catalogue = Catalogue.read(OWN);

        assertThatThrownBy(() -> catalogue.entry("torchvision-larg-v2"))
                .hasMessageContaining("did you mean torchvision-large-v2?");
        assertThatThrownBy(() -> catalogue.entry("x"))
                .hasMessageContaining("it has torchvision-large-v2, ");
    }

    private Catalogue read(String text) throws IOException {
        return Catalogue.read(Files.writeString(folder.resolve("catalogue.yaml"), text));
    }
}
