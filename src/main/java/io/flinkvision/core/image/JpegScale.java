package io.flinkvision.core.image;

import java.util.function.Predicate;
import org.opencv.imgcodecs.Imgcodecs;

/** libjpeg's scales: of each block of 8 x 8 samples only so many frequencies are turned into pixels. */
enum JpegScale {
    WHOLE(1, Imgcodecs.IMREAD_COLOR),
    HALF(2, Imgcodecs.IMREAD_REDUCED_COLOR_2),
    QUARTER(4, Imgcodecs.IMREAD_REDUCED_COLOR_4),
    /** No inverse cosine transform is computed at all. */
    EIGHTH(8, Imgcodecs.IMREAD_REDUCED_COLOR_8);

    private final int divisor;
    private final int colourFlag;

    JpegScale(int divisor, int colourFlag) {
        this.divisor = divisor;
        this.colourFlag = colourFlag;
    }

    /** The pixels of the whole picture that become one, along each axis. */
    int divisor() {
        return divisor;
    }

    /** OpenCV's flag to decode at this scale in three channels. */
    int colourFlag() {
        return colourFlag;
    }

    /** The pixels of a side at this scale, rounded up: the last one then lies partly outside the picture. */
    int pixels(int side) {
        return (side + divisor - 1) / divisor;
    }

    /** The smallest scale that suffices; the whole where no other does. */
    static JpegScale smallest(Predicate<JpegScale> suffices) {
        for (int i = values().length - 1; i > 0; i--) {
            if (suffices.test(values()[i])) {
                return values()[i];
            }
        }
        return WHOLE;
    }
}
