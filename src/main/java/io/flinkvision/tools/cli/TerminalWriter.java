package io.flinkvision.tools.cli;

import io.flinkvision.job.record.PrintableText;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Standard output or standard error, in UTF-8, with control sequences escaped ({@link PrintableText}): names of tensors
 * and labels, records' keys, file names and error messages are foreign text, and no command has to escape it itself.
 * {@code println} writes exactly one line, so it escapes line feeds too; {@code print} and {@code printf} keep them.
 *
 * <p>The program's own colours and cursor movements go through {@link #printColoured} and {@link #printSequence}.
 */
final class TerminalWriter extends PrintWriter {

    /** Select Graphic Rendition: colours, bold, reset. */
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

    /** @param stream the file descriptor's */
    TerminalWriter(OutputStream stream) {
        // JSON is UTF-8, whatever the terminal's own encoding.
        super(stream, true, StandardCharsets.UTF_8);
    }

    /**
     * Prints text with the program's own colours; other sequences are escaped.
     *
     * @param text foreign parts must be escaped already, as they might contain colours
     */
    static void printColoured(PrintWriter writer, String text) {
        if (writer instanceof TerminalWriter terminal) {
            StringBuilder line = new StringBuilder(text.length());
            Matcher colour = COLOUR.matcher(text);
            int end = 0;
            while (colour.find()) {
                line.append(PrintableText.escapedLines(text.substring(end, colour.start()))).append(colour.group());
                end = colour.end();
            }
            terminal.writeAsIs(line.append(PrintableText.escapedLines(text.substring(end))).toString());
        } else {
            writer.print(text);
        }
    }

    /** Like {@link #printColoured}, with a line end. */
    static void printlnColoured(PrintWriter writer, String line) {
        printColoured(writer, line);
        writer.println();
    }

    /** Writes a control sequence, which moves the cursor or clears part of the screen. */
    static void printSequence(PrintWriter writer, String sequence) {
        if (writer instanceof TerminalWriter terminal) {
            terminal.writeAsIs(sequence);
        } else {
            writer.print(sequence);
        }
    }

    private void writeAsIs(String text) {
        super.write(text, 0, text.length());
    }

    @Override
    public void println(String line) {
        super.println(PrintableText.escaped(String.valueOf(line)));
    }

    @Override
    public void println(Object line) {
        println(String.valueOf(line));
    }

    @Override
    public void println(char[] line) {
        println(String.valueOf(line));
    }

    @Override
    public void write(int character) {
        writeAsIs(PrintableText.escapedLines(Character.toString((char) character)));
    }

    @Override
    public void write(char[] text, int offset, int length) {
        writeAsIs(PrintableText.escapedLines(new String(text, offset, length)));
    }

    @Override
    public void write(String text, int offset, int length) {
        writeAsIs(PrintableText.escapedLines(text.substring(offset, offset + length)));
    }
}
