package io.flinkvision.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the four jars, and what is not. */
class JarsITCase {

    private static final String JOB = "job.jar";
    private static final String NATIVES = "natives.jar";
    private static final String ALL = "all.jar";
    private static final String FFMPEG = "cameras.jar";

    private static final List<String> LINUX_LIBRARIES = List.of(
            "ai/onnxruntime/native/linux-aarch64/libonnxruntime.so",
            "ai/onnxruntime/native/linux-aarch64/libonnxruntime4j_jni.so",
            "ai/onnxruntime/native/linux-x64/libonnxruntime.so",
            "ai/onnxruntime/native/linux-x64/libonnxruntime4j_jni.so",
            "nu/pattern/opencv/linux/ARMv8/libopencv_java490.so",
            "nu/pattern/opencv/linux/x86_64/libopencv_java490.so");

    @Test
    void theJobJarHasNeitherOpenCvNorOnnxRuntimeNorJna() throws IOException {
        assertThat(names(JOB)).noneMatch(name -> name.startsWith("org/opencv") || name.startsWith("nu/pattern")
                || name.startsWith("ai/onnxruntime") || name.startsWith("com/sun/jna")
                || name.startsWith("io/flinkvision/core/natives"));
    }

    @Test
    void theJobJarHasNativeCodeOfTheCompressionsOnly() throws IOException {
        assertThat(libraries(JOB)).containsExactlyInAnyOrder(
                "linux/aarch64/libzstd-jni-VERSION.so",
                "linux/amd64/libzstd-jni-VERSION.so",
                "net/jpountz/util/linux/aarch64/liblz4-java.so",
                "net/jpountz/util/linux/amd64/liblz4-java.so",
                "org/xerial/snappy/native/Linux/aarch64/libsnappyjava.so",
                "org/xerial/snappy/native/Linux/x86_64/libsnappyjava.so");
    }

    @Test
    void theNativesJarHasTheLibrariesForLinuxAndTheClassesThatLoadThemAndNothingElse() throws IOException {
        assertThat(libraries(NATIVES)).filteredOn(name -> !name.startsWith("com/sun/jna/"))
                .containsExactlyInAnyOrderElementsOf(LINUX_LIBRARIES);
        assertThat(libraries(NATIVES)).filteredOn(name -> name.startsWith("com/sun/jna/")).containsExactlyInAnyOrder(
                "com/sun/jna/linux-aarch64/libjnidispatch.so", "com/sun/jna/linux-x86-64/libjnidispatch.so");
        assertThat(names(NATIVES)).contains("io/flinkvision/core/natives/OpenCvNatives.class",
                "org/opencv/core/Mat.class", "ai/onnxruntime/OrtEnvironment.class");
        assertThat(classes(NATIVES)).allMatch(name -> name.startsWith("io/flinkvision/core/natives/")
                || name.startsWith("org/opencv/") || name.startsWith("nu/pattern/")
                || name.startsWith("ai/onnxruntime/") || name.startsWith("com/sun/jna/"));
    }

    @Test
    void theFfmpegJarHasFfmpegAndNoProgramAndNothingElse() throws IOException {
        assertThat(classes(FFMPEG)).contains("org/bytedeco/ffmpeg/global/avformat.class", "org/bytedeco/javacpp/Loader.class")
                .allMatch(name -> name.startsWith("org/bytedeco/"));
        assertThat(names(FFMPEG)).anyMatch(name -> name.matches("org/bytedeco/ffmpeg/[^/]+/libavcodec[.](so|dylib).*"))
                .contains("META-INF/flink-vision/NOTICE")
                .noneMatch(name -> name.matches(".*/(ffmpeg|ffprobe)([.]exe)?"));
    }

