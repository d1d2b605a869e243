package io.flinkvision.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.job.guard.NotesPlace;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/** jobs/classify.kubernetes.yaml is what the operator takes, and says the same as the rest of the project. */
class KubernetesManifestTest {

    private static final Path MANIFEST = Path.of("jobs/classify.kubernetes.yaml");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** What conf/flink/config.yaml says and the operator, the pods' resources or the volumes say here. */
    private static final List<String> ELSEWHERE = List.of(
            "jobmanager.rpc.address", "jobmanager.rpc.port", "jobmanager.bind-host", "rest.address", "rest.port",
            "rest.bind-address", "taskmanager.bind-host", "jobmanager.memory.process.size",
            "taskmanager.memory.process.size", "execution.checkpointing.dir", "execution.checkpointing.savepoint-dir");

    private final Map<String, JsonNode> resources = new LinkedHashMap<>();
    private JsonNode deployment;

    @TempDir
    private Path folder;

    @BeforeEach
    void read() throws IOException {
        for (Object document : new Yaml().loadAll(Files.readString(MANIFEST))) {
            JsonNode resource = MAPPER.valueToTree(document);
            resources.put(resource.get("kind").asText(), resource);
        }
        deployment = resources.get("FlinkDeployment");
    }

    @Test
    void theOperatorsSchemaAcceptsTheDeployment() throws IOException {
        assertThat(schema().validate(deployment)).isEmpty();
        assertThat(deployment.get("apiVersion").asText()).isEqualTo("flink.apache.org/v1beta1");
    }

    private CustomResourceSchema schema() throws IOException {
        return CustomResourceSchema.ofFlinkDeployment(flinkVersion());
    }

    private static String flinkVersion() throws IOException {
        String[] parts = ProjectVersions.element("flink.version").split("\\.");
        return "v" + parts[0] + "_" + parts[1];
    }

    @Test
    void isForThePomsFlink() throws IOException {
        assertThat(deployment.at("/spec/flinkVersion").asText()).isEqualTo(flinkVersion());
    }

    @ParameterizedTest
    @CsvSource({
        "/spec,                                   upgradMode,   savepoint",
        "/spec/job,                               upgradeModus, savepoint",
        "/spec/job,                               upgradeMode,  sometimes",
        "/spec,                                   flinkVersion, v9_9",
        "/spec/taskManager/resource,              memroy,       1g",
        "/spec/podTemplate/spec,                  volume,       jobs",
        "/spec/podTemplate/spec/containers/0,     environment,  none",
        "/spec/podTemplate/spec/volumes/1/emptyDir, sizeLimits, 1Gi",
    })
    void theOperatorsSchemaRefusesWhatIsMisspelt(String place, String field, String value) throws IOException {
        ((ObjectNode) deployment.at(place)).put(field, value);

        assertThat(schema().validate(deployment)).hasSize(1).first().asString().contains(field);
    }

    @Test
    void upgradesWithSavepointsAndSurvivesItsJobManager() {
        Map<String, String> options = options();

        assertThat(deployment.at("/spec/job/upgradeMode").asText()).isEqualTo("savepoint");
        assertThat(options).containsEntry("high-availability.type", "kubernetes")
                .containsEntry("job.autoscaler.enabled", "true");
        List<String> mounts = texts(mainContainer().get("volumeMounts"), "mountPath");
        for (String key : List.of("high-availability.storageDir", "execution.checkpointing.dir",
                "execution.checkpointing.savepoint-dir")) {
            assertThat(mounts).as(key).anyMatch(mount -> options.get(key).startsWith("file://" + mount + "/"));
        }
    }

    @Test
    void setsOnlyOptionsThatFlinkOrTheAutoscalerKnows() {
        assertThat(FlinkOptions.unknownOf(options().keySet())).isEmpty();
    }

    @Test
    void setsWhatTheConfigurationOfOtherClustersSets() throws IOException {
        Map<String, String> ofOtherClusters = FlinkConfiguration.read();
        ELSEWHERE.forEach(ofOtherClusters::remove);

        assertThat(options()).containsAllEntriesOf(ofOtherClusters);
    }

