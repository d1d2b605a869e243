package io.flinkvision.job.operator;

import io.flinkvision.core.image.OpenCvLibrary;
import io.flinkvision.core.inference.OnnxRuntimeSession;
import java.util.Optional;
import org.apache.flink.runtime.util.EnvironmentInformation;

/** The versions of what takes part, for the line that a log begins with. */
public final class Versions {

    private Versions() {}

    /** Of flink-vision, Flink and Java: what is there too where a job is only submitted. */
    public static String ofThisClient() {
        return "flink-vision " + flinkVision() + ", Flink " + EnvironmentInformation.getVersion()
                + ", Java " + Runtime.version();
    }

    /** Of those, and of OpenCV and ONNX Runtime, whose native library this loads where it is not loaded yet. */
    static String ofThisTask() {
        return ofThisClient() + ", OpenCV " + OpenCvLibrary.version() + ", JPEGs by "
                + OpenCvLibrary.jpegDecoder() + ", ONNX Runtime " + OnnxRuntimeSession.runtimeVersion();
    }

    /** The version in the jar's manifest. */
    private static String flinkVision() {
        return Optional.ofNullable(Versions.class.getPackage().getImplementationVersion())
                .orElse("(not from a jar)");
    }
}
