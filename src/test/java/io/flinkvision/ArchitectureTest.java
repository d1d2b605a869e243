package io.flinkvision;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.List;
import java.util.stream.Stream;

/**
 * The plan of the house: three storeys, and what each package in them may use. A package that is not in the table fails
 * the build, and so does a dependency that its row does not name.
 */
@AnalyzeClasses(packages = "io.flinkvision", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String FLINK = "org.apache.flink..";
    private static final String FLINK_TABLES = "org.apache.flink.table..";
    private static final String KAFKA = "org.apache.kafka..";
    private static final String JACKSON = "com.fasterxml.jackson..";
    private static final String OPENCV = "org.opencv..";
    private static final String ONNX = "ai.onnx.proto..";
    private static final String PROTOBUF = "com.google.protobuf..";
    private static final String ONNX_RUNTIME = "ai.onnxruntime..";
    private static final String PICOCLI = "picocli..";

    private static final List<Room> HOUSE = List.of(
            // Pictures and networks
            room("core.configuration").with("org.yaml.snakeyaml.."),
            room("core.system"),
            room("core.natives").with(OPENCV, ONNX_RUNTIME, "com.sun.jna.."),
            room("core.image", "core.natives", "core.system").with(OPENCV),
            room("core.camera", "core.configuration", "core.image", "core.system")
                    .with("org.bytedeco..", "org.yaml.snakeyaml..", "javax.net.ssl.."),
            room("core.weights", "core.system").with(ONNX, PROTOBUF, JACKSON),
            room("core.mobilenet", "core.image", "core.weights").with(ONNX, PROTOBUF),
            room("core.bundle", "core.configuration", "core.image", "core.mobilenet", "core.system", "core.weights")
                    .with(ONNX, PROTOBUF, JACKSON),
            room("core.quantization", "core.bundle", "core.mobilenet", "core.weights").with(ONNX, PROTOBUF),
            room("core.inference", "core.bundle", "core.image", "core.mobilenet", "core.natives", "core.quantization",
                    "core.weights").with(ONNX_RUNTIME),
            room("core.head", "core.bundle", "core.inference", "core.system", "core.weights").with(JACKSON),
            room("core.teach", "core.bundle", "core.configuration", "core.head", "core.image", "core.inference",
                    "core.system", "core.weights").with(JACKSON),
            // What runs in a TaskManager
            room("job.guard", "core.system"),
            room("job.event", "core.image", "core.inference"),
            room("job.format").with(JACKSON, PROTOBUF, "org.apache.avro.."),
            room("job.registry", "core.configuration", "job.format").with(KAFKA, JACKSON, "javax.net.ssl.."),
            room("job.record", "core.camera", "core.head", "core.image", "core.inference", "core.system", "core.weights",
                    "job.event", "job.format", "job.guard")
                    .with(KAFKA, JACKSON),
            room("job.region", "core.head", "core.image", "core.weights", "job.record"),
            room("job.operator", "core.bundle", "core.head", "core.image", "core.inference", "core.system", "core.weights",
                    "job.event", "job.format", "job.guard", "job.record", "job.region").with(FLINK, KAFKA),
            room("job.camera", "core.camera", "core.configuration", "core.image", "job.kafka", "job.operator", "job.record")
                    .with(FLINK, KAFKA),
            room("job.kafka").with(KAFKA, "javax.security.auth.."),
            room("job.pipeline", "core.bundle", "core.camera", "core.configuration", "core.head", "core.image",
                    "core.inference", "core.weights", "job.camera", "job.event", "job.format", "job.guard",
                    "job.kafka", "job.operator", "job.record", "job.region", "job.registry")
                    .with(FLINK, KAFKA, PICOCLI),
            room("job.sql", "core.bundle", "core.head", "core.image", "core.inference", "core.weights", "job.guard",
                    "job.operator", "job.record")
                    .with(FLINK, FLINK_TABLES),
            room("job", "core.bundle", "job.operator", "job.pipeline").with(FLINK, PICOCLI),
            // What people use around the job
            room("tools"),
            room("tools.catalogue", "core.bundle", "core.configuration", "core.image", "core.mobilenet", "core.system",
                    "core.weights", "tools").with("javax.net.ssl.."),
            room("tools.discover", "core.camera", "job.record", "tools")
                    .with("javax.xml..", "org.w3c.dom..", "org.xml.sax.."),
            room("tools.feed", "core.camera", "job.kafka", "job.record").with(KAFKA),
            room("tools.watch", "core.configuration", "core.image", "core.inference", "job.event", "job.format", "job.kafka",
                    "job.record", "tools")
                    .with(KAFKA, JACKSON),
            room("tools.wall", "core.bundle", "core.head", "core.image", "core.inference", "core.system", "core.teach",
                    "core.weights", "job.event", "job.kafka", "job.operator", "job.pipeline", "job.record", "job.region",
                    "tools", "tools.publish", "tools.teach", "tools.watch")
                    .with(KAFKA, JACKSON, "io.undertow..", "org.xnio.."),
            room("tools.publish", "core.camera", "core.head", "core.weights", "job.camera", "job.kafka",
                    "job.record", "job.region", "tools", "tools.watch")
                    .with(KAFKA),
            room("tools.teach", "core.bundle", "core.configuration", "core.head", "core.image", "core.inference",
                    "core.system", "core.teach", "core.weights", "job.record", "tools", "tools.publish").with(JACKSON),
            room("tools.audit", "job.kafka", "job.record", "tools", "tools.watch").with(KAFKA),
            room("tools.local", "core.bundle", "core.camera", "core.head", "core.image", "core.inference",
                    "core.weights", "job", "job.operator", "job.pipeline", "job.record", "tools", "tools.feed", "tools.publish",
                    "tools.wall")
                    .with(FLINK, KAFKA, JACKSON, "kafka..", "scala.."),
            room("tools.bench.naive", "core.bundle", "core.image").with(KAFKA, OPENCV, ONNX_RUNTIME),
            room("tools.bench", "core.bundle", "core.head", "core.image", "core.inference", "core.system", "core.weights",
                    "job.pipeline", "job.record", "tools", "tools.bench.naive", "tools.local")
                    .with(FLINK, KAFKA, JACKSON, "org.knowm.xchart..", "javax.imageio..", "com.sun.management.."),
            room("tools.cli", "core.bundle", "core.camera", "core.configuration", "core.head", "core.image",
                    "core.inference", "core.mobilenet", "core.quantization", "core.system", "core.teach", "core.weights", "job.kafka",
                    "job.operator", "job.pipeline", "job.record", "job.region", "tools", "tools.audit", "tools.bench",
                    "tools.catalogue", "tools.discover", "tools.feed", "tools.local", "tools.publish", "tools.teach", "tools.wall",
                    "tools.watch")
                    .with(KAFKA, JACKSON, PICOCLI));

    /**
     * A package.
     *
     * @param name below {@code io.flinkvision}
     * @param rooms other packages that it may use
     * @param libraries that it may use besides the JDK's {@code java..} and SLF4J
     */
    private record Room(String name, List<String> rooms, List<String> libraries) {

        private Room with(String... libraries) {
            return new Room(name, rooms, List.of(libraries));
        }

        private String path() {
            return path(name);
        }

        private static String path(String name) {
            return "io.flinkvision." + name;
        }

        private ArchRule rule() {
            String[] allowed = Stream.of(
                            Stream.of(path(), "java..", "org.slf4j.."),
                            rooms.stream().map(Room::path),
                            libraries.stream())
                    .flatMap(packages -> packages)
                    .toArray(String[]::new);
            return classes().that().resideInAPackage(path()).should().onlyDependOnClassesThat()
                    .resideInAnyPackage(allowed);
        }
    }

    private static Room room(String name, String... rooms) {
        return new Room(name, List.of(rooms), List.of());
    }

    @ArchTest
    static final ArchRule eachPackageUsesOnlyWhatItsRowNames =
            CompositeArchRule.of(HOUSE.stream().map(Room::rule).toList());

    @ArchTest
    static final ArchRule eachPackageHasItsRow =
            classes().should().resideInAnyPackage(HOUSE.stream().map(Room::path).toArray(String[]::new));

    @ArchTest
    static final ArchRule storeysUseOnlyWhatIsBelowThem = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("core").definedBy("io.flinkvision.core..")
            .layer("job").definedBy("io.flinkvision.job..")
            .layer("tools").definedBy("io.flinkvision.tools..")
            .whereLayer("tools").mayNotBeAccessedByAnyLayer()
            .whereLayer("job").mayOnlyBeAccessedByLayers("tools")
            .whereLayer("core").mayOnlyBeAccessedByLayers("job", "tools");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.flinkvision.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule namesSayWhatAClassIs = classes()
            .should().haveSimpleNameNotEndingWith("Utils")
            .andShould().haveSimpleNameNotEndingWith("Helper")
            .andShould().haveSimpleNameNotEndingWith("Manager")
            .andShould().haveSimpleNameNotEndingWith("Impl");
}
