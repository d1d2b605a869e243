package io.flinkvision.tools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalWriterTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TerminalWriter writer = new TerminalWriter(bytes);

    @ParameterizedTest
    @ValueSource(strings = {
        "\u001b[2J", "\u001b[31m", "\u001b]52;c;eA==\u0007", "\u009b2J", "\r", "\t", "\b", "\u007f", "\u202e", "\u2066"})
    void escapesWhatATerminalObeysHoweverItIsPrinted(String hostile) {
        writer.print(hostile);
        writer.print(hostile.toCharArray());
        writer.print((Object) hostile);
        writer.print(hostile.charAt(0));
        writer.write(hostile, 0, 1);
        writer.append(hostile).append(hostile, 0, 1).append(hostile.charAt(0));
        writer.printf("%s%5s", hostile, hostile);
        writer.format(Locale.ROOT, "%s", hostile);
        writer.println(hostile);
        writer.println(hostile.toCharArray());
        writer.println((Object) hostile);
        TerminalWriter.printSequence(writer, "");

        assertThat(printed().replace("\n", "")).matches("[ -~]+");
        assertThat(printed().lines()).hasSize(3);
    }

    @Test
    void printsOneLineOfATextWithSeveral() {
        writer.println("label\nforged: 99 %");

        assertThat(printed()).isEqualTo("label\\u000aforged: 99 %\n");
    }

    @Test
    void keepsTheLinesOfWhatIsPrintedWithoutAnEnd() {
        writer.print("one\ntwo\n");
        writer.printf("%d%n", 3);

        assertThat(printed()).isEqualTo("one\ntwo\n3\n");
    }

    @Test
    void keepsTextOfAllScriptsInUtf8() {
        writer.println("K\u00fcche, \u53f0\u6240 \ud83d\ude00!");

        assertThat(printed()).isEqualTo("K\u00fcche, \u53f0\u6240 \ud83d\ude00!\n");
    }

    @Test
    void passesColoursOfTheProgramsOwnAndNoOtherSequence() {
        TerminalWriter.printlnColoured(writer, "\u001b[1;31mred\u001b[0m \u001b[2J\u001b]0;title\u0007");

        assertThat(printed()).isEqualTo("\u001b[1;31mred\u001b[0m \\u001b[2J\\u001b]0;title\\u0007\n");
    }

    @Test
    void movesTheCursorWhereTheProgramAsksForIt() {
        TerminalWriter.printSequence(writer, "\r\u001b[K");

        assertThat(printed()).isEqualTo("\r\u001b[K");
    }

    private String printed() {
        writer.flush();
        return bytes.toString(UTF_8);
    }
}
