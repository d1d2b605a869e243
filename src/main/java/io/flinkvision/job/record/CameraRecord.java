package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.core.camera.CameraException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A record of the topic of cameras, whose JSON {@code conf/schemas/camera.schema.json} describes: the key is the
 * camera's id, the value has its keys, as in a file of cameras.
 */
public final class CameraRecord {

    /** Bytes of a record's value. */
    public static final int MAX_VALUE_BYTES = 16 << 10;

    private static final ObjectMapper READER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true)
            .build();

    /** What JSON takes for a number, and no text that a number would change, such as 007. */
    private static final String NUMBER = "-?(0|[1-9][0-9]{0,17})([.][0-9]{1,17})?";

    private CameraRecord() {}

    /**
     * The camera that a record is about.
     *
     * @throws CameraException if the key is no id
     */
    public static String id(byte[] key) {
        if (key.length > CameraDeclaration.MAX_ID_BYTES) {
            throw new CameraException("the key has " + key.length + " bytes; the id of a camera has at most "
                    + CameraDeclaration.MAX_ID_BYTES);
        }
        String id = JsonObject.utf8(key).orElseThrow(() -> new CameraException("the key is no UTF-8 text"));
        declaration(id, new TreeMap<>());
        return id;
    }

    /**
     * Reads the value of a record, and checks it by all that holds for the topic.
     *
     * @throws CameraException with the reason why it is refused; the message has no password
     */
    public static CameraDeclaration read(String id, byte[] value) {
        if (value.length > MAX_VALUE_BYTES) {
            throw new CameraException("the value has " + value.length + " bytes, more than the " + MAX_VALUE_BYTES
                    + " of a camera");
        }
        CameraDeclaration camera = declaration(id, texts(value));
        SortedMap<String, String> problems = camera.problemsInTopic();
        if (!problems.isEmpty()) {
            throw new CameraException(problems.entrySet().stream()
                    .map(problem -> problem.getKey() + " " + problem.getValue())
                    .collect(Collectors.joining("; ")));
        }
        return camera;
    }

    /**
     * A declaration as it will be read when it has been written to the topic, which spells some numbers in another way.
     *
     * @throws CameraException with the reasons why it would be refused; the message has no password
     */
    public static CameraDeclaration asRead(CameraDeclaration camera) {
        return read(camera.id(), toJson(camera));
    }

    private static CameraDeclaration declaration(String id, SortedMap<String, String> options) {
        try {
            return new CameraDeclaration(id, options);
        } catch (IllegalArgumentException e) {
            throw new CameraException(e.getMessage(), e);
        }
    }

    private static SortedMap<String, String> texts(byte[] value) {
        String text = JsonObject.utf8(value).orElseThrow(() -> new CameraException("the value is no UTF-8 text"));
        try {
            JsonNode root = READER.readTree(text);
            if (!root.isObject()) {
                throw new CameraException("the value is no JSON object");
            }
            SortedMap<String, String> texts = new TreeMap<>();
            addTexts("", root, texts);
            return texts;
        } catch (JsonProcessingException e) {
            // Without its message, which quotes what it did not expect: that may be a password.
            throw new CameraException("the value is no JSON, or has a key twice" + (e.getLocation() == null
                    ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr() + ")"));
        }
    }

    /** The path of a key in an object is that of a section in a file. */
    private static void addTexts(String section, JsonNode object, SortedMap<String, String> texts) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String path = section + field.getKey();
            JsonNode value = field.getValue();
            if (value.isObject() && section.isEmpty()) {
                addTexts(path + ".", value, texts);
            } else if (!value.isValueNode() || value.isNull()) {
                throw new CameraException(path + " must be a text, a number or a boolean");
            } else if (texts.put(path, text(value)) != null) {
                throw new CameraException(path + " is there twice");
            }
        }
    }

    private static String text(JsonNode value) {
        if (!value.isBigDecimal()) {
            return value.asText();
        }
        BigDecimal number = value.decimalValue();
        // 1e999999999 has many zeros.
        return Math.abs(number.scale()) <= 100 ? number.toPlainString() : number.toString();
    }

    /** The value of a record that declares a camera, in UTF-8. */
    public static byte[] toJson(CameraDeclaration camera) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        camera.options().forEach((path, text) -> {
            int dot = path.indexOf('.');
            ObjectNode section = dot < 0 ? json : json.withObjectProperty(path.substring(0, dot));
            put(section, path.substring(dot + 1), text);
        });
        try {
            return READER.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
    }

    private static void put(ObjectNode json, String key, String text) {
        if (text.matches(NUMBER)) {
            json.put(key, new BigDecimal(text));
        } else if (text.equals("true") || text.equals("false")) {
            json.put(key, text.equals("true"));
        } else {
            json.put(key, text);
        }
    }
}
