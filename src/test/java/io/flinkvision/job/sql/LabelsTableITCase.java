package io.flinkvision.job.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.job.format.RecordFormat;
import io.flinkvision.job.format.RecordSchema;
import io.flinkvision.job.format.RegisteredSchema;
import io.flinkvision.job.operator.SampleRecords;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.StateRecord;
import io.flinkvision.job.registry.SchemaRegistry;
import io.flinkvision.job.registry.TestSchemaRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The tables and the queries of docs/sql.md over records that jobs write. */
class LabelsTableITCase {

    private static final Pattern STATEMENT = Pattern.compile("```sql\n(.*?);\n```", Pattern.DOTALL);
    private static final String TOPIC = "labels-table";
    private static final String AVRO = "labels-in-avro";
    private static final String STATES = "states-table";

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @Test
    void readsTheLabelsOfPicturesAndOfTheirRegions() throws Exception {
        List<String> statements = statements("## The labels topic as a table");
        KAFKA.createTopic(TOPIC, 1);
        for (Classification record : List.of(SampleRecords.classification(), SampleRecords.classificationOfRegions(),
                SampleRecords.reused(), SampleRecords.classificationOfRegions())) {
            send(TOPIC, record.key(), Optional.of(record.toJson()));
        }
        StreamTableEnvironment tables = tables(statements.get(0), "labels", TOPIC);

        assertThat(counts(tables, statements.get(1))).isEqualTo(Map.of("camera-1 food", 2L, "camera-1 null", 2L));
        assertThat(counts(tables, statements.get(2))).isEqualTo(Map.of(
                "camera-1 bay 1 food", 2L, "camera-1 bay 2 open", 2L));
        assertThat(rows(tables, "SELECT region.box.y, region.small, region.head.name, region.`unknown`, region.distance,"
                + " region.labels[2].score, classifiedAt FROM labels CROSS JOIN UNNEST(regions) AS region"
                + " WHERE region.name = 'gate'")).first().isEqualTo(Row.of(0.25, true, "gates", true, 0.75, 0.125,
                SampleRecords.classification().classifiedAt()));
    }

    @Test
    void readsWhatTheCompactedStatesTopicHoldsNow() throws Exception {
        List<String> statements = statements("## States");
        KAFKA.createTopic(STATES, 1);
        StateRecord gone = SampleRecords.state();
        StateRecord known = new StateRecord(Optional.of("gate/bay".getBytes(UTF_8)), gone.state());
        send(STATES, gone.key(), gone.value());
        send(STATES, known.key(), known.value());
        send(STATES, gone.key(), Optional.empty());
        StreamTableEnvironment tables = tables(statements.get(0), "states", STATES);

        assertThat(present(rows(tables, "SELECT `key`, camera, region, label, since, `unknown`, head.name, online"
                + " FROM states"))).containsExactly(Row.of("gate/bay", "gate", "bay", "food",
                        known.state().orElseThrow().since(), true, "gate", true));
        assertThat(present(rows(tables, statements.get(1)))).isEmpty();
    }

    @Test
    void readsLabelsInAvroThroughTheRegistry() throws Exception {
        KAFKA.createTopic(AVRO, 1);
        try (TestSchemaRegistry registry = new TestSchemaRegistry()) {
            RegisteredSchema schema = new RegisteredSchema(RecordSchema.CLASSIFICATION, RecordFormat.AVRO,
                    new SchemaRegistry(URI.create(registry.url()), Map.of())
                            .register(AVRO, RecordSchema.CLASSIFICATION, RecordFormat.AVRO));
            for (Classification record : List.of(SampleRecords.classification(), SampleRecords.classificationOfRegions())) {
                send(AVRO, record.key(), Optional.of(schema.write(record.toTree())));
            }
            StreamTableEnvironment tables = tables(statements("## Labels in Avro").get(0)
                    .replace("http://localhost:8081", registry.url()), "labels", AVRO);

            LocalDateTime time =
                    LocalDateTime.ofInstant(SampleRecords.classification().classifiedAt(), ZoneOffset.UTC);
            assertThat(rows(tables, "SELECT `key`, labels[1].label, labels[1].score, image.width, regions[1].head.name,"
                    + " classifiedAt FROM labels_in_avro")).containsExactlyInAnyOrder(
                            Row.of("camera-1", "food", 0.75f, 640, null, time),
                            Row.of("camera-1", null, null, 640, "gates", time));
        }
    }

    /** The rows that are left of those that came and went. */
    private static List<Row> present(List<Row> changes) {
        List<Row> present = new ArrayList<>();
        for (Row change : changes) {
            RowKind kind = change.getKind();
            change.setKind(RowKind.INSERT);
            if (kind == RowKind.INSERT || kind == RowKind.UPDATE_AFTER) {
                present.add(change);
            } else {
                present.remove(change);
            }
        }
        return present;
    }

    /** A table of the document over a topic of this test, as far as that is filled by now. */
    private static StreamTableEnvironment tables(String statement, String documented, String topic) {
        StreamExecutionEnvironment environment = FLINK.get().environment(new Configuration());
        environment.setParallelism(1);
        StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
        tables.executeSql(statement
                .replace("'localhost:9092'", "'" + KAFKA.bootstrapServers() + "', 'scan.bounded.mode' = 'latest-offset'")
                .replace("'topic' = '" + documented + "'", "'topic' = '" + topic + "'"));
        return tables;
    }

    /** The table of a section, and the queries after it. */
    private static List<String> statements(String section) throws IOException {
        String document = Files.readString(Path.of("docs/sql.md"));
        return STATEMENT.matcher(document.substring(document.indexOf(section))).results()
                .map(statement -> statement.group(1))
                .toList();
    }

    private static void send(String topic, Optional<byte[]> key, Optional<byte[]> value) throws Exception {
        Map<String, Object> settings = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers());
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key.orElseThrow(), value.orElse(null))).get();
        }
    }

    /** The last count of each group. */
    private static Map<String, Long> counts(StreamTableEnvironment tables, String query) throws Exception {
        Map<String, Long> counts = new HashMap<>();
        for (Row row : rows(tables, query)) {
            StringBuilder group = new StringBuilder();
            for (int i = 0; i < row.getArity() - 1; i++) {
                group.append(i == 0 ? "" : " ").append(row.getField(i));
            }
            if (row.getKind() != RowKind.UPDATE_BEFORE) {
                counts.put(group.toString(), row.getFieldAs(row.getArity() - 1));
            }
        }
        return counts;
    }

    @SuppressWarnings("try") // The iterator's close() may throw anything.
    private static List<Row> rows(StreamTableEnvironment tables, String query) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> result = tables.executeSql(query).collect()) {
            result.forEachRemaining(rows::add);
        }
        return rows;
    }
}
