package io.flinkvision.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentVariablesTest {

    private final EnvironmentVariables variables =
            new EnvironmentVariables(Map.of("HOST", "broker", "_PORT_2", "9092", "EMPTY", "", "ODD", "$1\\${HOST}"));

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
        assertThat(variables.substitute(text)).isEqualTo(expected);
    }

    @Test
    void takesAnEmptyVariableOrDefaultAsItIs() {
        assertThat(variables.substitute("[${EMPTY}${EMPTY:x}${NONE:}]")).isEqualTo("[]");
    }

    @Test
    void doesNotLookForReferencesInTheValuesOfVariables() {
        assertThat(variables.substitute("${ODD}")).isEqualTo("$1\\${HOST}");
    }

    @Test
    void saysHowToGiveAnUnsetVariableADefault() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> variables.substitute("${NONE}"))
                .withMessageContainingAll("NONE is not set", "${NONE:default}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"${}", "${", "a ${HOST", "${1ST}", "${A-B}", "${ HOST }", "${:x}", "${HOST:x"})
    void refusesAMalformedReference(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> variables.substitute(text))
                .withMessageContainingAll("${NAME}", "${NAME:default}", "$${");
    }

    @Test
    void refusesADefaultThatRefersToAnotherVariable() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> variables.substitute("${NONE:${HOST}}"))
                .withMessageContaining("the default of NONE");
    }
}
