package io.flinkvision.job.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.job.operator.SampleRecords;
import io.flinkvision.job.record.Classification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/** The table and the queries of docs/sql.md over records that a classify job writes. */
class LabelsTableITCase {

    private static final Pattern STATEMENT = Pattern.compile("```sql\n(.*?);\n```", Pattern.DOTALL);
    private static final String TOPIC = "labels-table";

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @Test
    void readsTheLabelsOfPicturesAndOfTheirRegions() throws Exception {
        List<String> statements = statements();
        KAFKA.createTopic(TOPIC, 1);
        send(SampleRecords.classification(), SampleRecords.classificationOfRegions(), SampleRecords.reused(),
                SampleRecords.classificationOfRegions());
        StreamExecutionEnvironment environment = FLINK.get().environment(new Configuration());
        environment.setParallelism(1);
        StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
        tables.executeSql(statements.get(0)
                .replace("'localhost:9092'", "'" + KAFKA.bootstrapServers() + "', 'scan.bounded.mode' = 'latest-offset'")
                .replace("'topic' = 'labels'", "'topic' = '" + TOPIC + "'"));

        assertThat(counts(tables, statements.get(1))).isEqualTo(Map.of("camera-1 food", 2L, "camera-1 null", 2L));
        assertThat(counts(tables, statements.get(2))).isEqualTo(Map.of(
                "camera-1 bay 1 food", 2L, "camera-1 bay 2 open", 2L));
        assertThat(rows(tables, "SELECT region.box.y, region.small, region.head.name, region.`unknown`, region.distance,"
                + " region.labels[2].score, classifiedAt FROM labels CROSS JOIN UNNEST(regions) AS region"
                + " WHERE region.name = 'gate'")).first().isEqualTo(Row.of(0.25, true, "gates", true, 0.75, 0.125,
                SampleRecords.classification().classifiedAt()));
    }

    /** The table, and the queries after it. */
    private static List<String> statements() throws IOException {
        String document = Files.readString(Path.of("docs/sql.md"));
        return STATEMENT.matcher(document.substring(document.indexOf("## The labels topic as a table"))).results()
                .map(statement -> statement.group(1))
                .toList();
    }

    private static void send(Classification... records) throws Exception {
        Map<String, Object> settings = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers());
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Classification record : records) {
                producer.send(new ProducerRecord<>(TOPIC, record.key().orElseThrow(), record.toJson())).get();
            }
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
