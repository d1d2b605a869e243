package io.flinkvision.core.weights;

import io.flinkvision.core.weights.PickledValue.Storage;
import io.flinkvision.core.weights.TensorReader.StorageSource;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The zip form of a checkpoint, which torch.save writes since PyTorch 1.6 (torch/serialization.py): one folder with the
 * pickle {@code data.pkl}, each storage as {@code data/KEY}, and, since 2.1, {@code byteorder}.
 */
final class ZipStorages implements StorageSource {

    private static final Pattern PICKLE = Pattern.compile("[^/]+/data\\.pkl");

    private final String source;
    private final ZipDirectory archive;
    private final String folder;
    private final ByteOrder byteOrder;

    /** A storage that tensors share is mapped and summed once. */
    private final Map<String, ByteBuffer> mapped = new HashMap<>();

    /**
     * @param source the file's name, for errors
     * @throws ModelException if it is no sound archive of this form
     */
    ZipStorages(String source, MappedFile file) throws IOException {
        this.source = source;
        this.archive = ZipDirectory.read(source, file);
        this.folder = folder();
        this.byteOrder = readByteOrder();
    }

    /** The checkpoint's structure. */
    PickledValue structure() throws IOException {
        String name = folder + "data.pkl";
        ByteBuffer pickle = archive.bytes(name);
        if (pickle.limit() > PickleInput.MAX_BYTES) {
            throw error("the entry " + name + " has " + pickle.limit() + " bytes; the limit is "
                    + PickleInput.MAX_BYTES);
        }
        return PickleReader.read(new PickleInput(source + ": " + name, pickle));
    }

    @Override
    public ByteBuffer bytes(Storage storage) throws IOException {
        ByteBuffer bytes = mapped.get(storage.key());
        if (bytes == null) {
            bytes = archive.bytes(folder + "data/" + storage.key());
            mapped.put(storage.key(), bytes);
        }
        BigInteger expected = storage.elements().multiply(BigInteger.valueOf(storage.type().bytes()));
        if (!expected.equals(BigInteger.valueOf(bytes.limit()))) {
            throw error("the entry " + folder + "data/" + storage.key() + " has " + bytes.limit() + " bytes, not the "
                    + expected + " of a " + storage.type() + " of " + storage.elements() + " elements");
        }
        return bytes;
    }

    @Override
    public ByteOrder byteOrder() {
        return byteOrder;
    }

    private String folder() {
        String found = "";
        for (String name : archive.names()) {
            if (PICKLE.matcher(name).matches()) {
                if (!found.isEmpty()) {
                    throw error("there are two checkpoints in it, " + found + " and " + name);
                }
                found = name;
            }
        }
        if (found.isEmpty()) {
            throw error("the zip archive has no data.pkl in a folder: it is not a checkpoint of torch.save");
        }
        String folder = found.substring(0, found.indexOf('/') + 1);
        if (archive.contains(folder + "constants.pkl")) {
            throw error("it is a TorchScript archive, which is a program; save the weights alone, with"
                    + " torch.save(model.state_dict(), file)");
        }
        return folder;
    }

    private ByteOrder readByteOrder() throws IOException {
        if (!archive.contains(folder + "byteorder")) {
            return ByteOrder.LITTLE_ENDIAN;
        }
        ByteBuffer bytes = archive.bytes(folder + "byteorder");
        String order = StandardCharsets.ISO_8859_1.decode(bytes.slice(0, Math.min(bytes.limit(), 16))).toString();
        return switch (order) {
            case "little" -> ByteOrder.LITTLE_ENDIAN;
            case "big" -> ByteOrder.BIG_ENDIAN;
            default -> throw error("the entry " + folder + "byteorder says " + order + ", not little or big");
        };
    }

    private ModelException error(String message) {
        return new ModelException(source + ": " + message);
    }
}
