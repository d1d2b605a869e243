package io.flinkvision.job.pipeline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.job.region.WholePicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionOptionsTest {

    private static final Backbone BACKBONE = new Backbone("a".repeat(64), SampleHeads.FEATURES);

    private static final String JOB = """
            source: {bootstrap-servers: localhost:9092, topics: images}
            model: {bundle: model}
            sink: {topic: labels}
            dead-letters: {topic: dead}
            """;

    @TempDir
    private Path folder;

    @Test
    void declaresRegionsWhoseHeadsAreBesideTheJobFile() throws IOException {
        Head head = SampleHeads.of("gate", BACKBONE.digest());
        Files.createDirectory(folder.resolve("heads"));
        Files.write(folder.resolve("heads/gate.safetensors"), head.bytes());

        JobDefinition job = read("""
                regions:
                - {camera: yard/north, name: gate, box: [0.1, 0.2, 0.3, 0.4], every: 1 s, head: heads/gate.safetensors}
                - name: bay
                  box: 0.5, 0.5, 0.5, 0.5
                """);

        assertThat(job.hasRegions()).isTrue();
        assertThat(job.regions(BACKBONE).all()).containsExactly(
                new Region(new RegionKey("*", "bay"), new RegionBox(0.5, 0.5, 0.5, 0.5), Optional.empty(),
                        Optional.empty()),
                new Region(new RegionKey("yard/north", "gate"), new RegionBox(0.1, 0.2, 0.3, 0.4),
                        Optional.of(Duration.ofSeconds(1)), Optional.of(head)));
    }

    @Test
    void aHeadsTopicAloneGivesRegionsToo() throws IOException {
        JobDefinition job = read("model.heads-topic: heads\nmodel.whole-picture: never");

        assertThat(job.hasRegions()).isTrue();
        assertThat(job.regions(BACKBONE).size()).isZero();
        assertThat(job.get(JobOptions.MODEL_WHOLE_PICTURE)).isEqualTo(WholePicture.NEVER);
    }

    @Test
    void tellsAllProblemsOfTheRegionsEachWithItsLine() {
        assertProblems("""
                regions:
                - {name: a, box: [0, 0, 1]}
                - {name: b, box: [0.5, 0, 0.6, 1]}
                - {name: c, box: [0, 0, 0, 1]}
                - {name: d/e, box: [0, 0, 1, 1]}
                """,
                ":6: regions[0].box: must be four numbers, x, y, width and height, not 3",
                ":7: regions[1].box: The box ends outside the picture: its x of 0.5 and its width of 0.6 are more than"
                        + " 1",
                ":8: regions[2].box: The box's width must be above 0 and at most 1, not 0.0",
                ":9: regions[3].name: The name of a region must have no /, unlike 'd/e'");
    }

    @Test
    void refusesRegionsWithoutABoxOrWithABlankCameraOrEveryNothing() {
        assertProblems("""
                regions:
                - {name: a}
                - {name: b, camera: " ", box: [0, 0, 1, 1]}
                - {name: c, box: [0, 0, 1, x]}
                - {name: d, box: [0, 0, 1, 1], every: 0 s}
                """,
                ":6: regions[0].box: is missing",
                ":7: regions[1].camera: must not be blank",
                ":8: regions[2].box: must be a number, not 'x'",
                ":9: regions[3].every: must be at least 1 ms, not '0 s'");
    }

    @Test
    void refusesTwoRegionsOfOneName() {
        assertProblems("""
                regions:
                - {name: a, box: [0, 0, 1, 1]}
                - {name: a, camera: yard, box: [0, 0, 1, 1]}
                - {name: a, camera: "*", box: [0, 0, 1, 1]}
                """,
                ":5: regions: has */a twice, at FILE:6 and FILE:8");
    }

    @Test
    void refusesMoreRegionsThanBelongInAFile() throws IOException {
        String hundred = IntStream.range(0, 100)
                .mapToObj(i -> "- {name: r" + i + ", box: [0, 0, 1, 1]}")
                .collect(Collectors.joining("\n", "regions:\n", "\n"));

        assertThat(read(hundred).regions(BACKBONE).size()).isEqualTo(100);
        assertProblems(hundred + "- {name: last, box: [0, 0, 1, 1]}\n",
                ":5: regions: has 101 regions, more than the 100 of a file; declare them on a model.heads-topic with"
                        + " 'bin/vision head publish'");
    }

    @Test
    void refusesHeadsBesideATopicThatChangesTheNetwork() throws IOException {
        String reason = ", and so is model.control-topic, but a head answers only on the network that it was taught on,"
                + " and that topic changes the network; keep one of them";

        assertProblems("""
                model.control-topic: models
                model.heads-topic: heads
                regions:
                - {name: a, box: [0, 0, 1, 1], head: gate.safetensors}
                """,
                ":6: model.heads-topic: is set" + reason,
                ":7: regions: has heads" + reason);
        assertThat(read("model.control-topic: models\nregions: [{name: a, box: [0, 0, 1, 1]}]").hasRegions()).isTrue();
    }

    @Test
    void warnsOfARegionThatGoesOfflineBetweenTwoAnswers() throws IOException {
        String regions = """
                regions:
                - {camera: gate, name: slow, box: [0, 0, 1, 1], every: 30 s}
                - {name: quick, box: [0, 0, 1, 1], every: 29999 ms}
                - {name: each, box: [0, 0, 1, 1]}
                """;

        assertThat(read(regions + "events: {topic: events}").values().warnings()).containsExactly(
                "The region gate/slow is answered every 30 s, but events.offline-after is 30 s: its events say offline"
                        + " and online between two answers; lower the one or raise the other");
        assertThat(read(regions + "events: {topic: events, offline-after: 31 s}").values().warnings()).isEmpty();
        assertThat(read(regions).values().warnings()).isEmpty();
    }

    @Test
    void tellsTheProblemsOfAllHeadsAtOnce() throws IOException {
        Head foreign = SampleHeads.of("foreign", "b".repeat(64));
        Head large = SampleHeads.of("large", BACKBONE.digest(), 960);
        Files.write(folder.resolve("foreign.safetensors"), foreign.bytes());
        Files.write(folder.resolve("large.safetensors"), large.bytes());
        Files.write(folder.resolve("nan.safetensors"), SampleHeads.withNaN(large));
        JobDefinition job = read("""
                regions:
                - {name: a, box: [0, 0, 1, 1], head: none.safetensors}
                - {name: b, box: [0, 0, 1, 1], head: foreign.safetensors}
                - {name: c, box: [0, 0, 1, 1]}
                - {name: d, box: [0, 0, 1, 1], head: nan.safetensors}
                - {name: e, box: [0, 0, 1, 1], head: large.safetensors}
                """);

        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> job.regions(BACKBONE))
                .satisfies(e -> assertThat(e.problems()).satisfiesExactly(
                        missing -> assertThat(missing.toString())
                                .startsWith(file() + ":6: regions[0].head: " + folder.resolve("none.safetensors")),
                        other -> assertThat(other.toString()).startsWith(file() + ":7: regions[1].head: ")
                                .contains("a".repeat(64), "b".repeat(64)),
                        damaged -> assertThat(damaged.toString()).startsWith(file() + ":9: regions[3].head: ")
                                .contains("nan.safetensors"),
                        wider -> assertThat(wider.toString()).startsWith(file() + ":10: regions[4].head: ")
                                .contains("960", "576")));
    }

    @Test
    void theBackboneIsThatOfTheBundleOfAJobWithRegions() throws IOException {
        ModelBundle bundle = ModelBundle.read(Path.of("conf/models/triage"));

        assertThat(read("").backbone(bundle)).isEmpty();
        assertThat(read("model.heads-topic: heads").backbone(bundle))
                .contains(new Backbone(bundle.digest(), SampleHeads.FEATURES));
        assertThat(read("regions: [{name: a, box: [0, 0, 1, 1]}]").backbone(bundle)).isPresent();
    }

    @Test
    void refusesANetworkWithoutPooledFeatures() throws IOException {
        Path small = SmallBundle.write(folder.resolve("small"), 224, 1, 2);
        Path network = small.resolve("net.onnx");
        // An operator of the same length, so that the file stays one.
        Files.write(network, new String(Files.readAllBytes(network), ISO_8859_1)
                .replace("GlobalAveragePool", "SomeOthersAverage").getBytes(ISO_8859_1));
        ModelBundle bundle = ModelBundle.read(small);
        JobDefinition job = read("model.heads-topic: heads");

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> job.backbone(bundle))
                .withMessageStartingWith("The model small cannot answer in regions");
        assertThat(read("").backbone(bundle)).isEmpty();
    }

    /** @param problems each after the file's name */
    private void assertProblems(String yaml, String... problems) {
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> read(yaml))
                .satisfies(e -> assertThat(e.problems()).extracting(Object::toString).containsExactly(Stream.of(problems)
                        .map(problem -> file() + problem.replace("FILE", file().toString()))
                        .toArray(String[]::new)));
    }

    private Path file() {
        return folder.resolve("job.yaml");
    }

    /** @param yaml added to the smallest job file, which has four lines */
    private JobDefinition read(String yaml) throws IOException {
        Files.writeString(file(), JOB + yaml);
        return JobDefinition.read(file(), Map.of(), List.of());
    }
}
