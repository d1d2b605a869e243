package io.flinkvision.job.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TimestampProto;
import io.flinkvision.job.record.SchemaRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaCompatibility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The schemas of {@code conf/schemas} beside those of all releases, which are in {@code src/test/resources/schemas}.
 * After a change of one, its {@code .avsc} and what {@code protoc --descriptor_set_out} makes of its {@code .proto} go
 * into a folder of the next number; a folder that is released never changes.
 */
class ReleasedSchemasTest {

    private static final Path RELEASES = Path.of("src/test/resources/schemas");

    static Stream<Arguments> releases() throws IOException {
        try (Stream<Path> folders = Files.list(RELEASES)) {
            return folders.sorted().toList().stream().flatMap(folder -> Arrays.stream(RecordSchema.values())
                    .map(schema -> Arguments.of(folder, schema)));
        }
    }

    private static String name(RecordSchema schema) {
        return schema.name().toLowerCase(Locale.ROOT);
    }

    private static Schema present(RecordSchema schema) {
        return new Schema.Parser().parse(schema.text(RecordFormat.AVRO));
    }

    private static Schema released(Path folder, RecordSchema schema) throws IOException {
        return new Schema.Parser().parse(folder.resolve(name(schema) + ".avsc").toFile());
    }

    /** The first message of the file, as Protobuf's compiler has read it. */
    private static Descriptor compiled(Path folder, RecordSchema schema) throws Exception {
        FileDescriptorSet files =
                FileDescriptorSet.parseFrom(Files.readAllBytes(folder.resolve(name(schema) + ".desc")));
        return FileDescriptor.buildFrom(files.getFile(0), new FileDescriptor[] {TimestampProto.getDescriptor()})
                .getMessageTypes().get(0);
    }

