package io.flinkvision.core.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionTypeTest {

    private enum Colour { RED, DARK_BLUE }

    @ParameterizedTest
    @CsvSource({"1, 1", "100, 100", "007, 7"})
    void readsWholeNumbersBetweenTheirBounds(String text, int expected) {
        assertThat(OptionType.wholeNumber(1, 100).parser().apply(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "101", "-1", "4294967297", "999999999999999999"})
    void refusesWholeNumbersBeyondTheirBounds(String text) {
        assertRefused(OptionType.wholeNumber(1, 100), text, "must be from 1 to 100, not " + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.0", "1e2", "0x10", "1_000", "+1", " 1", "one", "\u0663", "1000000000000000000"})
    void refusesWhatIsNoWholeNumber(String text) {
        assertRefused(OptionType.wholeNumber(1, 100), text, "must be a whole number, not '" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "-0.5, -0.5", ".5, 0.5", "1., 1", "1e-3, 0.001", "+2.5E+1, 25"})
    void readsNumbers(String text, double expected) {
        assertThat(OptionType.number().parser().apply(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "e5", "1,5", "NaN", "Infinity", "1e999", "0x1p3", "1d", "1f", " 1", "1 "})
    void refusesWhatIsNoNumber(String text) {
        assertRefused(OptionType.number(), text, "must be a number, not '" + text + "'");
    }

    @Test
    void readsTruths() {
        assertThat(OptionType.truth().parser().apply("true")).isTrue();
        assertThat(OptionType.truth().parser().apply("false")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yes", "no", "True", "1"})
    void refusesWhatIsNoTruth(String text) {
        assertRefused(OptionType.truth(), text, "must be true or false, not '" + text + "'");
    }

    @Test
    void readsTheConstantsOfAnEnumerationInKebabCase() {
        assertThat(OptionType.oneOf(Colour.class).parser().apply("dark-blue")).isEqualTo(Colour.DARK_BLUE);
        assertThat(OptionType.oneOf(Colour.class).name()).isEqualTo("red, dark-blue");
        assertThat(OptionType.oneOf(Colour.class).print(Colour.DARK_BLUE)).isEqualTo("dark-blue");
    }

    @ParameterizedTest
    @CsvSource({"dark_blue, dark-blue", "RED, red", "rad, red"})
    void suggestsTheNearestConstant(String text, String nearest) {
        assertRefused(OptionType.oneOf(Colour.class), text,
                "must be one of red, dark-blue, not '" + text + "'; did you mean " + nearest + "?");
    }

    @Test
    void suggestsNothingWhereNoConstantIsNear() {
        assertRefused(OptionType.oneOf(Colour.class), "octarine", "must be one of red, dark-blue, not 'octarine'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void refusesBlankText(String text) {
        assertRefused(OptionType.text(), text, "must not be blank");
    }

    @ParameterizedTest
    @CsvSource({
        "500 ms, PT0.5S", "10s, PT10S", "10 s, PT10S", "5 min, PT5M", "1 h, PT1H", "1 d, PT24H", "0 s, PT0S",
        "PT1M30S, PT1M30S"
    })
    void readsDurations(String text, Duration expected) {
        assertThat(OptionType.duration().parser().apply(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "10", "s", "10 S", "10  s", "1.5 s", "-1 s", "10 sec", "P", "PT-5S", "-PT5S", "999999999999999 d",
        "999999999999999 h", "PT9223372036854775807S", "PT99999999999999999999S"
    })
    void refusesWhatIsNoDuration(String text) {
        assertRefused(OptionType.duration(), text,
                "must be a duration such as 500 ms, 10 s, 5 min, 1 h or 1 d, not '" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"500 ms", "0 s", "90 s", "1500 ms", "5 min", "120 min"})
    void printsDurationsAsItReadsThem(String text) {
        OptionType.Scalar<Duration> type = OptionType.duration();

        assertThat(type.print(type.parser().apply(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1", "65536, 65536", "10 B, 10", "64 KiB, 65536", "16MiB, 16777216", "3 GiB, 3221225472",
        "8589934591 GiB, 9223372035781033984"
    })
    void readsNumbersOfBytes(String text, long expected) {
        assertThat(OptionType.memorySize().parser().apply(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "0", "0 MiB", "-1", "1 MB", "1 kib", "1.5 MiB", "8589934592 GiB", "999999999999999 GiB",
        "9999999999999999"
    })
    void refusesWhatIsNoNumberOfBytes(String text) {
        assertRefused(OptionType.memorySize(), text,
                "must be a number of bytes such as 65536, 64 KiB, 16 MiB or 1 GiB, not '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1023", "1 KiB", "1025", "64 KiB", "16 MiB", "1536 MiB", "3 GiB"})
    void printsNumbersOfBytesAsItReadsThem(String text) {
        OptionType.Scalar<Long> type = OptionType.memorySize();

        assertThat(type.print(type.parser().apply(text))).isEqualTo(text);
    }

    @Test
    void printsListsAndProperties() {
        assertThat(OptionType.listOf(OptionType.number()).print(List.of(0.5, 1.0))).isEqualTo("[0.5, 1.0]");
        assertThat(OptionType.listOf(OptionType.number()).name()).isEqualTo("list of number");
        assertThat(new OptionType.Properties().print(Map.of())).isEqualTo("{}");
        assertThat(new OptionType.Properties().print(Map.of("a", "b"))).isEqualTo("{a}");
    }

    private static void assertRefused(OptionType.Scalar<?> type, String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> type.parser().apply(text))
                .withMessage(message);
    }
}
