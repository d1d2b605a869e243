package io.flinkvision.tools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.util.List;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine;

/** What a command printed and how it exited. */
record CommandRun(int exitCode, String out, String err) {

    /** Runs a command in this JVM, with the writers that the process has too. */
    static CommandRun of(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CommandLine command = Vision.commandLine(out, err, arguments)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        int exitCode = command.execute(arguments);
        return new CommandRun(exitCode, out.toString(UTF_8), err.toString(UTF_8));
    }

    List<String> lines() {
        return out.lines().toList();
    }

    /** Each line of the output, parsed. */
    List<JsonNode> json() {
        ObjectMapper mapper = new ObjectMapper();
        return out.lines().map(line -> {
            try {
                return mapper.readTree(line);
            } catch (JsonProcessingException e) {
                throw new AssertionError("No JSON: " + line, e);
            }
        }).toList();
    }
}
