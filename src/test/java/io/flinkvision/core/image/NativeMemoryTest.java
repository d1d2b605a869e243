package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgproc.Imgproc;

class NativeMemoryTest {

    @BeforeAll
    static void load() {
        OpenCvLibrary.load();
    }

    @Test
    void knowsWhatOpenCvSaysWhereAnAllocationFails() {
        // 256 TiB, more than a process has addresses.
        CvException failure =
                catchThrowableOfType(CvException.class, () -> new Mat(1 << 23, 1 << 23, CvType.CV_8UC4));

        assertThat(NativeMemory.isExhausted(failure)).as("%s", failure).isTrue();
    }

    @Test
    void knowsWhatCppSaysOfItself() {
        assertThat(NativeMemory.isExhausted(new Exception("std::bad_alloc"))).isTrue();
    }

    @Test
    void takesNoOtherFailureForIt() {
        Mat empty = new Mat();
        CvException failure = catchThrowableOfType(
                CvException.class, () -> Imgproc.cvtColor(empty, empty, Imgproc.COLOR_RGB2BGR));

        assertThat(NativeMemory.isExhausted(failure)).as("%s", failure).isFalse();
        assertThat(NativeMemory.isExhausted(new IllegalStateException())).isFalse();
    }
}
