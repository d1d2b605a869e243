package io.flinkvision.core.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BundleOfFamiliesTest {

    @TempDir
    Path folder;

    @BeforeEach
    void makeFiles() throws IOException {
        Files.write(folder.resolve("model.safetensors"), new byte[8]);
        Files.write(folder.resolve("labels.txt"), List.of("cat", "dog"));
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void namesItsFamilyByItsId(Family family) throws IOException {
        describe("family: " + family.id());

        assertThat(((Weights.Tensors) ModelBundle.read(folder).weights()).network())
                .isEqualTo(family.network(new Variant(NetworkSize.SMALL, 1, false, 2)));
    }

    @Test
    void namesAMinimalisticNetwork() throws IOException {
        describe("family: timm-tf", "minimalistic: true");

        assertThat(((Weights.Tensors) ModelBundle.read(folder).weights()).network())
                .isEqualTo(Family.TIMM_TF.network(new Variant(NetworkSize.SMALL, 1, false, true, 2)));
    }

    @Test
    void pointsAtTheFamilyThatHasNoSuchNetwork() throws IOException {
        describe("family: dli14", "minimalistic: true");

        assertThatThrownBy(() -> ModelBundle.read(folder))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("model.yaml:1")
                .hasMessageContaining("The dli14 family has no minimalistic networks");
    }

    private void describe(String... lines) throws IOException {
        Files.writeString(folder.resolve("model.yaml"), String.join("\n", lines)
                + "\nname: pets\nsize: small\nweights: model.safetensors\n");
    }
}
