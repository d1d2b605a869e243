package io.flinkvision.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the Dockerfile names is there; that the folder of its tools starts is for {@link ComposeServicesITCase}. */
class DockerfileTest {

    private static final Pattern PINNED = Pattern.compile("[a-z-]+:[0-9]+\\.[0-9]+\\.[0-9]+[A-Za-z0-9._-]*");

    private Dockerfile dockerfile;

    @BeforeEach
    void read() throws IOException {
        dockerfile = Dockerfile.read();
    }

    @Test
    void beginsWithPinnedImagesOfThePomsVersions() throws IOException {
        assertThat(dockerfile.stages()).extracting(Dockerfile.Stage::name).containsExactly("build", "job", "tools");
        assertThat(dockerfile.stages()).extracting(Dockerfile.Stage::base)
                .allSatisfy(base -> assertThat(base).matches(PINNED));
        assertThat(dockerfile.stage("job").base())
                .isEqualTo("flink:" + ProjectVersions.element("flink.version") + "-scala_2.12-java17");
        String release = ProjectVersions.element("maven.compiler.release");
        assertThat(dockerfile.stage("build").base()).endsWith("-eclipse-temurin-" + release);
        assertThat(dockerfile.stage("tools").base()).startsWith("eclipse-temurin:" + release + ".").contains("-jre-");
    }

    @Test
    void composeBuildsItsStages() throws IOException {
        assertThat(ComposeFile.read().services().values())
                .flatExtracting(service -> service.buildTarget().stream().toList())
                .isNotEmpty()
                .isSubsetOf(dockerfile.stages().stream().map(Dockerfile.Stage::name).toList());
    }

    @Test
    void copiesOnlyWhatIsInTheProjectAndGetsIntoTheContext() throws IOException {
        List<String> context = Files.readAllLines(Path.of(".dockerignore"));
        assertThat(context).contains("*");
        for (Dockerfile.Stage stage : dockerfile.stages()) {
            for (String arguments : stage.instructions("COPY")) {
                if (arguments.contains("--from=")) {
                    continue;
                }
                for (String source : sources(arguments)) {
                    assertThat(Path.of(source)).as("COPY " + arguments).exists();
                    assertThat(context).as(source + " in .dockerignore").anySatisfy(line ->
                            assertThat("!" + source).matches(path -> path.equals(line) || path.startsWith(line + "/")));
                }
            }
        }
    }

    private static List<String> sources(String arguments) {
        List<String> words = Arrays.stream(arguments.split(" ")).filter(word -> !word.startsWith("--")).toList();
        return words.subList(0, words.size() - 1).stream().map(word -> word.replaceAll("/$", "")).toList();
    }

    @Test
    void takesTheJarsThatTheBuildMakes() throws IOException {
        String jar = "/src/target/flink-vision-" + ProjectVersions.project();
        List<String> copies = dockerfile.stage("job").instructions("COPY");

        assertThat(copies).anyMatch(copy -> copy.endsWith(" " + jar + "-natives.jar /opt/flink/lib/"));
        assertThat(copies).anyMatch(copy -> copy.endsWith(" " + jar + "-ffmpeg.jar /opt/flink/lib/"));
        assertThat(copies).anyMatch(copy -> copy.endsWith(" " + jar + ".jar /opt/flink/usrlib/flink-vision.jar"));
        assertThat(dockerfile.stages()).flatExtracting(stage -> stage.instructions("COPY"))
                .filteredOn(copy -> copy.contains("--from=")).allMatch(copy -> copy.contains("--from=build "));
    }

    @Test
    void neitherImageRunsItsProcessesAsRoot() {
        // The number of the user flink in Flink's official image.
        assertThat(lastUser("job")).isEqualTo("9999:9999");
        assertThat(lastUser("tools")).isEqualTo("vision");
    }

    private String lastUser(String stage) {
        List<String> users = dockerfile.stage(stage).instructions("USER");
        return users.get(users.size() - 1);
    }

    @Test
    void packagesAreInstalledAndJarsCopiedByRootWhoKeepsThem() {
        List<Dockerfile.Instruction> job = dockerfile.stage("job").instructions();

        assertThat(job.get(0)).isEqualTo(new Dockerfile.Instruction("USER", "root"));
        assertThat(job).extracting(Dockerfile.Instruction::arguments)
                .filteredOn(arguments -> arguments.contains(".jar ") || arguments.contains(" /opt/flink/lib/"))
                .hasSize(3).noneMatch(arguments -> arguments.contains("--chown"));
        assertThat(dockerfile.stage("job").instructions("RUN")).contains("chown root:root /opt/flink/lib");
    }

    /** Flink's entry point writes into the configuration, and the processes write their state. */
    @Test
    void whatFlinksProcessesWriteBelongsToThem() {
        assertThat(dockerfile.stage("job").instructions("COPY"))
                .contains("--chown=flink:flink conf/flink/ /opt/flink/conf/");
        assertThat(dockerfile.stage("job").instructions("RUN"))
                .contains("install --directory --owner=flink --group=flink /opt/flink/state");
    }

    /** Flink's own configuration is replaced, and with it what opens the JDK's packages to Flink. */
    @Test
    void theConfigurationOfTheImageOpensTheJdkToFlinkAndNamesNoHost() throws IOException {
        var flink = FlinkConfiguration.read();

        assertThat(flink.get("env.java.opts.all")).isNotNull()
                .contains(ProjectVersions.element("jdk.opens").split(" "));
        assertThat(Optional.ofNullable(flink.get("taskmanager.host"))).isEmpty();
    }

    /** G1 treats an array of half a region as humongous, and collects garbage for each few of them. */
    @Test
    void whatKafkasClientFetchesOfAPartitionAtOnceIsNotHumongous() throws IOException {
        String options = FlinkConfiguration.read().get("env.java.opts.taskmanager");

        assertThat(options).startsWith("-XX:G1HeapRegionSize=");
        assertThat(FlinkConfiguration.bytes(options.substring(options.indexOf('=') + 1)) / 2)
                .isGreaterThan(ConsumerConfig.DEFAULT_MAX_PARTITION_FETCH_BYTES);
    }
}
