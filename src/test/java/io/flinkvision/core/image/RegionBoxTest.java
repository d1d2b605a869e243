package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.image.RegionBox.Span;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegionBoxTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "-0.1; 0; 1; 1; The box's x must be from 0 to 1, not -0.1",
        "0; 1.1; 1; 1; The box's y must be from 0 to 1, not 1.1",
        "NaN; 0; 1; 1; The box's x must be from 0 to 1, not NaN",
        "0; 0; 0; 1; The box's width must be above 0 and at most 1, not 0.0",
        "0; 0; -0.5; 1; The box's width must be above 0 and at most 1, not -0.5",
        "0; 0; 1; NaN; The box's height must be above 0 and at most 1, not NaN",
        "0; 0; 1; Infinity; The box's height must be above 0 and at most 1, not Infinity",
        "0.75; 0; 0.5; 1; 'The box ends outside the picture: its x of 0.75 and its width of 0.5 are more than 1'",
        "0; 0.75; 1; 0.5; 'The box ends outside the picture: its y of 0.75 and its height of 0.5 are more than 1'"
    })
    void refusesBoxesThatAreEmptyOrNotWithinThePicture(
            double x, double y, double width, double height, String message) {
        assertThatThrownBy(() -> new RegionBox(x, y, width, height))
                .isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        // The start, the length, the picture's pixels, and the first pixel and the number of the box's.
        "0, 1, 1280, 0, 1280",
        "0.475, 0.130469, 1280, 608, 167",
        "0.5, 0.5, 5, 3, 2",
        "0.1, 0.2, 5, 1, 1",
        "0.124, 0.251, 100, 12, 26",
        "0.126, 0.249, 100, 13, 25",
        "0, 0.000001, 100, 0, 1",
        "0.501, 0.001, 100, 50, 1",
        "0.999, 0.001, 100, 99, 1",
        "1, 0.0000005, 100, 99, 1",
        "0.7, 0.3000009, 1000000, 700000, 300000",
        "0.3, 0.7, 1, 0, 1",
        "0.6, 0.4, 1, 0, 1"
    })
    void itsSidesAreRoundedToTheNearestPixel(double start, double length, int pixels, int first, int count) {
        assertThat(new RegionBox(start, 0, length, 1).columns(pixels)).isEqualTo(new Span(first, count));
        assertThat(new RegionBox(0, start, 1, length).rows(pixels)).isEqualTo(new Span(first, count));
        assertThat(new Span(first, count).end()).isEqualTo(first + count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0,0,1,1", "0.1,0.25,0.5,0.75", "0,0.0001,0.5,0.3333333"})
    void readsTheTextThatItWrites(String text) {
        assertThat(RegionBox.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0,0,1", "0,0,1,1,1", "0,0,1,x", "0,0,1,1,", "0;0;1;1"})
    void refusesTextThatIsNotFourNumbers(String text) {
        assertThatThrownBy(() -> RegionBox.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be four numbers");
    }

    @Test
    void boxesThatMeetShareNoPixelAndLeaveNone() {
        RegionBox left = new RegionBox(0, 0, 1.0 / 3, 1);
        RegionBox right = new RegionBox(1.0 / 3, 0, 2.0 / 3, 1);

        for (int width = 2; width < 2000; width++) {
            assertThat(left.columns(width).end()).isEqualTo(right.columns(width).start());
            assertThat(right.columns(width).end()).isEqualTo(width);
        }
    }

    @ParameterizedTest
    @CsvSource({"128, 128, false", "127, 128, true", "129, 127, true", "128, 129, false", "4000, 100, true"})
    void isSmallWithLessThan64PixelsOnASide(int width, int height, boolean small) {
        assertThat(new RegionBox(0.25, 0.25, 0.5, 0.5).isSmall(width, height)).isEqualTo(small);
    }
}
