package io.flinkvision;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the arrows between the packages, so that each can be read, tested and used without those above it. */
@AnalyzeClasses(packages = "io.flinkvision", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String FLINK = "org.apache.flink..";
    private static final String KAFKA = "org.apache.kafka..";
    private static final String OPENCV = "org.opencv..";
    private static final String JNA = "com.sun.jna..";
    private static final String ONNX_RUNTIME = "ai.onnxruntime..";

    @ArchTest
    static final ArchRule configurationKnowsNoOtherPackage = noClasses()
            .that().resideInAPackage("io.flinkvision.configuration..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.flinkvision.catalogue..", "io.flinkvision.model..", "io.flinkvision.image..",
                    "io.flinkvision.inference..", "io.flinkvision.stream..", "io.flinkvision.job..",
                    "io.flinkvision.cli..", "io.flinkvision.local..", FLINK, KAFKA, OPENCV, ONNX_RUNTIME);

    @ArchTest
    static final ArchRule modelKnowsNoFlinkKafkaOrOpenCv = noClasses()
            .that().resideInAPackage("io.flinkvision.model..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.flinkvision.image..", "io.flinkvision.inference..", "io.flinkvision.stream..",
                    "io.flinkvision.job..", FLINK, KAFKA, OPENCV, ONNX_RUNTIME);

    @ArchTest
    static final ArchRule catalogueKnowsOnlyModelAndConfiguration = noClasses()
            .that().resideInAPackage("io.flinkvision.catalogue..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.flinkvision.image..", "io.flinkvision.inference..", "io.flinkvision.stream..",
                    "io.flinkvision.job..", "io.flinkvision.cli..", "io.flinkvision.local..",
                    FLINK, KAFKA, OPENCV, ONNX_RUNTIME);

    @ArchTest
    static final ArchRule imageKnowsNoFlinkOrKafka = noClasses()
            .that().resideInAPackage("io.flinkvision.image..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.flinkvision.inference..", "io.flinkvision.stream..", "io.flinkvision.job..",
                    FLINK, KAFKA, ONNX_RUNTIME);

    @ArchTest
    static final ArchRule inferenceKnowsNoFlinkKafkaOrOpenCv = noClasses()
            .that().resideInAPackage("io.flinkvision.inference..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.flinkvision.stream..", "io.flinkvision.job..", FLINK, KAFKA, OPENCV);

    @ArchTest
    static final ArchRule eventKnowsNoFlinkKafkaOrOpenCv = noClasses()
            .that().resideInAPackage("io.flinkvision.event..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.flinkvision.model..", "io.flinkvision.image..", "io.flinkvision.stream..",
                    "io.flinkvision.job..", "io.flinkvision.watch..", "io.flinkvision.cli..", "io.flinkvision.local..",
                    FLINK, KAFKA, OPENCV, ONNX_RUNTIME);

    @ArchTest
    static final ArchRule guardKnowsNoOtherPackage = classes()
            .that().resideInAPackage("io.flinkvision.guard..")
            .should().onlyDependOnClassesThat().resideInAnyPackage(
                    "io.flinkvision.guard..", "java..", "org.slf4j..");

    /** The benchmark's naive loop is what somebody writes who has neither package. */
    @ArchTest
    static final ArchRule onlyInferenceKnowsOnnxRuntime = noClasses()
            .that().resideOutsideOfPackages(
                    "io.flinkvision.inference..", "io.flinkvision.natives..", "io.flinkvision.bench.naive..")
            .should().dependOnClassesThat().resideInAnyPackage(ONNX_RUNTIME);

    @ArchTest
    static final ArchRule onlyImageKnowsOpenCv = noClasses()
            .that().resideOutsideOfPackages(
                    "io.flinkvision.image..", "io.flinkvision.natives..", "io.flinkvision.bench.naive..")
            .should().dependOnClassesThat().resideInAnyPackage(OPENCV, "nu.pattern..");

    /** They are in a jar of their own, with the libraries that they load and nothing else. */
    @ArchTest
    static final ArchRule nativesKnowNoOtherPackage = classes()
            .that().resideInAPackage("io.flinkvision.natives..")
            .should().onlyDependOnClassesThat().resideInAnyPackage(
                    "io.flinkvision.natives..", "java..", "org.slf4j..", JNA, OPENCV, ONNX_RUNTIME);

    @ArchTest
    static final ArchRule onlyNativesCallForeignLibraries = noClasses()
            .that().resideOutsideOfPackage("io.flinkvision.natives..")
            .should().dependOnClassesThat().resideInAnyPackage(JNA);

    @ArchTest
    static final ArchRule onlyImageAndInferenceLoadNatives = noClasses()
            .that().resideOutsideOfPackages(
                    "io.flinkvision.image..", "io.flinkvision.inference..", "io.flinkvision.natives..")
            .should().dependOnClassesThat().resideInAnyPackage("io.flinkvision.natives..");

    @ArchTest
    static final ArchRule streamKnowsNothingAboveIt = noClasses()
            .that().resideInAPackage("io.flinkvision.stream..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.flinkvision.job..", "io.flinkvision.cli..", "io.flinkvision.local..");

    @ArchTest
    static final ArchRule kafkaKnowsNothingButKafka = classes()
            .that().resideInAPackage("io.flinkvision.kafka..")
            .should().onlyDependOnClassesThat().resideInAnyPackage(
                    "io.flinkvision.kafka..", "java..", "javax.security.auth..", KAFKA);

    @ArchTest
    static final ArchRule theJobKnowsNoCommandAndNoDemo = noClasses()
            .that().resideInAPackage("io.flinkvision.job..")
            .should().dependOnClassesThat().resideInAnyPackage("io.flinkvision.cli..", "io.flinkvision.local..");

    @ArchTest
    static final ArchRule sqlKnowsNoJobNoKafkaAndNoCommand = noClasses()
            .that().resideInAPackage("io.flinkvision.sql..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.flinkvision.configuration..", "io.flinkvision.job..", "io.flinkvision.watch..",
                    "io.flinkvision.camera..", "io.flinkvision.cli..", "io.flinkvision.local..", KAFKA, OPENCV);

    @ArchTest
    static final ArchRule onlySqlKnowsFlinksTables = noClasses()
            .that().resideOutsideOfPackage("io.flinkvision.sql..")
            .should().dependOnClassesThat().resideInAnyPackage("io.flinkvision.sql..", "org.apache.flink.table..");

    @ArchTest
    static final ArchRule nothingThatTheJobNeedsKnowsTheWatch = noClasses()
            .that().resideInAnyPackage(
                    "io.flinkvision.configuration..", "io.flinkvision.model..", "io.flinkvision.image..",
                    "io.flinkvision.inference..", "io.flinkvision.stream..", "io.flinkvision.job..")
            .should().dependOnClassesThat().resideInAPackage("io.flinkvision.watch..");

    @ArchTest
    static final ArchRule watchKnowsNoFlinkOpenCvOrCommand = noClasses()
            .that().resideInAPackage("io.flinkvision.watch..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.flinkvision.job..", "io.flinkvision.cli..", "io.flinkvision.local..", FLINK, OPENCV);

    @ArchTest
    static final ArchRule onlyCommandsKnowTheAudit = noClasses()
            .that().resideOutsideOfPackages("io.flinkvision.audit..", "io.flinkvision.cli..")
            .should().dependOnClassesThat().resideInAPackage("io.flinkvision.audit..");

    @ArchTest
    static final ArchRule theAuditKnowsNoJobFlinkOrOpenCv = noClasses()
            .that().resideInAPackage("io.flinkvision.audit..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.flinkvision.job..", "io.flinkvision.cli..", "io.flinkvision.local..", FLINK, OPENCV);

    @ArchTest
    static final ArchRule onlyCommandsKnowTheBenchmark = noClasses()
            .that().resideOutsideOfPackages("io.flinkvision.bench..", "io.flinkvision.cli..")
            .should().dependOnClassesThat().resideInAPackage("io.flinkvision.bench..");

    @ArchTest
    static final ArchRule theNaiveLoopKnowsNoFlinkAndNoneOfTheJob = noClasses()
            .that().resideInAPackage("io.flinkvision.bench.naive..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.flinkvision.inference..", "io.flinkvision.stream..", "io.flinkvision.job..",
                    "io.flinkvision.local..", FLINK);

    @ArchTest
    static final ArchRule onlyCommandsAndTheDemoKnowTheCameras = noClasses()
            .that().resideOutsideOfPackages(
                    "io.flinkvision.camera..", "io.flinkvision.cli..", "io.flinkvision.local..")
            .should().dependOnClassesThat().resideInAnyPackage("io.flinkvision.camera..");

    @ArchTest
    static final ArchRule camerasKnowNoModelAndNoJob = noClasses()
            .that().resideInAPackage("io.flinkvision.camera..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.flinkvision.model..", "io.flinkvision.inference..", "io.flinkvision.job..",
                    "io.flinkvision.cli..", "io.flinkvision.local..", FLINK);

    @ArchTest
    static final ArchRule onlyCamerasKnowFfmpeg = noClasses()
            .that().resideOutsideOfPackage("io.flinkvision.camera..")
            .should().dependOnClassesThat().resideInAnyPackage("org.bytedeco..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.flinkvision.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule namesSayWhatAClassIs = classes()
            .should().haveSimpleNameNotEndingWith("Utils")
            .andShould().haveSimpleNameNotEndingWith("Helper")
            .andShould().haveSimpleNameNotEndingWith("Manager")
            .andShould().haveSimpleNameNotEndingWith("Impl");
}
