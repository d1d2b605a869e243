package io.flinkvision.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CapacityTest {

    private static final SlotRate HUNDRED = new SlotRate(new Spread(100, 90, 110), 66_000);

    private static Capacity capacity(long cameras, double framesPerSecond, double busy) {
        return new Capacity(cameras, framesPerSecond, new Size(1000, 500), HUNDRED, busy);
    }

    @Test
    void slotsAreRoundedUpAndHaveRoomLeft() {
        assertThat(capacity(1000, 5, 1).slots()).isEqualTo(50);
        assertThat(capacity(1000, 5, 0.7).slots()).isEqualTo(72);
        assertThat(capacity(1, 0.01, 0.7).slots()).isEqualTo(1);
    }

    @Test
    void thereIsAPartitionForEachSlotAndForTwiceAsManyWhereThereAreSoManyCameras() {
        assertThat(capacity(1000, 5, 1).partitions()).isEqualTo(100);
        assertThat(capacity(60, 5000 / 60.0, 1).partitions()).isEqualTo(60);
        assertThat(capacity(1, 5000, 1).partitions()).isEqualTo(50);
    }

    @Test
    void memoryGrowsWithThePicture() {
        assertThat(capacity(1, 1, 1).nativeBytesPerSlot()).isEqualTo(104_000_000);
    }

    @Test
    void theBytesAreThoseOfAllPictures() {
        assertThat(capacity(1000, 5, 1).inputBytesPerSecond()).isEqualTo(330e6, within(1.0));
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> capacity(0, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> capacity(1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> capacity(1, 1, 1.1));
        assertThatIllegalArgumentException().isThrownBy(() -> new SlotRate(new Spread(0, 0, 0), 1));
    }
}
