package io.flinkvision.job.operator;

import io.flinkvision.core.image.OpenCvLibrary;
import io.flinkvision.core.inference.OnnxRuntimeSession;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.flink.runtime.util.EnvironmentInformation;

/** The versions of the software and the name of the machine, for the first line of a log. */
public final class Versions {

    private Versions() {}

    /** Of flink-vision, Flink and Java, which a client that submits a job has too. */
    public static String ofThisClient() {
        return flinkVision() + ", Flink " + EnvironmentInformation.getVersion()
                + ", Java " + Runtime.version();
    }

    /** Of those, OpenCV and ONNX Runtime. Loads the native libraries. */
    static String ofThisTask() {
        return ofThisClient() + ", OpenCV " + OpenCvLibrary.version() + ", JPEGs by "
                + OpenCvLibrary.jpegDecoder() + ", ONNX Runtime " + OnnxRuntimeSession.runtimeVersion();
    }

    /** The name of this machine; if it cannot be resolved, what Java reports about that. */
    public static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "(unknown host: " + e.getMessage() + ")";
        }
    }

    /** The version in the jar's manifest. */
    public static String flinkVision() {
        return "flink-vision " + Optional.ofNullable(Versions.class.getPackage().getImplementationVersion())
                .orElse("(not from a jar)");
    }
}