    @Test
    void showsItsMetricsAtThePortThatThePodsAreAskedAt() {
        String port = options().get("metrics.reporter.prom.port").split("-")[0];

        assertThat(mainContainer().at("/ports/0/containerPort").asText()).isEqualTo(port);
        assertThat(deployment.at("/spec/podTemplate/metadata/annotations").get("prometheus.io/port").asText())
                .isEqualTo(port);
    }

    private Map<String, String> options() {
        return FlinkConfiguration.flatten(
                MAPPER.convertValue(deployment.at("/spec/flinkConfiguration"), Map.class));
    }

    @Test
    void runsTheJobOfTheImageThatTheDockerfileMakes() throws Exception {
        String image = "flink-vision:" + ProjectVersions.project();
        assertThat(deployment.at("/spec/image").asText()).isEqualTo(image);
        assertThat(texts(deployment.at("/spec/podTemplate/spec/initContainers"), "image")).containsExactly(image);
        String jar = deployment.at("/spec/job/jarURI").asText().replaceFirst("^local://", "");
        assertThat(Dockerfile.read().stage("job").instructions("COPY")).anyMatch(copy -> copy.endsWith(" " + jar));
        Class<?> job = Class.forName(deployment.at("/spec/job/entryClass").asText());
        assertThat(job.getMethod("main", String[].class)).isNotNull();
    }

    @Test
    void copiesAModelThatTheImageHasToWhereTheJobFileLooks() throws IOException {
        JsonNode init = deployment.at("/spec/podTemplate/spec/initContainers/0");
        String bundle = init.at("/command/2").asText();
        String destination = init.at("/command/3").asText();

        assertThat(Dockerfile.read().stage("job").instructions("COPY"))
                .contains(bundle.substring("/opt/flink/".length()) + " " + bundle);
        assertThat(texts(init.get("volumeMounts"), "mountPath")).contains(destination.replaceAll("/$", ""));
        assertThat(jobOfTheManifest().bundle())
                .isEqualTo(destination + Path.of(bundle).getFileName());
    }