    @ParameterizedTest
    @MethodSource("releases")
    void olderAndNewerReadersReadEachOthersRecords(Path folder, RecordSchema schema) throws IOException {
        assertThat(compatibility(present(schema), released(folder, schema)))
                .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        assertThat(compatibility(released(folder, schema), present(schema)))
                .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    private static SchemaCompatibilityType compatibility(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType();
    }

    /** So that this project's readers need no registry. */
    @ParameterizedTest
    @MethodSource("releases")
    void fieldsAreOnlyAddedAtTheEndAndMayBeAbsent(Path folder, RecordSchema schema) throws IOException {
        List<Schema.Field> earlier = released(folder, schema).getFields();
        List<Schema.Field> now = present(schema).getFields();

        assertThat(now.stream().limit(earlier.size()).map(ReleasedSchemasTest::withoutDoc))
                .containsExactlyElementsOf(earlier.stream().map(ReleasedSchemasTest::withoutDoc).toList());
        assertThat(now.subList(earlier.size(), now.size())).allSatisfy(added -> {
            assertThat(added.schema().getTypes().get(0).getType()).isEqualTo(Schema.Type.NULL);
            assertThat(added.hasDefaultValue()).isTrue();
        });
    }

    /** {@link Schema#equals} ignores documentation, in types as well. */
    private static Map.Entry<String, Schema> withoutDoc(Schema.Field field) {
        return Map.entry(field.name(), field.schema());
    }

    @ParameterizedTest
    @MethodSource("releases")
    void noNumberOfAFieldHasAnotherMeaningThanEarlier(Path folder, RecordSchema schema) throws Exception {
        Map<String, String> now = fields(present(schema, RecordFormat.PROTOBUF));

        assertThat(now).containsAllEntriesOf(fields(compiled(folder, schema)));
    }

    private static Descriptor present(RecordSchema schema, RecordFormat format) {
        return ProtoFile.parse(schema.text(format)).getMessageTypes().get(0);
    }

    /** Every field by its message and number, and of the file's messages those that the first one holds, too. */
    private static Map<String, String> fields(Descriptor message) {
        Map<String, String> fields = new TreeMap<>();
        for (FieldDescriptor field : message.getFields()) {
            boolean isMessage = field.getType() == FieldDescriptor.Type.MESSAGE;
            fields.put(message.getFullName() + " " + field.getNumber(), String.join(" ", field.getName(),
                    field.getJsonName(), field.getType().name(), isMessage ? field.getMessageType().getFullName() : "",
                    field.isRepeated() ? "repeated" : field.hasPresence() ? "optional" : "plain"));
        }
        message.getNestedTypes().forEach(nested -> fields.putAll(fields(nested)));
        return fields;
    }

    /** So that later changes are compared with it, and the reader of {@code .proto} files with Protobuf's compiler. */
    @ParameterizedTest
    @EnumSource
    void thePresentSchemasAreInTheNewestFolder(RecordSchema schema) throws Exception {
        String add = "the newest folder of " + RELEASES + ": add one of the next number if the last one is released, or"
                + " replace its files";

        assertThat(released(newest(), schema)).as(add).isEqualTo(present(schema));
        assertThat(fields(compiled(newest(), schema))).as(add)
                .isEqualTo(fields(present(schema, RecordFormat.PROTOBUF)));
    }

    /** A field of the JSON that the other schemas lack would be left out there, and nobody would notice. */
    @ParameterizedTest
    @EnumSource
    void theSchemasHaveTheFieldsOfTheJson(RecordSchema schema) throws Exception {
        JsonNode json = new ObjectMapper().readTree(Path.of("conf/schemas", name(schema) + ".schema.json").toFile());
        Set<String> names = names(json);

        assertThat(names).contains("key", "keyBase64");
        assertThat(names(present(schema))).isEqualTo(names);
        assertThat(fields(present(schema, RecordFormat.PROTOBUF)).values().stream()
                .map(field -> field.split(" ")[1]).collect(Collectors.toSet())).isEqualTo(names);
    }

    /** The names of all properties, however deep. */
    private static Set<String> names(JsonNode schema) {
        Set<String> names = new TreeSet<>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        schema.forEach(part -> names.addAll(names(part)));
        return names;
    }

    private static Set<String> names(Schema schema) {
        Set<String> names = new TreeSet<>();
        switch (schema.getType()) {
            case RECORD -> schema.getFields().forEach(field -> {
                names.add(field.name());
                names.addAll(names(field.schema()));
            });
            case UNION -> schema.getTypes().forEach(branch -> names.addAll(names(branch)));
            case ARRAY -> names.addAll(names(schema.getElementType()));
            default -> { }
        }
        return names;
    }

    private static Path newest() throws IOException {
        try (Stream<Path> folders = Files.list(RELEASES)) {
            return folders.max(Comparator.comparingInt(folder -> Integer.parseInt(folder.getFileName().toString())))
                    .orElseThrow();
        }
    }

    static Stream<SchemaRecord> records() {
        return RecordFormatsTest.records();
    }

    @ParameterizedTest
    @MethodSource("records")
    void protobufReadsRecordsByWhatItsCompilerMadeOfTheFile(SchemaRecord record) throws Exception {
        RecordSchema schema = RecordFormatsTest.schema(record);
        byte[] value = new RegisteredSchema(schema, RecordFormat.PROTOBUF, 7).write(record.toTree());
        byte[] message = Arrays.copyOfRange(value, 6, value.length);

        DynamicMessage read = DynamicMessage.parseFrom(compiled(newest(), schema), message);

        assertThat(read.toByteArray()).isEqualTo(message);
        assertThat(read.getUnknownFields().asMap()).isEmpty();
        Object first = read.getField(read.getDescriptorForType().findFieldByNumber(1));
        assertThat(first).isEqualTo(record.toTree().path(schema == RecordSchema.EVENT ? "type" : "id").textValue());
    }

    /** An earlier release's record ends sooner, and a later one's has more. */
    @Test
    void recordsOfReleasesWithFewerAndMoreFieldsAreRead() throws Exception {
        SchemaRecord event = RecordFormatsTest.records()
                .filter(record -> RecordFormatsTest.schema(record) == RecordSchema.EVENT)
                .findFirst().orElseThrow();
        byte[] value = new RegisteredSchema(RecordSchema.EVENT, RecordFormat.AVRO, 7).write(event.toTree());
        // The last fields are null, a byte each.
        byte[] earlier = Arrays.copyOf(value, value.length - 2);
        byte[] later = Arrays.copyOf(value, value.length + 3);

        ObjectNode expected = FramedValue.read(value, RecordSchema.EVENT);
        assertThat(FramedValue.read(earlier, RecordSchema.EVENT)).isEqualTo(expected);
        assertThat(FramedValue.read(later, RecordSchema.EVENT)).isEqualTo(expected);
    }
}
