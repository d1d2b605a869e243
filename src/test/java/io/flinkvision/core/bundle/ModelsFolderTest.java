package io.flinkvision.core.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsFolderTest {

    private static final BundleName PETS = new BundleName("pets");

    @TempDir
    Path folder;

    @Test
    void putsABundleWhereThereIsNotEvenAFolder() throws IOException {
        ModelsFolder models = new ModelsFolder(folder.resolve("conf/models"));
        assertThat(models.names()).isEmpty();

        Path place = models.put(PETS, false, described("cats"));

        assertThat(place).isEqualTo(folder.resolve("conf/models/pets"));
        assertThat(place.resolve("model.yaml")).hasContent("cats");
        assertThat(models.names()).containsExactly("pets");
        assertThat(Files.list(models.folder())).hasSize(1);
    }

    @Test
    void replacesABundleOnlyWhenTold() throws IOException {
        ModelsFolder models = new ModelsFolder(folder);
        models.put(PETS, false, described("cats"));

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> models.put(PETS, false, described("dogs")))
                .withMessageContainingAll("There is a model pets already", "--force");
        assertThat(folder.resolve("pets/model.yaml")).hasContent("cats");

        models.put(PETS, true, described("dogs"));
        assertThat(folder.resolve("pets/model.yaml")).hasContent("dogs");
        assertThat(Files.list(folder)).hasSize(1);
    }

    @Test
    void leavesNothingOfABundleThatFailed() throws IOException {
        ModelsFolder models = new ModelsFolder(folder);
        models.put(PETS, false, described("cats"));
        ModelsFolder.Content failing = fresh -> {
            Files.createDirectory(fresh.resolve("half"));
            Files.writeString(fresh.resolve("half/model.yaml"), "half");
            throw new ModelException("no good");
        };

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> models.put(PETS, true, failing));
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> models.put(new BundleName("new"), false, failing)).withMessage("no good");

        assertThat(Files.list(folder)).containsExactly(folder.resolve("pets"));
        assertThat(folder.resolve("pets/model.yaml")).hasContent("cats");
    }

    @Test
    void replacesNoFolderThatIsNoBundle() throws IOException {
        Files.createDirectory(folder.resolve("pets"));
        Files.writeString(folder.resolve("pets/diary.txt"), "mine");
        ModelsFolder models = new ModelsFolder(folder);

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> models.put(PETS, true, described("dogs")))
                .withMessageContaining("is not a model bundle");
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> models.remove(PETS))
                .withMessageContaining("There is no model pets");
        assertThat(folder.resolve("pets/diary.txt")).hasContent("mine");
    }

    @Test
    void removesABundleWithAllItsFiles() throws IOException {
        ModelsFolder models = new ModelsFolder(folder);
        models.put(PETS, false, fresh -> {
            described("cats").writeTo(fresh);
            Files.writeString(Files.createDirectory(fresh.resolve("images")).resolve("cat.jpg"), "a cat");
        });

        models.remove(PETS);

        assertThat(Files.list(folder)).isEmpty();
    }

    @Test
    void removesOfASymbolicLinkTheLinkAlone() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("model.yaml"), "cats");
        ModelsFolder models = new ModelsFolder(Files.createDirectory(folder.resolve("models")));
        Files.createSymbolicLink(models.bundle(PETS), elsewhere);

        models.remove(PETS);

        assertThat(models.names()).isEmpty();
        assertThat(elsewhere.resolve("model.yaml")).hasContent("cats");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../pets", "a/b", "/etc", "-force", ".hidden", "a b", "pets\n", "p\u00e9ts"})
    void takesNoNameThatCouldLeaveTheFolder(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new BundleName(name)).withMessageContaining("letters");
    }

    private static ModelsFolder.Content described(String text) {
        return fresh -> Files.writeString(fresh.resolve("model.yaml"), text);
    }
}