    @Test
    void itsJobFileSaysWhatTheProjectsSaysButForThePlacesOfTheModelAndTheNotes() throws IOException {
        JobDefinition here = JobDefinition.read(Path.of("jobs/classify.yaml"), environment(), List.of());
        JobDefinition there = jobOfTheManifest();

        assertThat(JobOptions.CLASSIFY)
                .filteredOn(option -> !here.find(option).equals(there.find(option)))
                .containsExactly(JobOptions.CRASH_GUARD_FOLDER, JobOptions.MODEL_BUNDLE);
        assertThat(there.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS))
                .containsExactly(environment().get("KAFKA_BOOTSTRAP_SERVERS"));
    }

    @Test
    void theNotesOfADeadTaskManagerAreThereForTheNextOne() throws IOException {
        Path notes = ((NotesPlace.Chosen) jobOfTheManifest().guard().place()).folder();

        JsonNode mount = element(
                mainContainer().get("volumeMounts"), "mountPath", notes.getParent().toString());
        JsonNode volume = element(deployment.at("/spec/podTemplate/spec/volumes"), "name", mount.get("name").asText());
        assertThat(volume.has("persistentVolumeClaim")).as("%s", volume).isTrue();
    }

    /** The job file of the config map, at the path that the job gets. */
    private JobDefinition jobOfTheManifest() throws IOException {
        Path argument = Path.of(deployment.at("/spec/job/args/0").asText());
        JsonNode mount = element(mainContainer().get("volumeMounts"), "mountPath", argument.getParent().toString());
        JsonNode volume = element(deployment.at("/spec/podTemplate/spec/volumes"), "name", mount.get("name").asText());
        assertThat(volume.at("/configMap/name")).isEqualTo(resources.get("ConfigMap").at("/metadata/name"));
        String name = argument.getFileName().toString();
        Path file = Files.writeString(folder.resolve(name), resources.get("ConfigMap").get("data").get(name).asText());
        return JobDefinition.read(file, environment(), List.of());
    }

    private Map<String, String> environment() {
        return StreamSupport.stream(mainContainer().get("env").spliterator(), false)
                .collect(Collectors.toMap(each -> each.get("name").asText(), each -> each.get("value").asText()));
    }

    @Test
    void everyVolumeIsDeclaredAndUsedAndWhatItIsMadeOfIsInTheFile() {
        JsonNode pod = deployment.at("/spec/podTemplate/spec");
        Set<String> mounted = new TreeSet<>(texts(mainContainer().get("volumeMounts"), "name"));
        mounted.addAll(texts(pod.at("/initContainers/0/volumeMounts"), "name"));

        assertThat(texts(pod.get("volumes"), "name")).containsExactlyInAnyOrderElementsOf(mounted);
        assertThat(pod.get("volumes")).filteredOn(volume -> volume.has("persistentVolumeClaim"))
                .extracting(volume -> volume.at("/persistentVolumeClaim/claimName"))
                .containsExactly(resources.get("PersistentVolumeClaim").at("/metadata/name"));
        assertThat(resources).containsOnlyKeys("ConfigMap", "PersistentVolumeClaim", "ServiceAccount", "Role",
                "RoleBinding", "FlinkDeployment");
    }

    /** Kubernetes' high availability tells the TaskManagers by ConfigMaps who leads. */
    @Test
    void theTaskManagersHaveAnAccountThatMayReadConfigMapsAndNothingElse() {
        String account = options().get("kubernetes.taskmanager.service-account");
        JsonNode binding = resources.get("RoleBinding");

        assertThat(account).isEqualTo(resources.get("ServiceAccount").at("/metadata/name").asText())
                .isNotEqualTo(deployment.at("/spec/serviceAccount").asText());
        assertThat(texts(binding.get("subjects"), "kind")).containsExactly("ServiceAccount");
        assertThat(texts(binding.get("subjects"), "name")).containsExactly(account);
        assertThat(binding.at("/roleRef/kind").asText()).isEqualTo("Role");
        assertThat(binding.at("/roleRef/name")).isEqualTo(resources.get("Role").at("/metadata/name"));
        assertThat(resources.get("Role").get("rules")).hasToString(
                "[{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"verbs\":[\"get\",\"list\",\"watch\"]}]");
    }

    @Test
    void noContainerRunsAsRootOrGainsARight() {
        JsonNode pod = deployment.at("/spec/podTemplate/spec");

        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(9999);
        for (String containers : List.of("initContainers", "containers")) {
            assertThat(pod.get(containers)).isNotEmpty().allSatisfy(container -> {
                JsonNode context = container.get("securityContext");
                assertThat(context.at("/allowPrivilegeEscalation").asBoolean(true)).isFalse();
                assertThat(context.at("/capabilities")).hasToString("{\"drop\":[\"ALL\"]}");
            });
        }
    }

    @Test
    void givesEachProcessTheMemoryThatItsConfigurationWasSizedFor() throws IOException {
        Map<String, String> flink = FlinkConfiguration.read();

        for (String process : List.of("jobManager", "taskManager")) {
            String size = flink.get(process.toLowerCase(Locale.ROOT) + ".memory.process.size");
            assertThat(size).as(process).isNotNull();
            assertThat(FlinkConfiguration.bytes(deployment.at("/spec/" + process + "/resource/memory").asText()))
                    .as(process).isGreaterThanOrEqualTo(FlinkConfiguration.bytes(size));
        }
    }

    private JsonNode mainContainer() {
        return element(deployment.at("/spec/podTemplate/spec/containers"), "name", "flink-main-container");
    }

    private static JsonNode element(JsonNode list, String field, String value) {
        return StreamSupport.stream(list.spliterator(), false)
                .filter(each -> each.path(field).asText().equals(value)).findFirst()
                .orElseThrow(() -> new AssertionError("No " + field + " " + value + " in " + list));
    }

    private static List<String> texts(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false).map(each -> each.get(field).asText()).toList();
    }
}
