package io.flinkvision.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkvision.deployment.ComposeService.Mount;
import io.flinkvision.deployment.ComposeService.PublishedPort;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What docker-compose.yml names is there, and says the same as the rest of the project. */
class ComposeFileTest {

    private static final Path CLASSIFY = Path.of("jobs/classify.yaml");
    private static final Pattern TAG = Pattern.compile("[a-z0-9./-]+:v?[0-9]+\\.[0-9]+\\.[0-9]+[A-Za-z0-9._-]*");
    private static final Pattern SECRET = Pattern.compile("(?i).*(password|passwd|secret|token|credential|api_?key).*");

    private ComposeFile compose;

    @BeforeEach
    void read() throws IOException {
        compose = ComposeFile.read();
    }

    @Test
    void dockerComposeAcceptsIt() throws Exception {
        assumeTrue(isOnPath("docker-compose"), "there is no docker-compose on the PATH");
        Process process = new ProcessBuilder("docker-compose", "-f", ComposeFile.PATH.toString(),
                "--profile", "cameras", "--profile", "monitoring", "config")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).doesNotContain("WARNING");
        compose.services().keySet().forEach(service -> assertThat(said).contains("\n  " + service + ":\n"));
    }

    private static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    @Test
    void startsKafkaAndTheJobAndNothingElseUnlessAProfileIsNamed() {
        Map<List<String>, Set<String>> byProfiles = compose.services().values().stream().collect(Collectors.groupingBy(
                ComposeService::profiles, Collectors.mapping(ComposeService::name, Collectors.toSet())));

        assertThat(byProfiles).containsOnly(
                Map.entry(List.of(), Set.of("kafka", "topics", "jobmanager", "taskmanager")),
                Map.entry(List.of("cameras"), Set.of("feeder", "wall")),
                Map.entry(List.of("monitoring"), Set.of("prometheus", "grafana")));
    }

    @Test
    void pinsEveryImageAndThoseOfThePomsVersionsToThem() throws IOException {
        assertThat(compose.services().values()).extracting(ComposeService::image).allSatisfy(
                image -> assertThat(image).matches(TAG));
        String own = ":" + ProjectVersions.project();
        assertThat(compose.service("jobmanager").image()).isEqualTo("flink-vision" + own);
        assertThat(compose.service("taskmanager").image()).isEqualTo("flink-vision" + own);
        assertThat(compose.service("feeder").image()).isEqualTo("flink-vision-tools" + own);
        assertThat(compose.service("wall").image()).isEqualTo("flink-vision-tools" + own);
        assertThat(compose.service("kafka").image())
                .isEqualTo("apache/kafka:" + ProjectVersions.element("kafka.version"))
                .isEqualTo(compose.service("topics").image());
    }

    @Test
    void limitsTheMemoryAndTheProcessorsOfEveryService() {
        assertThat(compose.services().values()).allSatisfy(service -> {
            assertThat(service.definition().path("mem_limit").asText()).as(service.name()).matches("[1-9][0-9]*[mg]");
            assertThat(service.definition().path("cpus").asDouble()).as(service.name()).isPositive();
        });
    }

    @Test
    void noServiceHasOrGainsARightOfRoots() {
        assertThat(compose.services().values()).allSatisfy(service -> {
            assertThat(service.definition().at("/cap_drop/0").asText()).as(service.name()).isEqualTo("ALL");
            assertThat(service.definition().at("/security_opt/0").asText()).as(service.name())
                    .isEqualTo("no-new-privileges:true");
            assertThat(service.definition().has("cap_add") || service.definition().has("privileged"))
                    .as(service.name()).isFalse();
        });
    }

    @Test
    void opensPortsToThisMachineAlone() {
        List<PublishedPort> ports = compose.services().values().stream()
                .flatMap(service -> service.ports().stream()).toList();

        assertThat(ports).isNotEmpty().extracting(PublishedPort::address).containsOnly("127.0.0.1");
        assertThat(ports).extracting(PublishedPort::published).doesNotHaveDuplicates();
    }

    /** The container's side of each port is the one that the service listens at. */
    @Test
    void publishesThePortsThatTheServicesListenAt() {
        assertThat(targets("kafka")).containsExactly(portOf("EXTERNAL",
                compose.service("kafka").environment().get("KAFKA_LISTENERS")));
        assertThat(compose.service("kafka").environment().get("KAFKA_ADVERTISED_LISTENERS"))
                .contains("EXTERNAL://localhost:" + compose.service("kafka").ports().get(0).published());
        List<String> wall = compose.service("wall").command();
        assertThat(targets("wall")).containsExactly(Integer.parseInt(wall.get(wall.indexOf("--port") + 1)));
        // The defaults of Flink's rest.port, of Prometheus and of Grafana.
        assertThat(targets("jobmanager")).containsExactly(8081);
        assertThat(targets("prometheus")).containsExactly(9090);
        assertThat(targets("grafana")).containsExactly(3000);
    }

    private List<Integer> targets(String service) {
        return compose.service(service).ports().stream().map(PublishedPort::target).toList();
    }

    private static int portOf(String listener, String listeners) {
        return Arrays.stream(listeners.split(",")).filter(text -> text.startsWith(listener + "://"))
                .map(text -> Integer.parseInt(text.substring(text.lastIndexOf(':') + 1)))
                .findFirst().orElseThrow();
    }

    @Test
    void everyServiceAsksTheBrokerAtTheAddressThatItGivesToContainers() {
        String inside = "kafka:" + portOf("INTERNAL", compose.service("kafka").environment().get("KAFKA_LISTENERS"));

        assertThat(compose.service("kafka").environment().get("KAFKA_ADVERTISED_LISTENERS"))
                .contains("INTERNAL://" + inside);
        assertThat(compose.service("kafka").healthCheck()).contains(inside);
        assertThat(compose.service("topics").environment()).containsEntry("BROKERS", inside);
        for (String client : List.of("jobmanager", "taskmanager", "feeder", "wall")) {
            assertThat(compose.service(client).environment()).as(client)
                    .containsEntry("KAFKA_BOOTSTRAP_SERVERS", inside);
        }
        assertThat(JobDefinition.read(CLASSIFY, Map.of("KAFKA_BOOTSTRAP_SERVERS", inside), List.of()))
                .satisfies(job -> assertThat(job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS)).containsExactly(inside))
                .satisfies(job -> assertThat(job.get(JobOptions.SINK_BOOTSTRAP_SERVERS)).containsExactly(inside));
    }

    @Test
    void mountsWhatIsInTheProjectReadOnlyAndDeclaredVolumes() {
        Set<String> used = new TreeSet<>();
        List<String> missing = new ArrayList<>();
        for (ComposeService service : compose.services().values()) {
            for (Mount mount : service.mounts()) {
                assertThat(mount.readOnly()).as(service.name() + ": " + mount).isEqualTo(mount.isPath());
                if (!mount.isPath()) {
                    used.add(mount.source());
                } else if (!Files.exists(Path.of(mount.source()))) {
                    missing.add(mount.source());
                }
            }
        }

        assertThat(missing).as("paths that are mounted and not in the project").isEmpty();
        assertThat(used).isEqualTo(compose.volumes());
    }

    @Test
    void holdsNoSecret() throws IOException {
        assertThat(compose.services().values()).allSatisfy(service ->
                assertThat(service.environment().keySet()).as(service.name()).noneMatch(SECRET.asMatchPredicate()));
        assertThat(compose.service("wall").inheritedVariables()).contains("VISION_WALL_TOKEN");
        assertThat(compose.service("wall").command()).doesNotContain("--token");
        assertThat(compose.service("grafana").environment())
                .containsEntry("GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION", "true")
                .containsEntry("GF_AUTH_ANONYMOUS_ORG_ROLE", "Viewer");
        assertThat(Files.readAllLines(Path.of(".gitignore"))).as("where the values of variables go").contains("/.env");
    }

    /** Compose runs the one-shot whenever it starts the services. */
    @Test
    void leavesTopicsThatAreThereAlone() {
        assertThat(compose.service("topics").command().get(2).lines().filter(line -> line.contains("--create")))
                .isNotEmpty().allMatch(line -> line.contains("--if-not-exists"));
    }

    @Test
    void startsAJobThatExistsWithAFileThatItCanRead() throws Exception {
        List<String> command = compose.service("jobmanager").command();

        assertThat(command).startsWith("standalone-job", "--job-classname").hasSize(4);
        assertThat(Class.forName(command.get(2)).getMethod("main", String[].class)).isNotNull();
        Path file = inProject("jobmanager", command.get(3));
        assertThat(file).isRegularFile();
        JobDefinition job = JobDefinition.read(file, compose.service("jobmanager").environment(), List.of());
        // The bundle's path goes from the job file's folder, in the container as in the project.
        Path bundle = Path.of(command.get(3)).getParent().resolve("../conf/models/triage").normalize();
        assertThat(inProject("jobmanager", bundle.toString()).toAbsolutePath().normalize())
                .isEqualTo(job.localBundle().orElseThrow())
                .isDirectory();
    }

    /** The path of this project that a path of a container is. */
    private Path inProject(String service, String path) {
        return compose.service(service).mounts().stream()
                .filter(mount -> mount.isPath() && path.startsWith(mount.target()))
                .map(mount -> Path.of(mount.source() + path.substring(mount.target().length())).normalize())
                .findFirst().orElseThrow(() -> new AssertionError(service + " mounts nothing at " + path));
    }

    @Test
    void setsOnlyOptionsThatFlinkKnows() {
        Set<String> keys = compose.service("jobmanager").flinkProperties().stringPropertyNames();

        assertThat(keys).contains("jobmanager.bind-host", "execution.checkpointing.dir");
        assertThat(FlinkOptions.unknownOf(keys)).isEmpty();
        assertThat(compose.service("taskmanager").flinkProperties().stringPropertyNames()).isEqualTo(keys);
    }

    @Test
    void keepsCheckpointsOnAVolumeThatBothOfFlinksProcessesHave() {
        for (String service : List.of("jobmanager", "taskmanager")) {
            assertThat(compose.service(service).mounts()).contains(
                    new Mount("flink-state", "/opt/flink/state", false));
            assertThat(compose.service(service).flinkProperties().values()).contains(
                    "file:///opt/flink/state/checkpoints", "file:///opt/flink/state/savepoints");
        }
    }

    @Test
    void waitsOnlyForServicesThatStartToo() {
        compose.services().values().forEach(service -> service.dependencies().forEach(dependency ->
                assertThat(compose.service(dependency).profiles()).as(service.name() + " waits for " + dependency)
                        .isSubsetOf(service.profiles())));
    }

    @Test
    void givesFlinksProcessesTheMemoryThatTheirConfigurationAsksFor() throws IOException {
        Map<String, String> flink = FlinkConfiguration.read();

        for (String process : List.of("jobmanager", "taskmanager")) {
            String size = flink.get(process + ".memory.process.size");
            assertThat(size).as(process + ".memory.process.size").isNotNull();
            assertThat(FlinkConfiguration.bytes(size)).as(process).isLessThanOrEqualTo(
                    FlinkConfiguration.bytes(compose.service(process).definition().path("mem_limit").asText()));
        }
    }

    @Test
    void prometheusAsksTheServicesAtThePortThatFlinkAnswersAt() throws IOException {
        Path file = Path.of("conf/prometheus/prometheus.yml");
        assertThat(file).isRegularFile();
        assertThat(compose.service("prometheus").command()).contains(
                "--config.file=/etc/prometheus/" + file.getFileName());
        assertThat(inProject("prometheus", "/etc/prometheus/" + file.getFileName())).isEqualTo(file);
        Map<?, ?> prometheus = new Yaml().load(Files.readString(file));
        Map<?, ?> scrape = (Map<?, ?>) ((List<?>) prometheus.get("scrape_configs")).get(0);
        Map<?, ?> discovery = (Map<?, ?>) ((List<?>) scrape.get("dns_sd_configs")).get(0);

        assertThat(discovery.get("names")).isEqualTo(List.of("jobmanager", "taskmanager"));
        // Of a range each process takes the first that is free, and in a container that is its first.
        String ports = FlinkConfiguration.read().get("metrics.reporter.prom.port");
        assertThat(discovery.get("port")).hasToString(ports.split("-")[0]);
        assertThat((List<?>) prometheus.get("rule_files"))
                .allSatisfy(rules -> assertThat(file.resolveSibling(rules.toString())).isRegularFile());
    }

    @Test
    void grafanaFindsItsDashboardsAndItsPrometheus() throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        try (Stream<Path> paths = Files.walk(Path.of("conf/grafana/provisioning"))) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(path.toString(), Files.readString(path));
            }
        }
        Mount dashboards = compose.service("grafana").mounts().stream()
                .filter(mount -> mount.source().equals("./conf/grafana/dashboards")).findFirst().orElseThrow();

        List<String> lines = files.values().stream().flatMap(String::lines).map(String::strip).toList();
        assertThat(lines).contains("path: " + dashboards.target(), "url: http://prometheus:9090");
        try (Stream<Path> paths = Files.list(Path.of(dashboards.source()))) {
            assertThat(paths).anyMatch(path -> path.toString().endsWith(".json"));
        }
    }
}
