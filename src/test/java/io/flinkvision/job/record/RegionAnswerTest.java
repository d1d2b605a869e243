package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.operator.SampleRecords;
import io.flinkvision.job.record.RegionAnswer.HeadVerdict;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers of regions in the records of labels. */
class RegionAnswerTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void whatDoesNotApplyIsAbsent() throws IOException {
        ArrayNode regions = (ArrayNode) record().get("regions");

        assertThat(regions.get(0).fieldNames()).toIterable()
                .containsExactly("name", "box", "small", "head", "labels", "unknown", "distance");
        assertThat(regions.get(1).fieldNames()).toIterable().containsExactly("name", "box", "labels");
        assertThat(regions.get(2).fieldNames()).toIterable()
                .containsExactly("name", "box", "head", "labels", "unknown", "distance", "reused");
    }

    @Test
    void aDistanceHasSixDecimals() throws Exception {
        assertThat(new HeadVerdict("gates", "0".repeat(64), false, 1 / 3.0).distance()).isEqualTo(0.333333);
        assertThat(read(region -> region.put("distance", 1 / 3.0)).regions().get(0).head().orElseThrow().distance())
                .isEqualTo(0.333333);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyAHeadCanSayThatItDoesNotKnow(boolean unknown) throws Exception {
        Classification read = read(region -> region.put("unknown", unknown));

        assertThat(read.regions().get(0).unknown()).isEqualTo(unknown);
        assertThat(read.regions().get(1).unknown()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "box", "labels", "unknown", "distance"})
    void theSchemaAndTheReaderRefuseAnAnswerWithoutAField(String field) throws IOException {
        refuse(region -> region.remove(field), "the field " + field + " is missing");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "{'name': 'a/b'}    | The name of a region must have no /, unlike 'a/b'",
        "{'name': ''}       | The name of a region must have from 1 to 100 characters",
        "{'small': 'yes'}   | in the region 'gate': the field small is no boolean",
        "{'box': {'x': 2, 'y': 0, 'width': 1, 'height': 1}} | in the region 'gate': The box's x must be from 0 to 1",
        "{'head': {'name': 'gates', 'digest': '7'}}         | in the region 'gate': The head's digest must be a SHA-256",
        "{'head': {'name': 'gates'}}                        | in the region 'gate': the field digest is missing",
        "{'labels': []}     | in the region 'gate': The region 'gate' has no labels",
        "{'unknown': 1}     | in the region 'gate': the field unknown is no boolean",
        "{'distance': 2.5}  | in the region 'gate': The distance must be from 0 to 2, not 2.5",
        "{'reused': {}}     | in the region 'gate': the field id is missing"
    })
    void theSchemaAndTheReaderRefuseAValueOutOfBounds(String fields, String message) throws IOException {
        ObjectNode wrong = (ObjectNode) JSON.readTree(fields.replace('\'', '"'));

        refuse(region -> region.setAll(wrong), message);
    }

    @Test
    void theSchemaAndTheReaderRefuseALongName() throws IOException {
        refuse(region -> region.put("name", "r".repeat(101)), "The name of a region");
        refuse(region -> ((ObjectNode) region.get("head")).put("name", "h".repeat(101)),
                "The head's name has 101 characters, more than 100");
    }

    @Test
    void theReaderRefusesTwoRegionsOfOneName() throws IOException {
        ObjectNode record = record();
        ((ObjectNode) record.at("/regions/1")).put("name", "gate");

        assertThatExceptionOfType(MalformedRecordException.class).isThrownBy(() -> read(record))
                .withMessage("The record images-3-1234567890123 has two regions of the name 'gate'");
    }

    @Test
    void theSchemaAndTheReaderRefuseMoreRegionsThanAPictureCanHave() throws Exception {
        ObjectNode record = record();
        ArrayNode regions = (ArrayNode) record.get("regions");
        for (int i = regions.size(); i < 256; i++) {
            regions.add(((ObjectNode) regions.get(0)).deepCopy().put("name", "region " + i));
        }

        assertThat(violations(record)).isEmpty();
        assertThat(read(record).regions()).hasSize(256);
        regions.add(((ObjectNode) regions.get(0)).deepCopy().put("name", "one more"));
        assertThat(violations(record)).isNotEmpty();
        assertThatExceptionOfType(MalformedRecordException.class).isThrownBy(() -> read(record))
                .withMessageContaining("257 regions, more than the 256");
    }

    @Test
    void theSchemaRefusesAnEmptyListWhereTheFieldIsToBeAbsent() throws IOException {
        ObjectNode record = record();
        record.putArray("regions");

        assertThat(violations(record)).isNotEmpty();
    }

    /** The whole picture may be reused, and its regions not: then the network's time is theirs. */
    @Test
    void theNetworkHasTakenNoTimeWhereNothingWasClassified() throws IOException {
        ObjectNode record = record().put("inferenceMillis", 1.5);
        ArrayNode regions = (ArrayNode) record.get("regions");
        assertThat(violations(record)).isEmpty();
        record.set("reused", regions.get(2).get("reused"));
        record.set("labels", regions.get(1).get("labels"));
        assertThat(violations(record)).isEmpty();

        regions.forEach(region -> ((ObjectNode) region).set("reused", record.get("reused")));
        assertThat(violations(record)).isNotEmpty();
        assertThat(violations(record.deepCopy().put("inferenceMillis", 0))).isEmpty();
        record.remove("reused");
        assertThat(violations(record)).isEmpty();
        record.putArray("labels");
        assertThat(violations(record)).isNotEmpty();
        record.remove("regions");
        assertThat(violations(record)).isNotEmpty();
        assertThat(violations(record.put("inferenceMillis", 0))).isEmpty();
    }

    @Test
    void anAnswerHasALabel() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new RegionAnswer("gate", new RegionBox(0, 0, 1, 1), false, Optional.empty(),
                        List.<Label>of(), Optional.empty()))
                .withMessage("The region 'gate' has no labels");
    }

    private static void refuse(Consumer<ObjectNode> change, String message) throws IOException {
        ObjectNode record = record();
        change.accept((ObjectNode) record.at("/regions/0"));

        assertThat(violations(record)).isNotEmpty();
        assertThatExceptionOfType(MalformedRecordException.class).isThrownBy(() -> read(record))
                .withMessageContaining(message);
    }

    private static ObjectNode record() throws IOException {
        return (ObjectNode) JSON.readTree(SampleRecords.classificationOfRegions().toJson());
    }

    private static Classification read(Consumer<ObjectNode> change) throws Exception {
        ObjectNode record = record();
        change.accept((ObjectNode) record.at("/regions/0"));
        return read(record);
    }

    private static Classification read(ObjectNode record) throws MalformedRecordException {
        return Classification.read(record.toString().getBytes(UTF_8));
    }

    private static List<String> violations(ObjectNode record) throws IOException {
        return JsonSchemas.violations("classification", record.toString().getBytes(UTF_8));
    }
}
