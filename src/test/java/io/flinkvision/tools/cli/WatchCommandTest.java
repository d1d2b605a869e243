package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchCommandTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            watch --since yesterday                      | 10m
            watch --max 0                                | at least 1
            watch --timeout 0                            | at least 1
            watch --filter lable=food                    | did you mean label=?
            watch --filter code=EMPTY                    | --dead-letters
            watch --save target/saved                    | --dead-letters
            watch --dead-letters --stats                 | --dead-letters
            watch --events --stats                       | --events
            watch --events --filter code=EMPTY           | --dead-letters
            watch --states --since 10m                   | --since
            watch --states --events                      | --events
            watch --once                                 | --states
            watch --dead-letters --all                   | --dead-letters
            watch --dead-letters --filter label=food     | no label
            replay --code NONE                           | NONE
            replay --max 0                               | At least one
            replay --topic dead-letters                  | their own topic
            """)
    void saysWhatIsWrongWithItsOptions(String command, String message) {
        CommandRun run = CommandRun.of(command.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(message);
    }

    @ParameterizedTest
    @CsvSource({
        "en_US.UTF-8, '', '', true", "en_US.utf8, '', '', true", "'', '', C.UTF-8, true", "C, '', en_US.UTF-8, false",
        "'', POSIX, C.UTF-8, false", "'', '', '', false"})
    void knowsTheTerminalsEncodingByItsLocale(String all, String characters, String language, boolean unicode) {
        assertThat(Terminal.showsUnicode(Map.of("LC_ALL", all, "LC_CTYPE", characters, "LANG", language)))
                .isEqualTo(unicode);
    }
}
