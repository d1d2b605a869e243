package io.flinkvision.core.natives;

import java.util.Locale;

/** The platforms that both libraries are built for, with the folders of the builds in their jars. */
enum Platform {
    LINUX_X86_64("linux/x86_64", "linux-x64"),
    LINUX_ARM64("linux/ARMv8", "linux-aarch64"),
    MACOS_X86_64("osx/x86_64", "osx-x64"),
    MACOS_ARM64("osx/ARMv8", "osx-aarch64"),
    WINDOWS_X86_64("windows/x86_64", "win-x64");

    private final String openCvFolder;
    private final String onnxRuntimeFolder;

    Platform(String openCvFolder, String onnxRuntimeFolder) {
        this.openCvFolder = openCvFolder;
        this.onnxRuntimeFolder = onnxRuntimeFolder;
    }

    /**
     * The one that this JVM runs on.
     *
     * @throws IllegalStateException if there is no build for it
     */
    static Platform current() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    /** The platform of Java's system properties {@code os.name} and {@code os.arch}. */
    static Platform of(String system, String architecture) {
        String name = system.toLowerCase(Locale.ROOT);
        boolean arm = architecture.equals("aarch64");
        if (arm || architecture.equals("amd64") || architecture.equals("x86_64")) {
            if (name.startsWith("linux")) {
                return arm ? LINUX_ARM64 : LINUX_X86_64;
            }
            if (name.startsWith("mac")) {
                return arm ? MACOS_ARM64 : MACOS_X86_64;
            }
            if (name.startsWith("windows") && !arm) {
                return WINDOWS_X86_64;
            }
        }
        throw new IllegalStateException("There is no OpenCV and no ONNX Runtime for " + system + " on " + architecture
                + ": flink-vision runs on Linux and macOS on x86-64 and arm64, and on Windows on x86-64");
    }

    /** This platform's folder in OpenCV's jar. */
    String openCvFolder() {
        return "nu/pattern/opencv/" + openCvFolder;
    }

    /** This platform's folder in ONNX Runtime's jar. */
    String onnxRuntimeFolder() {
        return "ai/onnxruntime/native/" + onnxRuntimeFolder;
    }
}
