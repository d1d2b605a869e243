package io.flinkvision.image;

import java.util.List;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/**
 * How many bits of a decoded sample the file has. OpenCV shifts the 5 and 6 bits of a bitmap's samples up and leaves
 * the rest zero, so that white is 248 of 255.
 */
enum SampleBits {
    WHOLE(8, 8, 8),
    FIVE(5, 5, 5),
    FIVE_SIX_FIVE(5, 6, 5);

    private final List<Integer> blueGreenRed;

    SampleBits(int blue, int green, int red) {
        blueGreenRed = List.of(blue, green, red);
    }

    /** Spreads samples over the whole range, 0 to 255, in place. */
    void spread(Mat bgr) {
        if (this == WHOLE) {
            return;
        }
        Mat table = new Mat(1, 256, CvType.CV_8UC3);
        try {
            for (int sample = 0; sample < 256; sample++) {
                byte[] spread = new byte[3];
                for (int channel = 0; channel < 3; channel++) {
                    int bits = blueGreenRed.get(channel);
                    int largest = (1 << bits) - 1;
                    spread[channel] = (byte) Math.round((sample >> 8 - bits) * 255.0 / largest);
                }
                table.put(0, sample, spread);
            }
            Core.LUT(bgr, table, bgr);
        } finally {
            table.release();
        }
    }
}
