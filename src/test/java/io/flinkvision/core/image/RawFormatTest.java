package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RawFormatTest {

    @ParameterizedTest
    @EnumSource
    void isFoundByItsName(RawFormat format) {
        assertThat(RawFormat.named(format.id())).contains(format);
        assertThat(RawFormat.names()).contains(format.id());
    }

    @Test
    void knowsNoOtherNames() {
        assertThat(RawFormat.named("BGR24")).isEmpty();
        assertThat(RawFormat.named("yuv420p")).isEmpty();
    }
}
