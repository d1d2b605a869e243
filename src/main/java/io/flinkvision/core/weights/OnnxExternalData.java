package io.flinkvision.core.weights;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The data that an ONNX model keeps in other files (onnx.ai, {@code ExternalData.md}), as exporters do with all weights
 * or with large ones. Only plain files of the model's own folder are read: a model from elsewhere could otherwise have
 * any file of this machine computed into its scores.
 */
public final class OnnxExternalData {

    /** The limit of protobuf for a whole message. */
    private static final long MAX_BYTES = Integer.MAX_VALUE;

    private static final String LOCATION = "location";
    private static final String OFFSET = "offset";
    private static final String LENGTH = "length";

    private final Path model;
    private final Map<Path, MappedFile> files = new LinkedHashMap<>();
    private long bytes;

    private OnnxExternalData(Path model, long bytes) {
        this.model = model;
        this.bytes = bytes;
    }

    /**
     * A model that is one whole.
     *
     * @param model it, with all its data
     * @param files those that the data came from, besides the model's own
     */
    public record Inlined(ModelProto model, List<Path> files) {

        public Inlined {
            files = List.copyOf(files);
        }
    }

    /** Whether a tensor's data are said to be elsewhere. */
    static boolean isExternal(TensorProto tensor) {
        return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL || tensor.getExternalDataCount() > 0;
    }

    /**
     * Reads a model with the data of the files beside it.
     *
     * @throws ModelException if a file cannot be read, is not beside the model, or all files together are too large for
     * one model
     */
    public static Inlined read(Path file) {
        ModelProto model = OnnxModelReader.parse(file);
        OnnxExternalData data = new OnnxExternalData(file, model.getSerializedSize());
        try {
            ModelProto whole = OnnxTensors.changed(file.toString(), model, data::inlined);
            return new Inlined(whole, List.copyOf(data.files.keySet()));
        } finally {
            data.close();
        }
    }

    private TensorProto inlined(TensorProto tensor) {
        if (!isExternal(tensor)) {
            return tensor;
        }
        return tensor.toBuilder().clearExternalData().clearDataLocation().setRawData(data(tensor)).build();
    }

    private ByteString data(TensorProto tensor) {
        Map<String, String> place = new LinkedHashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            place.put(entry.getKey(), entry.getValue());
        }
        Path file = beside(tensor, place.getOrDefault(LOCATION, ""));
        try {
            MappedFile mapped = files.get(file);
            if (mapped == null) {
                mapped = MappedFile.open(file);
                files.put(file, mapped);
            }
            long offset = number(tensor, OFFSET, place.getOrDefault(OFFSET, "0"));
            long length = number(tensor, LENGTH,
                    place.getOrDefault(LENGTH, Long.toString(Math.max(0, mapped.size() - offset))));
            if (offset > mapped.size() || length > mapped.size() - offset) {
                throw error(tensor, "has " + length + " bytes from byte " + offset + " of " + file.getFileName()
                        + " on, which has only " + mapped.size() + ": the file is truncated, or another model's");
            }
            bytes += length;
            if (bytes > MAX_BYTES) {
                throw new ModelException(model + " and the files beside it have more than the 2 GiB that one ONNX model"
                        + " may have");
            }
            return UnsafeByteOperations.unsafeWrap(mapped.map(offset, length));
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Path beside(TensorProto tensor, String location) {
        // A leading ./ is what some exporters write.
        Path file = fileName(location.startsWith("./") ? location.substring(2) : location)
                .map(model::resolveSibling)
                .orElseThrow(() -> error(tensor, "lies in '" + location + "', which is not a file beside the model;"
                        + " only such files are read"));
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw error(tensor, "lies in " + location + ", which is not beside the model; put it there");
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw error(tensor, "lies in " + location + ", which is not a plain file; a link could lead anywhere, so"
                    + " put a copy there ('cp -L')");
        }
        return file;
    }

    private static Optional<Path> fileName(String location) {
        if (location.isEmpty() || location.equals(".") || location.equals("..") || location.matches(".*[/\\\\].*")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(location));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private long number(TensorProto tensor, String key, String text) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // As below.
        }
        throw error(tensor, "has the " + key + " '" + text + "', which is not a byte count");
    }

    private ModelException error(TensorProto tensor, String message) {
        return new ModelException(model + ": tensor " + tensor.getName() + " " + message);
    }

    /** The mappings outlive it. */
    private void close() {
        for (MappedFile mapped : files.values()) {
            try {
                mapped.close();
            } catch (IOException e) {
                // Nothing was written to it.
            }
        }
    }
}
