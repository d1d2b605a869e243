package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ViewStatisticsTest {

    private static final ViewStatistics VIEW = new ViewStatistics(117.25, 48.5, 6.1234, 20, 0x0123456789abcdefL, -1, 7);

    @Test
    void itsTextsMakeTheSameStatisticsAgain() {
        assertThat(VIEW.fingerprint()).isEqualTo("0123456789abcdef" + "f".repeat(16));
        assertThat(VIEW.digestText()).isEqualTo("0000000000000007");
        assertThat(ViewStatistics.of(117.25, 48.5, 6.1234, 20, VIEW.fingerprint(), VIEW.digestText())).isEqualTo(VIEW);
    }

    @Test
    void numbersAreKeptInFourDecimals() {
        assertThat(new ViewStatistics(0.00004, 0.00006, 255, 0, 0, 0, 0))
                .isEqualTo(new ViewStatistics(0, 0.0001, 255, 0, 0, 0, 0));
    }

    @Test
    void whatNoPictureHasIsRefusedWithTheValue() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ViewStatistics(256, 0, 0, 0, 0, 0, 0))
                .withMessageContaining("brightness must be from 0 to 255.0, not 256");
        assertThatIllegalArgumentException().isThrownBy(() -> new ViewStatistics(0, Double.NaN, 0, 0, 0, 0, 0))
                .withMessageContaining("contrast").withMessageContaining("NaN");
        assertThatIllegalArgumentException().isThrownBy(() -> new ViewStatistics(0, 0, -1, 0, 0, 0, 0))
                .withMessageContaining("detail");
        assertThatIllegalArgumentException().isThrownBy(() -> new ViewStatistics(0, 0, 0, -1, 0, 0, 0))
                .withMessageContaining("colour");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ViewStatistics.of(0, 0, 0, 0, "0".repeat(31), "0".repeat(16)))
                .withMessageContaining("32 hexadecimal digits").withMessageContaining("31");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ViewStatistics.of(0, 0, 0, 0, "x".repeat(32), "0".repeat(16)));
    }

    @Test
    void aPictureIsTheSameByItsBytesOrByAllThatWasMeasured() {
        ViewStatistics sameBytes = new ViewStatistics(1, 2, 3, 4, 5, 6, VIEW.digest());
        ViewStatistics encodedAnew = new ViewStatistics(117.25, 48.5, 6.1234, 20, VIEW.across(), VIEW.down(), 8);
        ViewStatistics withNoise = new ViewStatistics(117.2501, 48.5, 6.1234, 20, VIEW.across(), VIEW.down(), 8);

        assertThat(VIEW.isSamePictureAs(sameBytes)).isTrue();
        assertThat(VIEW.isSamePictureAs(encodedAnew)).isTrue();
        assertThat(VIEW.isSamePictureAs(withNoise)).isFalse();
    }

    @Test
    void ofTheSameSceneItHasTheDigestAndTheBrightnessOfTheOtherPicture() {
        ViewStatistics brighter = VIEW.ofSameScene(8, 0.5);

        assertThat(brighter).isEqualTo(new ViewStatistics(
                117.75, 48.5, 6.1234, 20, VIEW.across(), VIEW.down(), 8));
        assertThat(VIEW.isSamePictureAs(brighter)).isFalse();
        assertThat(VIEW.isSamePictureAs(VIEW.ofSameScene(8, 0))).isTrue();
        assertThat(VIEW.ofSameScene(8, 250).brightness()).isEqualTo(255);
        assertThat(VIEW.ofSameScene(8, -250).brightness()).isZero();
    }
}