    @Test
    void theJarForTryingOutHasEverythingButJna() throws IOException {
        List<String> natives = new ArrayList<>(classes(NATIVES));
        natives.removeIf(name -> name.startsWith("com/sun/jna/"));
        assertThat(names(ALL)).containsAll(classes(JOB)).containsAll(natives).containsAll(LINUX_LIBRARIES)
                .noneMatch(name -> name.startsWith("com/sun/jna/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {JOB, ALL})
    void flinkAndItsLoggingAreNotInside(String jar) throws IOException {
        assertThat(classes(jar)).noneMatch(name -> name.startsWith("org/slf4j") || name.startsWith("org/apache/log"));
        List<String> flink = new ArrayList<>();
        try (DirectoryStream<Path> libraries =
                Files.newDirectoryStream(Path.of(System.getProperty("flink.lib")), "flink-*.jar")) {
            for (Path library : libraries) {
                flink.addAll(classes(library));
            }
        }
        assertThat(flink).contains("org/apache/flink/util/Collector.class");
        assertThat(classes(jar))
                .contains("org/apache/flink/connector/kafka/source/KafkaSource.class")
                .doesNotContainAnyElementsOf(flink);
    }

    @ParameterizedTest
    @ValueSource(strings = {JOB, ALL})
    void whatMayClashWithOtherVersionsIsRelocated(String jar) throws IOException {
        assertThat(classes(jar))
                .noneMatch(name -> name.matches(
                        "(META-INF/versions/[0-9]+/)?(com/fasterxml|org/yaml|com/google|org/apache/commons|org/apache/avro)/.*"))
                .contains("io/flinkvision/shaded/jackson/databind/ObjectMapper.class",
                        "io/flinkvision/shaded/snakeyaml/Yaml.class",
                        "io/flinkvision/shaded/protobuf/Message.class");
    }

    @ParameterizedTest
    @ValueSource(strings = {JOB, ALL})
    void theJobsJarsHoldTheLowerStoreysAndTheirLibrariesAndNothingElse(String jar) throws IOException {
        List<String> roots = new ArrayList<>(List.of("io/flinkvision/core/", "io/flinkvision/job/",
                "io/flinkvision/shaded/", "ai/onnx/proto/", "org/tribuo/util/onnx/", "org/apache/flink/connector/",
                "org/apache/flink/streaming/", "org/apache/kafka/", "com/github/luben/zstd/", "net/jpountz/",
                "org/xerial/snappy/", "picocli/"));
        if (jar.equals(ALL)) {
            roots.addAll(List.of("org/opencv/", "nu/pattern/", "ai/onnxruntime/"));
        }

        List<String> classes = classes(jar);

        assertThat(classes).allMatch(name -> roots.stream().anyMatch(name::startsWith));
        assertThat(roots).allMatch(root -> classes.stream().anyMatch(name -> name.startsWith(root)));
    }

    @ParameterizedTest
    @ValueSource(strings = {JOB, NATIVES, ALL})
    void nothingIsInsideThatOnlyCommandsAndTheDemoNeed(String jar) throws IOException {
        assertThat(names(jar)).noneMatch(name -> name.startsWith("kafka/server/") || name.startsWith("org/bytedeco/")
                || name.startsWith("io/undertow/") || name.startsWith("org/knowm/") || name.startsWith("wall/")
                || name.startsWith("io/flinkvision/tools/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {JOB, ALL})
    void theManifestNamesTheJobAndTheVersion(String jar) throws IOException {
        try (JarFile file = new JarFile(path(jar).toFile())) {
            assertThat(file.getManifest().getMainAttributes().getValue("Main-Class"))
                    .isEqualTo("io.flinkvision.job.ClassifyJob");
            assertThat(file.getManifest().getMainAttributes().getValue("Implementation-Version")).isNotBlank();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {JOB, ALL})
    void helpNeedsNoCluster(String jar) throws Exception {
        Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", path(jar) + ":" + System.getProperty("flink.lib") + "/*",
                "io.flinkvision.job.ClassifyJob", "--help").redirectErrorStream(true).start();

        String said = new String(java.getInputStream().readAllBytes(), UTF_8);

        assertThat(said).startsWith("Usage: ClassifyJob").contains("--set=PATH=VALUE");
        assertThat(java.waitFor()).isZero();
    }

    private static Path path(String jar) {
        return Path.of(System.getProperty(jar));
    }

    private static List<String> names(String jar) throws IOException {
        return names(path(jar));
    }

    private static List<String> names(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).toList();
        }
    }

    private static List<String> classes(String jar) throws IOException {
        return classes(path(jar));
    }

    private static List<String> classes(Path jar) throws IOException {
        return names(jar).stream().filter(name -> name.endsWith(".class")).toList();
    }

    /** Native libraries of any system. */
    private static List<String> libraries(String jar) throws IOException {
        return names(jar).stream()
                .filter(name -> name.matches(".*\\.(so|a|dll|dylib|jnilib)"))
                .map(name -> name.replaceFirst("zstd-jni-[0-9.-]+\\.", "zstd-jni-VERSION."))
                .toList();
    }
}
