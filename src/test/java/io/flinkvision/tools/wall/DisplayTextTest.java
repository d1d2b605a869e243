package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DisplayTextTest {

    @Test
    void leavesShortTextAsItIs() {
        assertThat(DisplayText.of("Tür <b>\"&'", 20)).isEqualTo("Tür <b>\"&'");
        assertThat(DisplayText.of("abc", 3)).isEqualTo("abc");
    }

    @Test
    void cutsBetweenCharactersAndNotInsideOne() {
        assertThat(DisplayText.of("abcd", 3)).isEqualTo("ab…");
        assertThat(DisplayText.of("🦊🦊🦊🦊", 3)).isEqualTo("🦊🦊…");
    }

    @Test
    void replacesWhatSteersInsteadOfBeingShown() {
        assertThat(DisplayText.of("a\u001b[31m\nb\u202ec\u2066", 20)).isEqualTo("a\ufffd[31m\ufffdb\ufffdc\ufffd");
    }

    @Test
    void writesAKeyThatIsNoTextInBase64() {
        assertThat(DisplayText.ofKey("gate".getBytes(StandardCharsets.UTF_8))).isEqualTo("gate");
        assertThat(DisplayText.ofKey(new byte[] {(byte) 0xff, 0})).isEqualTo("/wA=");
    }
}
