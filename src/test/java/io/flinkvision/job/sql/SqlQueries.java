package io.flinkvision.job.sql;

import static io.flinkvision.job.pipeline.JobHarness.bytes;

import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.tools.local.FlinkCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/** Statements over the table {@code images (name STRING, picture BYTES)}, with one subtask. */
final class SqlQueries {

    private final StreamTableEnvironment tables;

    SqlQueries(FlinkCluster flink, Configuration settings, List<Row> pictures) {
        StreamExecutionEnvironment environment = flink.environment(settings);
        environment.setParallelism(1);
        tables = StreamTableEnvironment.create(environment);
        tables.createTemporaryView("images", environment.fromData(pictures, Types.ROW_NAMED(
                new String[] {"name", "picture"},
                Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)));
    }

    /** As the SQL client's SET does it: the value is text, which Flink parses where it is read. */
    static Configuration set(String key, String value) {
        Configuration settings = new Configuration();
        settings.setString(key, value);
        return settings;
    }

    /** The name and the bytes of each. */
    static List<Row> sixPictures() {
        List<Row> pictures = new ArrayList<>();
        for (Path picture : JobHarness.pictures()) {
            pictures.add(Row.of(picture.getFileName().toString(), bytes(picture)));
        }
        return pictures;
    }

    /** The class of a picture by its name, in the row's first column. */
    static String classOf(Row row) {
        String name = row.getFieldAs(0);
        String start = name.substring(0, name.indexOf('_'));
        return start.equals("meal") ? "food" : start;
    }

    /** Runs statements that have no rows. */
    SqlQueries execute(String... statements) {
        for (String statement : statements) {
            tables.executeSql(statement);
        }
        return this;
    }

    @SuppressWarnings("try") // The iterator's close() may throw anything.
    List<Row> select(String query) {
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> result = tables.executeSql(query).collect()) {
            result.forEachRemaining(rows::add);
            return rows;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("The query's result was not closed", e);
        }
    }
}
