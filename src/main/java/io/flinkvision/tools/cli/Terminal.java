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
 * What standard output is connected to. Java cannot tell standard output from standard error, and since Java 22
 * {@link System#console} answers where there is no terminal too; so {@code bin/vision} asks the system, and passes the
 * answers on as properties. Without them there is no terminal.
 *
 * @param style what lines for people may be made of
 * @param interactive whether somebody looks at it, so that what was printed can be painted over
 */
record Terminal(LineStyle style, boolean interactive) {

    /** {@code true} where standard output is a terminal that knows escape sequences. */
    static final String STDOUT_PROPERTY = "vision.terminal.stdout";

    /** {@code true} where standard error is one. */
    static final String STDERR_PROPERTY = "vision.terminal.stderr";

    private static final int DEFAULT_WIDTH = 100;
    private static final int LEAST_WIDTH = 40;

    /** This process's own. */
    static Terminal of(CommandLine command) {
        boolean interactive = Boolean.getBoolean(STDOUT_PROPERTY);
        return new Terminal(new LineStyle(width(System.getenv(), interactive), showsUnicode(System.getenv()),
                command.getColorScheme().ansi().enabled()), interactive);
    }

    /** Whether lines on standard error can be written over. */
    static boolean isStandardError() {
        return Boolean.getBoolean(STDERR_PROPERTY);
    }

    /** Whether standard output has colours. */
    static Ansi coloursOfOutput() {
        return colours(System.getenv(), Boolean.getBoolean(STDOUT_PROPERTY));
    }

    /** Whether standard error has colours. */
    static Ansi coloursOfError() {
        return colours(System.getenv(), isStandardError());
    }

    /** By no-color.org and bixense.com/clicolors, as far as both agree with picocli, which asks the console. */
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
        String columns = environment.getOrDefault("COLUMNS", interactive ? askedColumns() : "");
        return columns.matches("[0-9]{1,4}") ? Math.max(LEAST_WIDTH, Integer.parseInt(columns)) : DEFAULT_WIDTH;
    }

    /** Shells keep COLUMNS to themselves; tput asks the terminal that is its standard error. */
    private static String askedColumns() {
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

    /** By POSIX the first of these that is set tells the encoding. */
    static boolean showsUnicode(Map<String, String> environment) {
        return Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .filter(value -> value.toUpperCase(Locale.ROOT).replace("-", "").contains("UTF8"))
                .isPresent();
    }
}
