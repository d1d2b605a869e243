package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The JSON schemas of the job's records. */
final class JsonSchemas {

    private JsonSchemas() {}

    /**
     * What is wrong with a record's value.
     *
     * @param name of the schema, as in {@code event}
     */
    static List<String> violations(String name, byte[] value) throws IOException {
        JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(Files.readString(Path.of("conf/schemas", name + ".schema.json")));
        return schema
                .validate(new String(value, UTF_8), InputFormat.JSON, context -> context
                        .getExecutionConfig().setFormatAssertionsEnabled(true))
                .stream().map(Object::toString).toList();
    }
}
