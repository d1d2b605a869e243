package io.flinkvision;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.RequiredAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.resource.ResourcePattern;
import org.junit.jupiter.api.Test;

/**
 * SECURITY.md says what the program does. {@code mvn test -Dtest=SecurityDocumentTest -Ddocuments.update=true} writes its
 * table anew.
 */
class SecurityDocumentTest {

    private static final Path SECURITY = Path.of("SECURITY.md");

    @Test
    void theAclsAreThoseThatTheJobNeeds() throws IOException {
        // The two topics of the model exclude each other, and so do pictures on a topic and cameras.
        Stream<RequiredAccess> needed = Stream.of(List.of("model.control-topic=models"),
                        List.of("model.heads-topic=heads"), List.of("source.topics=[]", "source.cameras-topic=cameras"))
                .flatMap(topics -> RequiredAccess.of(JobDefinition.read(Path.of("jobs/classify.yaml"), Map.of(),
                        Stream.concat(topics.stream(), Stream.of("sink.guarantee=exactly-once", "events.topic=events",
                                        "events.states-topic=states"))
                                .toList())).stream())
                .distinct();

        new GeneratedTable(SECURITY, "<!-- ACLs: made from RequiredAccess -->").assertRows(Stream.concat(
                Stream.of("| resource | name | pattern | operation | by it the job |", "| --- | --- | --- | --- | --- |"),
                needed.map(SecurityDocumentTest::row)));
    }

    private static String row(RequiredAccess access) {
        ResourcePattern resource = access.resource();
        String type = Stream.of(resource.resourceType().name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
        return "| " + type + " | `" + resource.name() + "` | "
                + resource.patternType().name().toLowerCase(Locale.ROOT) + " | " + access.operationName() + " | "
                + access.purpose() + " |";
    }

    /** So that nobody looks at versions that were shipped once. */
    @Test
    void theVersionsAreThoseOfThePom() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        String document = Files.readString(SECURITY);
        for (String library : List.of("flink", "kafka", "onnxruntime", "opencv", "jackson", "protobuf", "avro", "picocli",
                "zstd", "lz4", "snappy", "ffmpeg", "javacpp", "undertow", "log4j", "slf4j", "tribuo.onnx")) {
            String version = pom.replaceFirst("(?s).*<" + library + "\\.version>([^<]+)<.*", "$1");

            assertThat(document).as("version of %s", library).contains(version);
        }
    }
}
