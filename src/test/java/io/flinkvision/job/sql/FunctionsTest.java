package io.flinkvision.job.sql;

import static io.flinkvision.job.sql.SqlQueries.classOf;
import static io.flinkvision.job.sql.SqlQueries.set;
import static io.flinkvision.job.sql.SqlQueries.sixPictures;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.cluster.TestCluster;
import io.flinkvision.job.operator.VisionMetrics;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The functions in queries, with Flink's own planner and on a real cluster. */
class FunctionsTest {

    private static final String MODEL = "conf/models/triage";
    private static final Configuration READ_BY_EACH = set("pipeline.global-job-parameters",
            "flink-vision.model:\"" + Path.of(MODEL).toUri() + "\"");

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @Test
    void givesTheMostProbableLabelAndItsScore() {
        List<Row> rows = select("SELECT name, CLASSIFY(picture) FROM images", READ_BY_EACH, sixPictures());

        assertThat(rows).hasSize(6).allSatisfy(row -> {
            Row answer = row.getFieldAs(1);
            assertThat(answer.getField("label")).isEqualTo(classOf(row));
            assertThat((float) answer.getFieldAs("score")).isBetween(0.5f, 1f);
            assertThat(answer.getField("error_code")).isNull();
            assertThat(answer.getField("error_message")).isNull();
        });
        assertThat((float) rows.get(0).<Row>getFieldAs(1).getFieldAs("score")).isEqualTo(0.7275f, within(1e-3f));
    }

    @Test
    void aPictureWithoutALabelHasAnErrorCodeAndTheQueryGoesOn() {
        List<Row> pictures = List.of(
                Row.of("null", null),
                Row.of("empty", new byte[0]),
                Row.of("text", "no picture".getBytes(UTF_8)),
                sixPictures().get(0));

        List<Row> rows = select("""
                SELECT name, answer.label, answer.score, answer.error_code, top.place, top.label, top.error_code
                FROM (SELECT *, CLASSIFY(picture) AS answer FROM images), LATERAL TABLE(CLASSIFY_TOP(picture, 1)) AS top
                """,
                READ_BY_EACH, pictures);

        assertThat(rows.subList(0, 3)).containsExactly(
                Row.of("null", null, null, "EMPTY", null, null, "EMPTY"),
                Row.of("empty", null, null, "EMPTY", null, null, "EMPTY"),
                Row.of("text", null, null, "UNKNOWN_FORMAT", null, null, "UNKNOWN_FORMAT"));
        assertThat(rows.get(3).getField(1)).isEqualTo("food");
    }

    @Test
    void theTableFormHasARowForEachOfTheFirstPlaces() {
        List<Row> rows = select("SELECT place, label, score FROM images, LATERAL TABLE(CLASSIFY_TOP(picture, 2))",
                READ_BY_EACH, sixPictures().subList(0, 1));

        assertThat(rows).extracting(row -> row.getField(0)).containsExactly(1, 2);
        assertThat(rows).extracting(row -> row.getField(1)).containsExactly("food", "other");
        assertThat((float) rows.get(0).getFieldAs(2)).isEqualTo(0.7275f, within(1e-3f));
        assertThat((float) rows.get(1).getFieldAs(2)).isEqualTo(0.2032f, within(1e-3f));
    }

    @Test
    void onePictureIsClassifiedOnceAndByOneModelHoweverOftenAQueryTakesOfIt() {
        long loads = FLINK.get().metrics().sum(VisionMetrics.MODEL_LOADS);
        long classified = FLINK.get().metrics().sum(VisionMetrics.IMAGES_CLASSIFIED);

        List<Row> rows = select("SELECT CLASSIFY(picture).label, answer.score"
                + " FROM (SELECT *, CLASSIFY(picture) AS answer FROM images) WHERE answer.error_code IS NULL",
                READ_BY_EACH, sixPictures());

        assertThat(rows).hasSize(6);
        assertThat(FLINK.get().metrics().sum(VisionMetrics.MODEL_LOADS) - loads).isOne();
        assertThat(FLINK.get().metrics().sum(VisionMetrics.IMAGES_CLASSIFIED) - classified).isEqualTo(6);
    }

    @Test
    void theModelsFolderTravelsWithTheQuery() {
        Configuration settings = set("pipeline.cached-files", "name:flink-vision.model,path:" + MODEL);

        List<Row> rows = select("SELECT CLASSIFY(picture).label FROM images", settings, sixPictures().subList(0, 1));

        assertThat(rows).containsExactly(Row.of("food"));
    }

    @Test
    void aQueryWithoutAModelIsToldHowToNameOne() {
        assertThatThrownBy(() -> select("SELECT label FROM images, LATERAL TABLE(CLASSIFY_TOP(picture, 1))",
                new Configuration(), sixPictures().subList(0, 1)))
                .hasStackTraceContaining("CLASSIFY_TOP has no model. Name its folder before the query:"
                        + " SET 'pipeline.cached-files' = 'name:flink-vision.model,path:conf/models/triage'");
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        Configuration settings = set("pipeline.global-job-parameters", "flink-vision.model:conf/models/none");

        assertThatThrownBy(() -> select("SELECT CLASSIFY(picture).label FROM images", settings, sixPictures()))
                .hasStackTraceContaining("The model bundle at conf/models/none cannot be read: it has no model.yaml");
    }

    @Test
    void refusesANumberOfLabelsBelowOne() {
        assertThatThrownBy(() -> select("SELECT label FROM images, LATERAL TABLE(CLASSIFY_TOP(picture, 0))",
                READ_BY_EACH, sixPictures()))
                .hasStackTraceContaining("CLASSIFY_TOP's number of labels must be at least 1, not 0");
    }

    private static List<Row> select(String query, Configuration settings, List<Row> pictures) {
        return new SqlQueries(FLINK.get(), settings, pictures)
                .execute("CREATE TEMPORARY SYSTEM FUNCTION CLASSIFY AS 'io.flinkvision.job.sql.Classify'",
                        "CREATE TEMPORARY SYSTEM FUNCTION CLASSIFY_TOP AS 'io.flinkvision.job.sql.ClassifyTop'")
                .select(query);
    }
}
