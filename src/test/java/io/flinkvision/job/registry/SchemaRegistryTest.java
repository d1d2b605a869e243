package io.flinkvision.job.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.job.format.RecordFormat;
import io.flinkvision.job.format.RecordSchema;
import io.flinkvision.job.kafka.TestCertificate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SchemaRegistryTest {

    private static final String SECRET = "correct horse";

    private TestSchemaRegistry registry;

    @BeforeEach
    void start() throws IOException {
        registry = new TestSchemaRegistry();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private SchemaRegistry client(Map<String, String> properties) {
        return new SchemaRegistry(URI.create(registry.url() + "/"), properties);
    }

    @ParameterizedTest
    @EnumSource(value = RecordFormat.class, names = "JSON", mode = EnumSource.Mode.EXCLUDE)
    void registersASchemaOnceAndFindsItAgain(RecordFormat format) {
        int first = client(Map.of()).register("labels", RecordSchema.CLASSIFICATION, format);
        int again = client(Map.of()).register("labels", RecordSchema.CLASSIFICATION, format);

        assertThat(again).isEqualTo(first);
        assertThat(registry.requests()).containsExactly(
                "POST /subjects/labels-value", "POST /subjects/labels-value/versions", "POST /subjects/labels-value");
    }

    @Test
    void aLoginThatMayOnlyReadUsesWhatIsRegistered() {
        int id = registry.put("labels-value", "AVRO", RecordSchema.CLASSIFICATION.text(RecordFormat.AVRO));
        registry.refuse("POST /subjects/labels-value/versions", 403);

        assertThat(client(Map.of()).register("labels", RecordSchema.CLASSIFICATION, RecordFormat.AVRO)).isEqualTo(id);
    }

    @Test
    void saysWhatToRegisterIfItMayNot() {
        registry.refuse("POST /subjects/labels-value/versions", 403);

        assertThatExceptionOfType(SchemaRegistryException.class)
                .isThrownBy(() -> client(Map.of()).register("labels", RecordSchema.EVENT, RecordFormat.PROTOBUF))
                .withMessageContaining("register conf/schemas/event.proto once as subject labels-value")
                .withMessageContaining("User is denied");
    }

    @Test
    void saysThatTheSubjectMayHaveAnotherFormat() {
        registry.refuse("POST /subjects/labels-value/versions", 422);

        assertThatExceptionOfType(SchemaRegistryException.class)
                .isThrownBy(() -> client(Map.of()).register("labels", RecordSchema.EVENT, RecordFormat.PROTOBUF))
                .withMessageContaining("cannot take conf/schemas/event.proto")
                .withMessageContaining("A topic keeps its format; choose another topic");
    }

    @ParameterizedTest
    @CsvSource({"basic.auth.user.info, ada:correct horse, Basic YWRhOmNvcnJlY3QgaG9yc2U=",
            "bearer.auth.token, eyJh.x-Y_z, Bearer eyJh.x-Y_z"})
    void logsIn(String name, String value, String header) {
        registry.demand(header);

        assertThatCode(() -> client(Map.of(name, value)).register("labels", RecordSchema.EVENT, RecordFormat.AVRO))
                .doesNotThrowAnyException();
    }

    @Test
    void trustsTheAuthorityThatThePropertiesName(@TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.make(folder, "registry", "CN=registry", "127.0.0.1");
        try (TestSchemaRegistry secure = new TestSchemaRegistry(Optional.of(context(certificate)))) {
            URI url = URI.create(secure.url());

            assertThatExceptionOfType(SchemaRegistryException.class)
                    .isThrownBy(() -> new SchemaRegistry(url, Map.of())
                            .register("labels", RecordSchema.EVENT, RecordFormat.AVRO))
                    .withMessageContaining("cannot be reached by TLS").withMessageContaining("ssl.truststore.location");
            assertThat(new SchemaRegistry(url, Map.of("ssl.truststore.type", "PEM",
                    "ssl.truststore.location", certificate.certificate().toString()))
                    .register("labels", RecordSchema.EVENT, RecordFormat.AVRO)).isPositive();
        }
    }

    private static SSLContext context(TestCertificate certificate) throws Exception {
        char[] password = TestCertificate.PASSWORD.toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(certificate.keyStore().toFile(), password), password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Test
    void namesTheLoginThatIsRefusedButNotThePassword() {
        registry.demand("Basic other");

        assertThatExceptionOfType(SchemaRegistryException.class)
                .isThrownBy(() -> client(Map.of("basic.auth.user.info", "ada:" + SECRET))
                        .register("labels", RecordSchema.EVENT, RecordFormat.AVRO))
                .withMessageContaining("refuses the login").withMessageContaining("basic.auth.user.info")
                .satisfies(e -> assertThat(e.toString()).doesNotContain(SECRET));
    }

    @Test
    void saysThatRecordsOfAnotherFormAreOnTheTopic() {
        registry.put("labels-value", "AVRO", RecordSchema.EVENT.text(RecordFormat.AVRO));
        SchemaRegistry client = client(Map.of());

        assertThatExceptionOfType(SchemaRegistryException.class)
                .isThrownBy(() -> client.register("labels", RecordSchema.CLASSIFICATION, RecordFormat.AVRO))
                .withMessageContaining("refuses conf/schemas/classification.avsc as a new version of subject"
                        + " labels-value")
                .withMessageContaining("choose another topic");
        assertThatExceptionOfType(SchemaRegistryException.class)
                .isThrownBy(() -> client.requireCompatible("labels", RecordSchema.CLASSIFICATION, RecordFormat.AVRO))
                .withMessageContaining("READER_FIELD_MISSING");
    }

    @Test
    void asksWhetherASchemaFitsWithoutRegisteringIt() {
        SchemaRegistry client = client(Map.of());

        client.requireCompatible("labels", RecordSchema.CLASSIFICATION, RecordFormat.AVRO);
        registry.put("labels-value", "AVRO", RecordSchema.CLASSIFICATION.text(RecordFormat.AVRO));
        client.requireCompatible("labels", RecordSchema.CLASSIFICATION, RecordFormat.AVRO);

        assertThat(registry.requests()).containsExactly("POST /subjects/labels-value",
                "POST /compatibility/subjects/labels-value/versions/latest", "POST /subjects/labels-value");
    }

    @Test
    void saysWhereNoRegistryIs() {
        String url = registry.url();
        registry.close();

        assertThatExceptionOfType(SchemaRegistryException.class)
                .isThrownBy(() -> client(Map.of()).register("labels", RecordSchema.EVENT, RecordFormat.AVRO))
                .withMessage("The schema registry at " + url
                        + " cannot be reached from here: is the address right, and is it running there?");
    }

    @Test
    void saysThatAnotherServerIsNoRegistry() {
        SchemaRegistry wrongPath = new SchemaRegistry(URI.create(registry.url() + "/elsewhere"), Map.of());

        assertThatExceptionOfType(SchemaRegistryException.class)
                .isThrownBy(() -> wrongPath.register("labels", RecordSchema.EVENT, RecordFormat.AVRO))
                .withMessageContaining("none of a schema registry").withMessageContaining("HTTP 404");
    }

    @Test
    void propertiesOfNoMeaningAreNamedWithoutTheirValues() {
        assertThat(RegistryProperties.problems(Map.of("basic.auth.user.infos", SECRET))).singleElement().asString()
                .contains("did you mean basic.auth.user.info?").doesNotContain(SECRET);
        assertThat(RegistryProperties.problems(Map.of("basic.auth.user.info", SECRET))).singleElement().asString()
                .contains("USER:PASSWORD").doesNotContain(SECRET);
        assertThat(RegistryProperties.problems(Map.of("bearer.auth.token", SECRET))).singleElement().asString()
                .contains("a space, a line break").doesNotContain(SECRET);
        assertThat(RegistryProperties.problems(Map.of("bearer.auth.token", "${directory:/run/secrets:token}")))
                .singleElement().asString().contains("write ${NAME} or ${file:/PATH}");
        assertThat(RegistryProperties.problems(Map.of("ssl.truststore.location", "/no/such/store",
                        "ssl.truststore.password", SECRET))).singleElement().asString()
                .contains("/no/such/store").doesNotContain(SECRET);
    }
}
