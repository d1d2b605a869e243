package io.flinkvision.job.sql;

import static io.flinkvision.job.sql.SqlQueries.classOf;
import static io.flinkvision.job.sql.SqlQueries.sixPictures;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.cluster.TestCluster;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.FeatureClassifier;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.guard.CrashGuard;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.guard.NotesPlace;
import io.flinkvision.job.guard.PictureDigest;
import io.flinkvision.job.operator.VisionMetrics;
import io.flinkvision.job.pipeline.JobHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models in queries, with Flink's own planner and on a real cluster. */
class ModelsTest {

    private static final Path BUNDLE = Path.of("conf/models/triage").toAbsolutePath();
    private static final String ALL = "label STRING, score FLOAT, error_code STRING, error_message STRING";

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @TempDir
    Path folder;

    @Test
    void answersWithTheColumnsOfItsDeclarationInTheirOrder() {
        List<Row> rows = images(sixPictures())
                .execute(model("triage", "score DOUBLE, labels ARRAY<ROW<score FLOAT, `index` INT, label STRING>>,"
                        + " error_message STRING, label STRING", "'top-k' = '2'"))
                .select("SELECT * FROM ML_PREDICT(TABLE images, MODEL triage, DESCRIPTOR(picture))");

        assertThat(rows).hasSize(6).allSatisfy(row -> {
            assertThat(row.getField("label")).isEqualTo(classOf(row));
            assertThat(row.getField("error_message")).isNull();
            Row[] labels = row.getFieldAs("labels");
            assertThat(labels).hasSize(2);
            assertThat(labels[0].getField("label")).isEqualTo(classOf(row));
            assertThat(labels[0].<Float>getFieldAs("score")).isGreaterThan(labels[1].<Float>getFieldAs("score"));
        });
        assertThat(rows.get(0).getFieldNames(true)).containsExactly(
                "name", "picture", "score", "labels", "error_message", "label");
        assertThat((double) rows.get(0).<Double>getFieldAs("score")).isEqualTo(0.7275, within(1e-3));
    }

