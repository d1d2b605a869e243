package io.flinkvision.tools.cli;

import io.flinkvision.tools.watch.LineStyle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine;

/**
 * The capabilities of standard output. Java cannot tell whether standard output or standard error is a terminal, and
 * since Java 22 {@link System#console} is never null; so {@code bin/vision} checks, and passes the results on as
 * properties. Without them there is no terminal.
 *
 * @param style width, colours and characters of lines for people
 * @param interactive whether it is a terminal, on which lines can be overwritten
 */
record Terminal(LineStyle style, boolean interactive) {

    /** {@code true} if standard output is a terminal that supports escape sequences. */
    static final String STDOUT_PROPERTY = "vision.terminal.stdout";

    /** {@code true} if standard error is one. */
    static final String STDERR_PROPERTY = "vision.terminal.stderr";

    /** {@code true} if {@code bin/vision} replaced a locale of ASCII by one of UTF-8, for the sake of files' names. */
    private static final String ASCII_PROPERTY = "vision.terminal.ascii";

    private static final int DEFAULT_WIDTH = 100;
    private static final int MIN_WIDTH = 40;

    static Terminal of(CommandLine command) {
        boolean interactive = Boolean.getBoolean(STDOUT_PROPERTY);
        return new Terminal(new LineStyle(width(System.getenv(), interactive),
                showsUnicode(System.getenv()) && !Boolean.getBoolean(ASCII_PROPERTY), command.getColorScheme().ansi().enabled()), interactive);
    }

    /** Whether lines on standard error can be overwritten. */
    static boolean isStandardError() {
        return Boolean.getBoolean(STDERR_PROPERTY);
    }

    static Ansi coloursOfOutput() {
        return colours(System.getenv(), Boolean.getBoolean(STDOUT_PROPERTY));
    }

    static Ansi coloursOfError() {
        return colours(System.getenv(), isStandardError());
    }

    /** By no-color.org and bixense.com/clicolors. */
    static Ansi colours(Map<String, String> environment, boolean terminal) {
        if (environment.containsKey("NO_COLOR")) {
            return Ansi.OFF;
        }
        if (!environment.getOrDefault("CLICOLOR_FORCE", "0").equals("0")) {
            return Ansi.ON;
        }
        return terminal && !"0".equals(environment.get("CLICOLOR")) ? Ansi.ON : Ansi.OFF;
    }

    private static int width(Map<String, String> environment, boolean interactive) {
        String columns = environment.getOrDefault("COLUMNS", interactive ? queriedColumns() : "");
        return columns.matches("[0-9]{1,4}") ? Math.max(MIN_WIDTH, Integer.parseInt(columns)) : DEFAULT_WIDTH;
    }

    /** Shells do not export COLUMNS; tput queries the terminal on its standard error. */
    private static String queriedColumns() {
        try {
            Process tput = new ProcessBuilder("tput", "cols")
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader answer =
                    new BufferedReader(new InputStreamReader(tput.getInputStream(), StandardCharsets.US_ASCII))) {
                String line = answer.readLine();
                return line == null ? "" : line.strip();
            }
        } catch (IOException e) {
            return "";
        }
    }

    /** By POSIX, the first of these variables that is set determines the encoding. */
    static boolean showsUnicode(Map<String, String> environment) {
        return Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .filter(value -> value.toUpperCase(Locale.ROOT).replace("-", "").contains("UTF8"))
                .isPresent();
    }
}
