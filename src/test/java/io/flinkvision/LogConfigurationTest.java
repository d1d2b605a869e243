package io.flinkvision;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log configurations of {@code conf/flink/}, each in a process of its own, named to Java as by Flink's scripts. */
class LogConfigurationTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    /** What a process wrote. */
    private record Written(String output, String error, String file) {}

    @Test
    void aProcessInTheForegroundWritesTextOnStandardOutputAndInItsFile() throws Exception {
        Written written = run("log4j-console.properties", Map.of());

        assertThat(written.output()).isEqualTo(written.file())
                .contains("INFO", "DecodeFunction", "[main] [0a1b 2/4 decode] line one\nline \"two\"", "\u00fc, ?[2J, ?31m and ?\n")
                .contains("WARN", "[main] trouble\n", "IllegalStateException: a \"broken\"\tthing ?]52;c;eA==?\n", "at io.flinkvision")
                .doesNotContain("not shown", "${");
        assertThat(written.error()).isEmpty();
        assertThatNoTerminalObeys(written.output());
    }

    @Test
    void theCommandsOfThisProjectWriteNothingThatATerminalObeys() throws Exception {
        Written written = run("../log4j2.properties", Map.of("VISION_LOG_LEVEL", "info"));

        assertThat(written.error()).contains("and ?\n", "IllegalStateException: a \"broken\"\tthing ?]52;c;eA==?\n")
                .containsOnlyOnce("at io.flinkvision");
        assertThatNoTerminalObeys(written.error());
    }

    @Test
    void theEnvironmentMakesEachLineAJsonObject() throws Exception {
        Written written = run("log4j-console.properties", Map.of("VISION_LOG", "json"));

        assertThat(written.output()).isEqualTo(written.file());
        assertThatTheLinesAreJson(written.output());
    }

    @Test
    void aSystemPropertyMakesEachLineAJsonObject() throws Exception {
        Written written = run("log4j.properties", Map.of(), "-Dvision.log=json");

        assertThat(written.output()).isEmpty();
        assertThatTheLinesAreJson(written.file());
    }

    @Test
    void aFormThatDoesNotExistIsText() throws Exception {
        Written written = run("log4j.properties", Map.of(), "-Dvision.log=yaml");

        assertThat(written.file()).contains("[main] trouble\n").doesNotContain("${", "{\"time\"");
    }

    @Test
    void theCommandLineHasItsStandardOutputForItself() throws Exception {
        Written written = run("log4j-cli.properties", Map.of());

        assertThat(written.output()).isEmpty();
        assertThat(written.error()).contains("trouble").doesNotContain("line one");
        assertThat(written.file()).contains("line one", "trouble");
    }

    private static void assertThatNoTerminalObeys(String text) {
        assertThat(text).doesNotContainPattern("[\\p{C}\\p{Zl}\\p{Zp}&&[^\n\t]]");
    }

    private static void assertThatTheLinesAreJson(String text) throws IOException {
        assertThat(text).doesNotContainPattern("[\\p{Cc}&&[^\n]]");
        List<JsonNode> lines = new ArrayList<>();
        for (String line : text.split("\n")) {
            lines.add(JSON.readTree(line));
        }
        assertThat(lines).hasSize(2);
        JsonNode first = lines.get(0);
        assertThat(first.get("message").textValue()).isEqualTo(LogSample.MESSAGE);
        assertThat(first.get("level").textValue()).isEqualTo("INFO");
        assertThat(first.get("logger").textValue()).isEqualTo("io.flinkvision.job.operator.DecodeFunction");
        assertThat(first.get("jobId").textValue()).isEqualTo("0a1b");
        assertThat(first.get("job").textValue()).isEqualTo("the \"night\" watch");
        assertThat(first.get("subtask").textValue()).isEqualTo("2/4");
        assertThat(first.get("operator").textValue()).isEqualTo("decode");
        assertThat(first.get("exception").textValue()).isEmpty();
        assertThat(Instant.parse(first.get("time").textValue())).isBetween(
                Instant.now().minusSeconds(600), Instant.now().plusSeconds(1));
        assertThat(lines.get(1).get("exception").textValue())
                .startsWith("java.lang.IllegalStateException: " + LogSample.REASON + "\n\tat io.flinkvision.LogSample.main");
        assertThat(lines.get(1).get("operator").textValue()).isEmpty();
    }

    private Written run(String configuration, Map<String, String> environment, String... options) throws Exception {
        Path output = folder.resolve("output");
        Path error = folder.resolve("error");
        Path file = folder.resolve("flink.log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-Dfile.encoding=UTF-8", "-Dlog.file=" + file,
                "-Dlog4j.configurationFile=" + Path.of("conf/flink", configuration).toAbsolutePath().toUri()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LogSample.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(error.toFile());
        builder.environment().keySet().removeAll(List.of("VISION_LOG", "ROOT_LOG_LEVEL", "MAX_LOG_FILE_NUMBER"));
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        Written written = new Written(Files.readString(output), Files.readString(error, UTF_8), Files.exists(file) ? Files.readString(file) : "");
        assertThat(code).as(written.error()).isZero();
        return written;
    }
}