    @Test
    void aLargePictureHasTheScoreThatTheJobsDecoderAndNetworkGiveIt() {
        byte[] large = JobHarness.largePicture();
        ModelBundle bundle = ModelBundle.read(BUNDLE);

        Row row = images(List.of(Row.of("large", large)))
                .execute(model("triage", "label STRING, score FLOAT"))
                .select("SELECT label, score FROM ML_PREDICT(TABLE images, MODEL triage, DESCRIPTOR(picture))")
                .get(0);

        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, bundle.preprocessing());
                Classifier classifier = Classifier.load(bundle)) {
            Label best = classifier.classify(((Decoded) decoder.decode(large)).input(), 1).get(0);
            assertThat(row).isEqualTo(Row.of(best.label(), best.score()));
        }
    }

    @Test
    void aPictureWithoutALabelHasAnErrorCodeAndTheQueryGoesOn() {
        List<Row> pictures = List.of(
                Row.of("null", null),
                Row.of("empty", new byte[0]),
                Row.of("text", "no picture".getBytes(UTF_8)),
                sixPictures().get(0));

        List<Row> rows = images(pictures)
                .execute(model("triage", ALL))
                .select("SELECT name, label, score, error_code, error_message"
                        + " FROM ML_PREDICT(TABLE images, MODEL triage, DESCRIPTOR(picture))");

        assertThat(rows.subList(0, 3)).extracting(row -> row.getField(3))
                .containsExactly("EMPTY", "EMPTY", "UNKNOWN_FORMAT");
        assertThat(rows.subList(0, 3)).allSatisfy(row -> {
            assertThat(row.getField(1)).isNull();
            assertThat(row.getField(2)).isNull();
            assertThat(row.<String>getFieldAs(4)).isNotBlank();
        });
        assertThat(rows.get(0).getField(4)).isEqualTo("The picture is NULL");
        assertThat(rows.get(3).getField(1)).isEqualTo("food");
        assertThat(rows.get(3).getField(3)).isNull();
    }

    @Test
    void twoModelsOfAQueryAreLoadedOnceEachAndJoinedWithAnotherTable() throws IOException {
        Files.write(folder.resolve("gate"), head("gate").bytes());
        long loads = FLINK.get().metrics().sum(VisionMetrics.MODEL_LOADS);

        List<Row> rows = images(sixPictures())
                .execute(model("triage", "label STRING"),
                        model("gate", "label STRING, `unknown` BOOLEAN", "'head' = '" + folder.resolve("gate") + "'"),
                        "CREATE TEMPORARY VIEW triaged AS SELECT name, picture, label AS thing"
                                + " FROM ML_PREDICT(TABLE images, MODEL triage, DESCRIPTOR(picture))",
                        "CREATE TEMPORARY VIEW owners AS SELECT * FROM (VALUES ('food', 'kitchen'),"
                                + " ('report', 'office')) AS t (owned, owner)")
                .select("SELECT name, thing, label, `unknown`, owner"
                        + " FROM ML_PREDICT(TABLE triaged, MODEL gate, DESCRIPTOR(picture)) AS answers"
                        + " LEFT JOIN owners ON thing = owned");

        List<Row> last = lastOfEachName(rows);
        assertThat(last).hasSize(6).allSatisfy(row -> {
            assertThat(row.getField(1)).isEqualTo(classOf(row));
            assertThat(row.<String>getFieldAs(2)).startsWith("gate-");
            assertThat(row.getField(3)).isEqualTo(false);
            assertThat(row.getField(4)).isEqualTo(
                    classOf(row).equals("food") ? "kitchen" : classOf(row).equals("report") ? "office" : null);
        });
        assertThat(FLINK.get().metrics().sum(VisionMetrics.MODEL_LOADS) - loads).isEqualTo(2);
    }

    @Test
    void aHeadAnswersInItsRegionAndInOthers() throws IOException {
        Head gate = head("gate");
        Files.write(folder.resolve("gate.safetensors"), gate.bytes());
        RegionBox box = RegionBox.parse("0.1,0.2,0.5,0.6");
        List<Row> pictures = sixPictures().subList(0, 1);

        Row row = images(pictures)
                .execute(model("gate", "regions ARRAY<ROW<distance DOUBLE, label STRING, name STRING>>,"
                        + " distance DOUBLE, label STRING, `unknown` BOOLEAN",
                        "'head' = '" + folder.resolve("gate.safetensors").toUri() + "'",
                        "'region' = '" + box.text() + "'",
                        "'regions.right' = '0.5,0,0.5,1'", "'regions.left' = '0,0,0.5,1'"))
                .select("SELECT * FROM ML_PREDICT(TABLE images, MODEL gate, DESCRIPTOR(picture))")
                .get(0);

        byte[] picture = pictures.get(0).getFieldAs(1);
        assertThat(row.<Double>getFieldAs("distance")).isEqualTo(distance(gate, picture, box), within(1e-6));
        assertThat(row.<String>getFieldAs("label")).startsWith("gate-");
        assertThat(row.getField("unknown")).isEqualTo(false);
        Row[] regions = row.getFieldAs("regions");
        assertThat(regions).extracting(region -> region.getField("name")).containsExactly("left", "right");
        assertThat(regions[0].<Double>getFieldAs("distance"))
                .isEqualTo(distance(gate, picture, RegionBox.parse("0,0,0.5,1")), within(1e-6))
                .isNotEqualTo(regions[1].<Double>getFieldAs("distance"));
    }

    @Test
    void regionsAloneHaveTheClassesOfTheNetwork() {
        List<Row> rows = images(sixPictures())
                .execute(model("parts",
                        "error_code STRING, regions ARRAY<ROW<name STRING, label STRING, `unknown` BOOLEAN>>",
                        "'regions.all' = '0,0,1,1'"))
                .select("SELECT name, regions, error_code"
                        + " FROM ML_PREDICT(TABLE images, MODEL parts, DESCRIPTOR(picture))");

        assertThat(rows).hasSize(6).allSatisfy(row -> {
            assertThat(row.getField(2)).isNull();
            assertThat(row.<Row[]>getFieldAs(1)).containsExactly(Row.of("all", classOf(row), null));
        });
    }

    @Test
    void aPictureOfAnotherFormatIsRefused() {
        List<Row> rows = images(sixPictures().subList(0, 1))
                .execute(model("drawings", ALL, "'formats' = 'png;bmp'"))
                .select("SELECT label, error_code, error_message"
                        + " FROM ML_PREDICT(TABLE images, MODEL drawings, DESCRIPTOR(picture))");

        assertThat(rows).containsExactly(
                Row.of(null, "FORMAT_NOT_ALLOWED", "The picture is JPEG, and allowed are [PNG, BMP]"));
    }

    @Test
    void bundleAndHeadTravelWithTheQuery() throws IOException {
        Files.write(folder.resolve("gate"), head("gate").bytes());
        Configuration settings = SqlQueries.set("pipeline.cached-files",
                "name:the-model,path:conf/models/triage;name:the-head,path:" + folder.resolve("gate"));

        List<Row> rows = new SqlQueries(FLINK.get(), settings, sixPictures().subList(0, 1))
                .execute("CREATE TEMPORARY MODEL gate INPUT (picture BYTES) OUTPUT (label STRING) WITH"
                        + " ('provider' = 'flink-vision', 'bundle' = 'the-model', 'head' = 'the-head')")
                .select("SELECT label FROM ML_PREDICT(TABLE images, MODEL gate, DESCRIPTOR(picture))");

        assertThat(rows.get(0).<String>getFieldAs(0)).startsWith("gate-");
    }

    @Test
    void aHeadOfAnotherNetworkIsNamedWithBothDigests() throws IOException {
        Files.write(folder.resolve("gate"), SampleHeads.of("gate", "a".repeat(64)).bytes());

        assertThatThrownBy(() -> images(sixPictures())
                .execute(model("gate", "label STRING", "'head' = '" + folder.resolve("gate") + "'"))
                .select("SELECT label FROM ML_PREDICT(TABLE images, MODEL gate, DESCRIPTOR(picture))"))
                .hasStackTraceContaining("Head gate was taught on the network with the SHA-256 " + "a".repeat(64));
    }

    @Test
    void aPictureThatWasInFlightAtTwoCrashesIsRefusedAndTheOthersAreNot() throws InterruptedException {
        List<Row> pictures = sixPictures();
        byte[] victim = pictures.get(0).getFieldAs(1);
        crash(victim, "default_catalog.default_database.guarded");
        crash(victim, "default_catalog.default_database.guarded");

        List<Row> rows = images(pictures)
                .execute(model("guarded", ALL, "'crash-guard.folder' = '" + folder + "'"))
                .select("SELECT name, label, error_code"
                        + " FROM ML_PREDICT(TABLE images, MODEL guarded, DESCRIPTOR(picture))");

        assertThat(rows.get(0).getField(2)).isEqualTo("CRASHED_DECODER");
        assertThat(rows.subList(1, 6)).allSatisfy(row -> assertThat(row.getField(1)).isEqualTo(classOf(row)));
    }

    /** A declaration and the problem with it. */
    private record Wrong(String input, String output, String option, String problem) {

        Wrong(String output, String option, String problem) {
            this("picture BYTES", output, option, problem);
        }
    }

    private static Stream<Wrong> wrongDeclarations() {
        return Stream.of(
                new Wrong("lable STRING", "'top-k' = '1'", "in OUTPUT 'lable' is unknown; there may be, in any order:"
                        + " label STRING, score FLOAT or DOUBLE, labels ARRAY<ROW<label STRING, index INT,"
                        + " score FLOAT or DOUBLE>>, unknown BOOLEAN"),
                new Wrong("label STRING, score STRING", "'top-k' = '1'",
                        "in OUTPUT 'score' must be FLOAT or DOUBLE, not STRING"),
                new Wrong("labels ARRAY<ROW<label STRING, place INT>>", "'top-k' = '1'", "in OUTPUT 'labels.place' is"
                        + " unknown; there may be, in any order: label STRING, index INT, score FLOAT or DOUBLE"),
                new Wrong("labels ARRAY<STRING>", "'top-k' = '1'", "in OUTPUT 'labels' must be ARRAY<ROW<"),
                new Wrong("label STRING NOT NULL", "'top-k' = '1'", "in OUTPUT 'label' is NOT NULL"),
                new Wrong("`unknown` BOOLEAN", "'top-k' = '1'", "in OUTPUT 'unknown' needs the option 'head'"),
                new Wrong("regions ARRAY<ROW<name STRING>>", "'top-k' = '1'",
                        "in OUTPUT 'regions' needs a region: 'regions.NAME' = 'x,y,width,height'"),
                new Wrong("label STRING", "'regions.a' = '0,0,1,1'",
                        "it has regions [a], but OUTPUT has no column 'regions' for them"),
                new Wrong("regions ARRAY<ROW<name STRING>>", "'regions.a' = '0,0,2,1'",
                        "option 'regions' 'a': The box's width must be above 0 and at most 1, not 2.0"),
                new Wrong("label STRING", "'region' = 'left'",
                        "option 'region' must be four numbers, x, y, width and height, not 'left'"),
                new Wrong("label STRING", "'top-k' = '0'", "option 'top-k' must be at least 1, not 0"),
                new Wrong("label STRING", "'head' = 'heads/gate'", "option 'head' must be an absolute path or a URI"
                        + " that every TaskManager can read, or the name of an entry of pipeline.cached-files, not"
                        + " 'heads/gate'"),
                new Wrong("label STRING", "'crash-guard.folder' = 'notes'",
                        "option 'crash-guard.folder' must be an absolute path on the TaskManagers, not 'notes'"),
                new Wrong("label STRING", "'crash-guard.deadline' = '1 ms'",
                        "option 'crash-guard.deadline' must be at least 1 s, or 0 s for no deadline, not 1 ms"),
                new Wrong("label STRING", "'formats' = 'jpeg;heic'",
                        "Could not parse value 'jpeg;heic' for key 'formats'"),
                new Wrong("label STRING", "'topk' = '1'", "Unsupported options found for 'flink-vision'."),
                new Wrong("camera STRING", "label STRING", "'top-k' = '1'",
                        "in INPUT 'camera' must be BYTES, the whole file of a picture, not STRING"),
                new Wrong("picture BYTES, camera STRING", "label STRING", "'top-k' = '1'",
                        "INPUT must be one column of type BYTES, the picture, not 2 columns: [picture, camera]"));
    }

    @ParameterizedTest
    @MethodSource("wrongDeclarations")
    void aWrongDeclarationIsRefusedWhereTheQueryIsPlanned(Wrong wrong) {
        SqlQueries images = images(sixPictures()).execute(
                "CREATE TEMPORARY VIEW named AS SELECT picture, name AS camera FROM images",
                "CREATE TEMPORARY MODEL wrong INPUT (" + wrong.input() + ") OUTPUT (" + wrong.output() + ")"
                        + " WITH ('provider' = 'flink-vision', 'bundle' = '" + BUNDLE + "', " + wrong.option() + ")");

        String columns = wrong.input().replaceAll(" [A-Z]+", "");
        assertThatThrownBy(() -> images.execute(
                "EXPLAIN SELECT * FROM ML_PREDICT(TABLE named, MODEL wrong, DESCRIPTOR(" + columns + "))"))
                .isInstanceOf(ValidationException.class)
                .hasStackTraceContaining(wrong.problem());
    }

    @Test
    void aModelWithoutABundleIsRefusedInFlinksOwnWords() {
        SqlQueries images = images(sixPictures()).execute("CREATE TEMPORARY MODEL wrong INPUT (picture BYTES)"
                + " OUTPUT (label STRING) WITH ('provider' = 'flink-vision')");

        assertThatThrownBy(() -> images.execute(
                "EXPLAIN SELECT * FROM ML_PREDICT(TABLE images, MODEL wrong, DESCRIPTOR(picture))"))
                .hasStackTraceContaining("Missing required options are:")
                .hasStackTraceContaining("bundle");
    }

    @Test
    void aBundleThatDoesNotTravelWithTheQueryIsNamed() {
        assertThatThrownBy(() -> images(sixPictures())
                .execute("CREATE TEMPORARY MODEL gone INPUT (picture BYTES) OUTPUT (label STRING) WITH"
                        + " ('provider' = 'flink-vision', 'bundle' = 'gone')")
                .select("SELECT label FROM ML_PREDICT(TABLE images, MODEL gone, DESCRIPTOR(picture))"))
                .hasStackTraceContaining("pipeline.cached-files has no 'gone'");
    }

    @Test
    void theDocumentHasEveryOptionAndEveryColumn() throws IOException {
        String document = Files.readString(Path.of("docs/sql.md"));

        assertThat(Stream.concat(ModelOptions.REQUIRED.stream(), ModelOptions.OPTIONAL.stream()))
                .allSatisfy(option -> assertThat(document).containsPattern("\\| `" + option.key() + "(\\.NAME)?` \\|"));
        assertThat(ModelOutput.COLUMNS.all())
                .allSatisfy(column -> assertThat(document).contains("| `" + column.name() + "` |"));
    }

    private static Head head(String name) {
        return SampleHeads.of(name, ModelBundle.read(BUNDLE).backboneDigest());
    }

    /** How far a box of a picture is from what a head was taught, by the network itself. */
    private static double distance(Head head, byte[] picture, RegionBox box) {
        ModelBundle bundle = ModelBundle.read(BUNDLE);
        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, bundle.preprocessing());
                FeatureClassifier network = FeatureClassifier.load(bundle, new Device.Cpu())) {
            Decoded decoded = (Decoded) decoder.decode(picture, List.of(new View.Region(box)));
            return head.answer(network.features(decoded.views()).get(0).unit(), 1).distance();
        }
    }

    /** Leaves the note of a process that ended with a picture in flight. */
    private void crash(byte[] picture, String model) throws InterruptedException {
        GuardSettings settings = new GuardSettings(true, new NotesPlace.Chosen(folder.toString()),
                GuardSettings.jobOfModel(List.of(model, BUNDLE.toString(), "")), Duration.ZERO);
        try (CrashGuard guard = CrashGuard.open(settings, "sql")) {
            assertThatThrownBy(() -> guard.call(PictureDigest.of(picture), () -> {
                throw new IllegalStateException("as if it had crashed");
            })).hasMessage("as if it had crashed");
        }
    }

    private static List<Row> lastOfEachName(List<Row> changes) {
        Map<Object, Row> last = new LinkedHashMap<>();
        for (Row change : changes) {
            if (change.getKind() == RowKind.INSERT || change.getKind() == RowKind.UPDATE_AFTER) {
                last.put(change.getField(0), change);
            }
        }
        return List.copyOf(last.values());
    }

    private SqlQueries images(List<Row> pictures) {
        return new SqlQueries(FLINK.get(), new Configuration(), pictures);
    }

    private static String model(String name, String output, String... options) {
        return "CREATE TEMPORARY MODEL " + name + " INPUT (picture BYTES) OUTPUT (" + output + ")"
                + " WITH ('provider' = 'flink-vision', 'bundle' = '" + BUNDLE + "'"
                + (options.length == 0 ? "" : ", " + String.join(", ", options)) + ")";
    }
}
