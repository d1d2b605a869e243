package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParserMessageTest {

    private static final String SECRET = "hunter2";

    @ParameterizedTest
    @ValueSource(strings = {
        "watch --property " + SECRET,
        "watch --property=" + SECRET,
        "watch --property sasl.jaas.config=Login required username=u password=" + SECRET,
        "watch --property ssl.key.password= " + SECRET,
        "watch --propertee ssl.key.password=" + SECRET,
        "watch --propertee=ssl.key.password=" + SECRET,
        "ssl.key.password=" + SECRET + " watch",
        "wall --token a " + SECRET,
        "job check jobs/classify.yaml --set a=b " + SECRET,
        "watch --max 1=" + SECRET})
    void repeatNoValueThatMayBeAPassword(String line) {
        CommandRun run = CommandRun.of(line.split(" "));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).doesNotContain(SECRET).contains("--help");
    }

    @Test
    void sayWhatAPropertyMustBe() {
        assertThat(CommandRun.of("watch", "--property", SECRET).err()).startsWith("Invalid value for option"
                + " '--property': it must be KEY=VALUE. The value is not shown, as it may be a password\n");
    }

    @Test
    void nameTheOptionThatIsUnknownAndTheOneThatWasMeant() {
        assertThat(CommandRun.of("watch", "--propertee", "a=" + SECRET).err())
                .startsWith("Unknown option: '--propertee'\n").contains("--property");
    }

    @Test
    void sayWhereTheArgumentIsThatNothingTakes() {
        assertThat(CommandRun.of("watch", "--topic", "a", SECRET).err())
                .startsWith("Unmatched argument at index 3. It is not shown, as it may be part of a password\n");
    }

    @Test
    void repeatCommandsAndValuesOfOptionsThatTakeNoSecret() {
        assertThat(CommandRun.of("clasify").err()).startsWith("Unmatched argument at index 0: 'clasify'\n");
        assertThat(CommandRun.of("watch", "--max", "many").err()).contains("--max", "'many' is not a long");
    }
}
