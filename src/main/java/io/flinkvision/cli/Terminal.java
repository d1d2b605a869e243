package io.flinkvision.cli;

import io.flinkvision.watch.LineStyle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * What standard output is connected to.
 *
 * @param style what lines for people may be made of
 * @param interactive whether somebody looks at it, so that what was printed can be painted over
 */
record Terminal(LineStyle style, boolean interactive) {

    private static final int DEFAULT_WIDTH = 100;
    private static final int LEAST_WIDTH = 40;

    /** This process's own. */
    static Terminal of(CommandLine command) {
        boolean interactive = System.console() != null;
        return new Terminal(new LineStyle(width(System.getenv(), interactive), showsUnicode(System.getenv()),
                command.getColorScheme().ansi().enabled()), interactive);
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
