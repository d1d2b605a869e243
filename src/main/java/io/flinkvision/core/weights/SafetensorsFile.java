package io.flinkvision.core.weights;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Reads safetensors files by their format's description (github.com/huggingface/safetensors): eight bytes with the
 * length of a header, the header in JSON, and the tensors' bytes, every one of which belongs to exactly one tensor.
 *
 * <p>The file is memory-mapped: only the tensors that are read come into memory, and none of them onto the heap whole.
 */
public final class SafetensorsFile {

    static final String METADATA = "__metadata__";

    /** The format's own limit. */
    private static final long MAX_HEADER_BYTES_OF_FORMAT = 100_000_000;

    /** Above what {@link StateDict#MAX_TENSORS} tensors and their names take. */
    static final long MAX_HEADER_BYTES = 16 << 20;

    private static final int MAX_EXCERPT_LENGTH = 200;

    private static final ObjectReader JSON =
            new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).reader();

    private final String source;

    private SafetensorsFile(String source) {
        this.source = source;
    }

    /**
     * A file's tensors and what it says of them.
     *
     * @param tensors views of the file's bytes
     * @param metadata texts of its author
     */
    public record Contents(StateDict tensors, Map<String, String> metadata) {

        public Contents {
            Objects.requireNonNull(tensors, "tensors");
            metadata = Map.copyOf(metadata);
        }
    }

    /** A header: the metadata, and the tensors' places in the order of the header. */
    private record Header(Map<String, String> metadata, List<Entry> entries) {}

    /** A tensor's place in the file. */
    private record Entry(String name, ElementType type, List<Integer> shape, long begin, long end) {}

    /**
     * Reads a file that is in memory.
     *
     * @param source where it is from, for errors
     * @param bytes the whole file
     * @throws ModelException if it is no sound safetensors file
     */
    public static Contents read(String source, byte[] bytes) {
        return new SafetensorsFile(source).contents(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }

    static List<Tensor> read(Path file) {
        if (Files.isDirectory(file)) {
            throw new ModelException(file + " is a folder, not a safetensors file");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new ModelException(file + ": " + channel.size()
                        + " bytes are more than any MobileNetV3 has; the limit is 2 GiB");
            }
            ByteBuffer bytes = channel.map(MapMode.READ_ONLY, 0, channel.size()).order(ByteOrder.LITTLE_ENDIAN);
            SafetensorsFile reader = new SafetensorsFile(file.toString());
            return reader.tensors(reader.header(bytes), bytes);
        } catch (NoSuchFileException e) {
            throw new ModelException(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Contents contents(ByteBuffer bytes) {
        Header header = header(bytes);
        return new Contents(StateDict.of(source, tensors(header, bytes)), header.metadata());
    }

    private Header header(ByteBuffer bytes) {
        return header(fields(bytes.slice(Long.BYTES, headerLength(bytes))));
    }

    private List<Tensor> tensors(Header header, ByteBuffer bytes) {
        int dataStart = Long.BYTES + headerLength(bytes);
        requireEveryByteOnce(header.entries(), bytes.limit() - dataStart);
        return header.entries().stream()
                .map(entry -> new Tensor(entry.name(), entry.type(), entry.shape(),
                        bytes.slice(dataStart + (int) entry.begin(), (int) (entry.end() - entry.begin()))))
                .toList();
    }

    private int headerLength(ByteBuffer bytes) {
        if (bytes.limit() < Long.BYTES) {
            throw error("the file has " + bytes.limit() + " bytes, too few for the header's length: it is truncated,"
                    + " or not a safetensors file");
        }
        long length = bytes.getLong(0);
        if (length < 0 || length > MAX_HEADER_BYTES_OF_FORMAT) {
            throw error("a header of " + Long.toUnsignedString(length) + " bytes is longer than the format allows: it"
                    + " is not a safetensors file");
        }
        if (length > MAX_HEADER_BYTES) {
            throw error("a header of " + length + " bytes is longer than the limit of " + MAX_HEADER_BYTES);
        }
        if (length > bytes.limit() - Long.BYTES) {
            throw error("the header of " + length + " bytes is longer than the file, which has " + bytes.limit()
                    + ": the file is truncated");
        }
        return (int) length;
    }

    /** Tensor by tensor, so that a header of far too many is refused before it is in memory. */
    private Map<String, JsonNode> fields(ByteBuffer bytes) {
        byte[] json = new byte[bytes.remaining()];
        bytes.get(json);
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw error("the header is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                fields.put(name, JSON.readTree(parser));
                if (fields.size() > StateDict.MAX_TENSORS + 1) {
                    throw error("the header has more than " + StateDict.MAX_TENSORS + " tensors, the limit");
                }
            }
            if (parser.nextToken() != null) {
                throw error("the header is not valid JSON: there is data after its object");
            }
        } catch (IOException e) {
            throw new ModelException(source + ": the header is not valid JSON: " + e.getMessage(), e);
        }
        return fields;
    }

    private Header header(Map<String, JsonNode> fields) {
        Map<String, String> metadata = Map.of();
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : fields.entrySet()) {
            if (field.getKey().equals(METADATA)) {
                metadata = metadata(field.getValue());
            } else {
                entries.add(entry(field.getKey(), field.getValue()));
            }
        }
        return new Header(metadata, entries);
    }

    private Map<String, String> metadata(JsonNode node) {
        if (!node.isObject() || node.properties().stream().anyMatch(entry -> !entry.getValue().isTextual())) {
            throw error("the header's " + METADATA + " is not an object of strings");
        }
        return node.properties().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().textValue()));
    }

    private Entry entry(String name, JsonNode node) {
        requireFields(name, node);
        ElementType type = Arrays.stream(ElementType.values())
                .filter(candidate -> candidate.name().equals(node.path("dtype").textValue()))
                .findFirst()
                .orElseThrow(() -> error(name, "the dtype is " + excerpt(node.path("dtype")) + ", not one of "
                        + Arrays.toString(ElementType.values())));
        List<Integer> shape = shape(name, node.path("shape"));
        JsonNode offsets = node.path("data_offsets");
        if (!offsets.isArray() || offsets.size() != 2 || !offsets.get(0).isIntegralNumber()
                || !offsets.get(1).isIntegralNumber() || !offsets.get(0).canConvertToLong()
                || !offsets.get(1).canConvertToLong()) {
            throw error(name, "the data_offsets are " + excerpt(offsets) + ", not two integers");
        }
        Entry entry = new Entry(name, type, shape, offsets.get(0).longValue(), offsets.get(1).longValue());
        long size = Tensor.bytes(shape, type)
                .orElseThrow(() -> error(name, "the shape " + excerpt(node.path("shape")) + " is beyond all bounds"));
        if (entry.begin() < 0 || entry.end() < entry.begin() || entry.end() - entry.begin() != size) {
            throw error(name, "the data_offsets " + offsets + " do not span the " + size + " bytes of the shape "
                    + excerpt(node.path("shape")) + " of " + type);
        }
        return entry;
    }

    private void requireFields(String name, JsonNode node) {
        if (!node.isObject()) {
            throw error(name, "the header's " + excerpt(node) + " is not an object");
        }
        if (!node.has("dtype")) {
            throw error(name, "there is no dtype, which must be one of " + Arrays.toString(ElementType.values()));
        }
        if (!node.has("shape")) {
            throw error(name, "there is no shape");
        }
        if (!node.has("data_offsets")) {
            throw error(name, "there are no data_offsets");
        }
    }

    private List<Integer> shape(String name, JsonNode node) {
        if (!node.isArray()) {
            throw error(name, "the shape is " + excerpt(node) + ", not a list");
        }
        List<Integer> shape = new ArrayList<>();
        for (JsonNode dimension : node) {
            if (!dimension.isIntegralNumber() || !dimension.canConvertToInt() || dimension.intValue() < 0) {
                throw error(name, "the shape " + excerpt(node) + " has a dimension that is not a count: "
                        + excerpt(dimension));
            }
            shape.add(dimension.intValue());
        }
        return shape;
    }

    private void requireEveryByteOnce(List<Entry> entries, long dataLength) {
        long end = 0;
        List<Entry> inOrder = entries.stream()
                .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
                .toList();
        for (Entry entry : inOrder) {
            if (entry.end() > dataLength) {
                throw error(entry.name(), "the data_offsets [" + entry.begin() + "," + entry.end()
                        + "] end beyond the file, which has " + dataLength + " bytes of data: it is truncated");
            }
            if (entry.begin() < end) {
                throw error(entry.name(), "the data_offsets [" + entry.begin() + "," + entry.end()
                        + "] overlap those of another tensor, which end at " + end);
            }
            if (entry.begin() > end) {
                throw error(entry.name(), "the data_offsets start at " + entry.begin() + ", and the bytes from " + end
                        + " belong to no tensor");
            }
            end = entry.end();
        }
        if (end != dataLength) {
            throw error("the last " + (dataLength - end) + " bytes belong to no tensor");
        }
    }

    /** A part of the header for a message: the header of a hostile file may have millions of characters. */
    private static String excerpt(JsonNode node) {
        String text = node.toString();
        return text.length() <= MAX_EXCERPT_LENGTH ? text : text.substring(0, MAX_EXCERPT_LENGTH) + "...";
    }

    private ModelException error(String message) {
        return new ModelException(source + ": " + message);
    }

    private ModelException error(String tensor, String message) {
        return error("tensor " + tensor + ": " + message);
    }
}
