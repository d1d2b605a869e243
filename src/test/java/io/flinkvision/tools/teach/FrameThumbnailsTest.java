package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.image.RawPicture;
import io.flinkvision.core.image.RegionBox;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameThumbnailsTest {

    private static final byte[] LARGE = new RawPicture(new byte[2000 * 1000], 2000, 1000, RawFormat.GRAY8).toPng();

    private final FrameThumbnails thumbnails = new FrameThumbnails(DecodeLimits.DEFAULTS);

    @AfterEach
    void close() {
        thumbnails.close();
    }

    @Test
    void aBoxAndAWholeFrameAreOfBoundedSizes() {
        assertThat(thumbnails.box(LARGE, new RegionBox(0, 0, 0.5, 1))).hasValueSatisfying(box -> {
            assertThat(box.width()).isEqualTo(320);
            assertThat(box.height()).isEqualTo(320);
        });
        assertThat(thumbnails.frame(LARGE)).hasValueSatisfying(frame -> {
            assertThat(frame.width()).isEqualTo(1280);
            assertThat(frame.height()).isEqualTo(640);
        });
    }

    @Test
    void aFileOfRawPixelsIsShownWhateverFormatsTheJobAllows() {
        DecodeLimits defaults = DecodeLimits.DEFAULTS;
        try (FrameThumbnails narrow = new FrameThumbnails(new DecodeLimits(defaults.maxBytes(), defaults.maxPixels(),
                defaults.maxSide(), EnumSet.of(ImageFormat.BMP), defaults.truncation()))) {
            assertThat(narrow.frame(LARGE)).isPresent();
            assertThat(narrow.frame(GatePictures.open(1))).isEmpty();
        }
    }

    @Test
    void whatIsNoPictureIsNotShown() {
        assertThat(thumbnails.frame(new byte[] {1, 2, 3})).isEmpty();
        assertThat(thumbnails.box(new byte[0], RegionBox.WHOLE)).isEmpty();
    }

    @Test
    void afterItsEndItShowsNothing() {
        thumbnails.close();
        thumbnails.close();

        assertThatThrownBy(() -> thumbnails.frame(LARGE)).isInstanceOf(IllegalStateException.class);
    }
}
