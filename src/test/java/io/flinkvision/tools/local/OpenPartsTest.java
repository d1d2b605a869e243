package io.flinkvision.tools.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.tools.ToolException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenPartsTest {

    private final List<String> closed = new ArrayList<>();
    private final OpenParts parts = new OpenParts();

    @Test
    void closesTheLastOneFirstAndEachOnce() {
        parts.add(() -> closed.add("first"));
        parts.add(() -> closed.add("second"));

        parts.close();
        parts.close();

        assertThat(closed).containsExactly("second", "first");
    }

    @Test
    void closesTheOthersWhereOneFailsAndTellsAllThatFailed() {
        parts.add(() -> closed.add("first"));
        parts.add(() -> {
            throw new IllegalStateException("the second is stuck");
        });
        parts.add(() -> {
            throw new LinkageError("the third is not there");
        });

        assertThatThrownBy(parts::close).isInstanceOf(ToolException.class)
                .hasMessage("A part of the demo could not be closed: the third is not there")
                .hasCauseInstanceOf(LinkageError.class)
                .satisfies(failure -> assertThat(failure.getSuppressed()).singleElement()
                        .isInstanceOf(IllegalStateException.class));
        assertThat(closed).containsExactly("first");
        parts.close();
    }

    @Test
    void doesNotHideTheFailureAfterWhichItCloses() {
        parts.add(() -> closed.add("first"));
        parts.add(() -> {
            throw new IllegalStateException("stuck");
        });
        Exception failure = new ToolException("There is no model");

        parts.closeAfter(failure);

        assertThat(closed).containsExactly("first");
        assertThat(failure.getSuppressed()).singleElement().isInstanceOf(IllegalStateException.class);
    }
}
