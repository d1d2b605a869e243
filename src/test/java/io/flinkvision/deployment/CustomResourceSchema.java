package io.flinkvision.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.yaml.snakeyaml.Yaml;

/**
 * The schema in a Kubernetes custom resource definition, as a JSON Schema that refuses what {@code kubectl apply}
 * refuses: a <em>structural schema</em> by Kubernetes' documentation, in which an object has no other fields than its
 * properties unless it says so.
 */
final class CustomResourceSchema {

    /** A file of another operator's definition, such as {@code kubectl get crd ... -o yaml} writes it. */
    private static final String PROPERTY = "operator.crd";

    private static final String PUBLISHED = "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";
    private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";
    private static final String INT_OR_STRING = "x-kubernetes-int-or-string";

    private final ObjectNode root;
    private final JsonSchema schema;

    private CustomResourceSchema(ObjectNode root) {
        this.root = root;
        this.schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(root);
    }

    /**
     * That of a FlinkDeployment: of the file that the system property {@code operator.crd} names, else the one that the
     * operator publishes with its artifacts.
     *
     * @param flinkVersion is added to those that the definition knows, as the newest operator that publishes artifacts
     *     is older than Flink 2
     */
    static CustomResourceSchema ofFlinkDeployment(String flinkVersion) throws IOException {
        String file = System.getProperty(PROPERTY, "");
        try (InputStream published = CustomResourceSchema.class.getResourceAsStream(PUBLISHED)) {
            String text = file.isEmpty()
                    ? new String(published.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
            JsonNode definition = new ObjectMapper().valueToTree(new Yaml().load(text));
            ObjectNode root = (ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema");
            // What every object of Kubernetes has, and its own server checks.
            ObjectNode properties = (ObjectNode) root.get("properties");
            properties.putObject("apiVersion").put("type", "string");
            properties.putObject("kind").put("type", "string");
            properties.putObject("metadata").put(PRESERVE, true);
            ArrayNode known = (ArrayNode) root.at("/properties/spec/properties/flinkVersion/enum");
            if (known.valueStream().noneMatch(version -> version.asText().equals(flinkVersion))) {
                known.add(flinkVersion);
            }
            close(root);
            return new CustomResourceSchema(root);
        }
    }

    /** The enumeration of Flink's versions. */
    JsonNode flinkVersions() {
        return root.at("/properties/spec/properties/flinkVersion/enum");
    }

    /** What is wrong with a resource. */
    Set<ValidationMessage> validate(JsonNode resource) {
        return schema.validate(resource);
    }

    private static void close(ObjectNode node) {
        if (node.path(INT_OR_STRING).asBoolean()) {
            node.removeAll();
            node.putArray("type").add("integer").add("string");
            return;
        }
        node.path("properties").forEach(property -> close((ObjectNode) property));
        if (node.path("items").isObject()) {
            close((ObjectNode) node.get("items"));
        }
        if (node.path("additionalProperties").isObject()) {
            close((ObjectNode) node.get("additionalProperties"));
        } else if (node.path("type").asText().equals("object") && !node.path(PRESERVE).asBoolean()) {
            node.put("additionalProperties", false);
        }
        node.remove(PRESERVE);
    }
}
