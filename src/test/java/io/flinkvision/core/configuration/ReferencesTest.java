package io.flinkvision.core.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferencesTest {

    private final References references = new References(
            Map.of("HOST", "broker", "_PORT_2", "9092", "EMPTY", "", "ODD", "$1\\${HOST}", "env", "x"), true);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "nothing to do, nothing to do",
        "${HOST}, broker",
        "${HOST}:${_PORT_2}, broker:9092",
        "before ${HOST} after, before broker after",
        "${HOST:localhost}, broker",
        "${NONE:localhost}, localhost",
        "${NONE:a:b}, a:b",
        "${NONE:$5}, $5",
        "$HOST, $HOST",
        "a $ sign, a $ sign",
        "$${HOST}, ${HOST}",
        "$$${HOST}, $${HOST}",
        "$${HOST} ${HOST}, ${HOST} broker",
        "{HOST}, {HOST}"
    })
    void putsVariablesIntoText(String text, String expected) {
        assertThat(references.substitute(text)).isEqualTo(expected);
    }

    @Test
    void takesAnEmptyVariableOrDefaultAsItIs() {
        assertThat(references.substitute("[${EMPTY}${EMPTY:x}${NONE:}]")).isEqualTo("[]");
    }

    @Test
    void doesNotLookForReferencesInTheValuesOfVariables() {
        assertThat(references.substitute("${ODD}")).isEqualTo("$1\\${HOST}");
    }

    @Test
    void saysHowToGiveAnUnsetVariableADefault() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> references.substitute("${NONE}"))
                .withMessageContainingAll("NONE is not set", "${NONE:default}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"${}", "${", "a ${HOST", "${1ST}", "${A-B}", "${ HOST }", "${:x}", "${HOST:x"})
    void refusesAMalformedReference(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> references.substitute(text))
                .withMessageContainingAll("${NAME}", "${NAME:default}", "$${");
    }

    @Test
    void refusesADefaultThatRefersToAnotherVariable() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> references.substitute("${NONE:${HOST}}"))
                .withMessageContaining("the default of NONE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "secret\n", "secret\r\n"})
    void putsTheTextOfAFileIntoText(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), text);

        assertThat(references.substitute("password=\"${file:" + file + "}\";")).isEqualTo("password=\"secret\";");
    }

    @Test
    void keepsTheLineBreaksWithinAFileAndLooksForNoReferencesInIt() throws IOException {
        Path file = Files.writeString(folder.resolve("key.pem"), "one\n${HOST}\n\n");

        assertThat(references.substitute("${file:" + file + "}")).isEqualTo("one\n${HOST}\n");
    }

    @Test
    void refusesAFileThatIsNotThereOrHasNoText() throws IOException {
        Path binary = Files.write(folder.resolve("key.p12"), new byte[] {(byte) 0xff, 0});
        Path large = Files.write(folder.resolve("large"), new byte[(1 << 18) + 1]);

        assertRefused("${file:" + folder.resolve("none") + "}", "none does not exist");
        assertRefused("${file:" + binary + "}", "key.p12 is not UTF-8 text");
        assertRefused("${file:" + large + "}", "large has more than 262144 bytes");
        assertRefused("${file:" + folder + "}", "cannot be read");
        assertRefused("${file:secrets/password}", "must have an absolute path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:/run/secrets/kafka.properties:password", "directory:/run/secrets:password", "env:X"})
    void saysHowToLeaveAReferenceToKafkasOwnClients(String reference) {
        assertRefused("${" + reference + "}", "write $${" + reference + "} to leave it to them");
        assertThat(references.substitute("$${" + reference + "}")).isEqualTo("${" + reference + "}");
    }

    @Test
    void readsNoFileForATextThatComesFromElsewhere() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "secret");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> References.none().substitute("${file:" + file + "}"))
                .withMessageContaining("is not allowed here");
        assertThat(References.none().substitute("${HOST:none}")).isEqualTo("none");
    }

    private void assertRefused(String text, String reason) {
        assertThatIllegalArgumentException().isThrownBy(() -> references.substitute(text))
                .withMessageContaining(reason);
    }
}
