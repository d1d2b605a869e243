package io.flinkvision.core.teach;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderNameTest {

    private static final List<String> HOSTILE = List.of("..", ".", "../../etc/passwd", "/", "a/b", "a\\b", ".hidden",
            "100%", "%2F", "%2f", "%", "%zz", "%~0", "a%~", "*", "con", "NUL.jpg", "Lpt1", "end.", "end ", " start",
            "-rf", "~root", "line\nbreak", "nul\0", "\u202egpj.exe", "a\u200bb", "a\u00a0b", "region.yaml",
            "Region.YAML", "reviews.csv", "features.safetensors", "teach.log", "cafe\u0301", "caf\u00e9", "\u212b",
            "käfig 🚪", "a:b?c", "\u2028");

    @ParameterizedTest
    @ValueSource(strings = {"gate", "gate 7", "cam-7_b", "käfig", "門", "🚪", "Gate.old", "a+b=c,d;e&f'g(h)!"})
    void anOrdinaryNameStaysAsItIs(String name) {
        assertThat(FolderName.encode(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({"a/b, a%2Fb", "a\\b, a%5Cb", "..,%2E%2E", ".x,%2Ex", "50%,50%25", "*,%2A", "con,%63on",
            "region.yaml,%72egion.yaml", "x.,x%2E", "-rf,%2Drf"})
    void whatStumblesIsPercentEncoded(String text, String name) {
        assertThat(FolderName.encode(text)).isEqualTo(name);
    }

    @Test
    void everyNameIsOneFolderInTheFolderAndComesBackAsItWas() {
        Path parent = Path.of("/parent");
        for (String text : HOSTILE) {
            String name = FolderName.encode(text);

            assertThat(parent.resolve(name).normalize().getParent()).as(text).isEqualTo(parent);
            assertThat(name).as(text).doesNotStartWith(".").doesNotMatch("(?s).*[\\p{Cc}\\p{Cf}/\\\\].*")
                    .doesNotMatch("(?i)(con|nul|lpt1)(\\..*)?");
            assertThat(FolderName.decode(name)).as(name).isEqualTo(text);
        }
    }

    @Test
    void differentTextsHaveDifferentNamesEvenWhereTheFileSystemComposesCharactersOrIgnoresCase() {
        assertThat(HOSTILE.stream().map(FolderName::encode)
                .map(name -> Normalizer.normalize(name, Normalizer.Form.NFD)))
                .doesNotHaveDuplicates();
        assertThat(FolderName.encode("REGION.yaml").toLowerCase(Locale.ROOT)).isNotEqualTo("region.yaml");
    }

    @Test
    void aFileSystemThatDecomposesUmlautsChangesNoName() {
        String kept = Normalizer.normalize(FolderName.encode("käfig"), Normalizer.Form.NFD);

        assertThat(FolderName.decode(kept)).isEqualTo("käfig");
    }

    @Test
    void aLongNameIsCutBetweenCharactersAndKeptApartByItsDigest() {
        String camera = "カメラ".repeat(100);

        String name = FolderName.encode(camera);

        assertThat(name.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(FolderName.MAX_BYTES);
        assertThat(name).startsWith("カメラカメラ").isNotEqualTo(FolderName.encode(camera + "2"))
                .doesNotContain("\ufffd");
        assertThat(FolderName.isReversible(camera)).isFalse();
        assertThat(FolderName.encode("%".repeat(300))).matches("(%25)+%~[0-9a-f]{32}");
        assertThat(FolderName.isReversible("a".repeat(FolderName.MAX_BYTES))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"100%", "%", "%zz", "%ff", "%c3", "a%2"})
    void aNameThatSomebodyGaveAFolderIsTakenAsItIsWhereItEncodesNothing(String name) {
        assertThat(FolderName.decode(name)).isEqualTo(name);
    }

    @Test
    void noTextAndHalfACharacterAreNoName() {
        assertThatThrownBy(() -> FolderName.encode("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FolderName.encode("a\ud83d")).isInstanceOf(IllegalArgumentException.class);
    }
}
