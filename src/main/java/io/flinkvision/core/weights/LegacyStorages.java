package io.flinkvision.core.weights;

import io.flinkvision.core.weights.PickledValue.Dictionary;
import io.flinkvision.core.weights.PickledValue.Sequence;
import io.flinkvision.core.weights.PickledValue.Storage;
import io.flinkvision.core.weights.PickledValue.Text;
import io.flinkvision.core.weights.PickledValue.WholeNumber;
import io.flinkvision.core.weights.TensorReader.StorageSource;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The legacy form of a checkpoint, which torch.save wrote before PyTorch 1.6 and still writes on request
 * (torch/serialization.py): five pickles, namely a magic number, a version, facts about the machine, the structure, and
 * the storages' keys; then each storage in the order of the keys, the count of its elements before them.
 */
final class LegacyStorages implements StorageSource {

    private static final BigInteger MAGIC_NUMBER = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final BigInteger VERSION = BigInteger.valueOf(1001);

    private final String source;
    private final MappedFile file;
    private final PickledValue structure;
    private final Map<String, Place> places = new HashMap<>();

    /** The position of a storage's elements. */
    private record Place(long start, long elements, int elementBytes) {}

    /**
     * @param source the file's name, for errors
     * @throws ModelException if it is no sound file of this form
     */
    LegacyStorages(String source, MappedFile file) throws IOException {
        this.source = source;
        this.file = file;
        PickleInput input = new PickleInput(source, file.map(0, Math.min(file.size(), PickleInput.MAX_BYTES)));
        requireNumber(PickleReader.read(input), MAGIC_NUMBER, "magic number");
        requireNumber(PickleReader.read(input), VERSION, "version");
        if (!(PickleReader.read(input) instanceof Dictionary)) {
            throw error("the facts about the machine that wrote it are not a dict: the file is damaged");
        }
        Map<String, StorageType> types = new HashMap<>();
        structure = PickleReader.read(input, storage -> types.putIfAbsent(storage.key(), storage.type()));
        if (!(PickleReader.read(input) instanceof Sequence keys)) {
            throw error("the storages' keys are not a list: the file is damaged");
        }
        place(keys, types, input.position());
    }

    /** The checkpoint's structure. */
    PickledValue structure() {
        return structure;
    }

    @Override
    public ByteBuffer bytes(Storage storage) throws IOException {
        Place place = places.get(storage.key());
        if (place == null) {
            throw error("the storage " + storage.key() + " is missing");
        }
        if (!storage.elements().equals(BigInteger.valueOf(place.elements()))
                || storage.type().bytes() != place.elementBytes()) {
            throw error("the storage " + storage.key() + " has " + place.elements() + " elements of "
                    + place.elementBytes() + " bytes, and is said to be a " + storage.type() + " of "
                    + storage.elements());
        }
        long length = place.elements() * place.elementBytes();
        if (!file.holds(place.start(), length)) {
            throw error("the storage " + storage.key() + " has " + length + " bytes; the limit is 2 GiB");
        }
        return file.map(place.start(), length);
    }

    /** PyTorch writes the storages of this form little-endian on every machine. */
    @Override
    public ByteOrder byteOrder() {
        return ByteOrder.LITTLE_ENDIAN;
    }

    private void place(Sequence keys, Map<String, StorageType> types, long start) throws IOException {
        long position = start;
        for (int i = 0; i < keys.size(); i++) {
            if (!(keys.get(i) instanceof Text key)) {
                throw error("a storage's key is " + keys.get(i).kind() + ", not a text: the file is damaged");
            }
            int elementBytes = Optional.ofNullable(types.get(key.text()))
                    .orElseThrow(() -> error("nothing says what the storage " + key.text() + " is"))
                    .bytes();
            if (file.size() - position < Long.BYTES) {
                throw error("the storage " + key.text() + " is missing at byte " + position
                        + ": the file is truncated");
            }
            long elements = file.copy(position, Long.BYTES).getLong();
            position += Long.BYTES;
            if (elements < 0 || elements > (file.size() - position) / elementBytes) {
                throw error("the storage " + key.text() + " of " + Long.toUnsignedString(elements) + " elements of "
                        + elementBytes + " bytes at byte " + position + " is longer than the file, which has "
                        + file.size() + ": it is truncated");
            }
            if (places.put(key.text(), new Place(position, elements, elementBytes)) != null) {
                throw error("there are two storages called " + key.text());
            }
            position += elements * elementBytes;
        }
    }

    private void requireNumber(PickledValue value, BigInteger expected, String what) {
        if (!(value instanceof WholeNumber wholeNumber) || !wholeNumber.number().equals(expected)) {
            throw error("it is a pickle, but without the " + what + " of a PyTorch checkpoint");
        }
    }

    private ModelException error(String message) {
        return new ModelException(source + ": " + message);
    }
}
