package io.flinkvision.core.weights;

import io.flinkvision.core.weights.PickledValue.Storage;
import io.flinkvision.core.weights.PickledValue.StridedTensor;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads tensors that are strided views of storages: element (i, j, ...) is the storage's element
 * {@code offset + i * stride 0 + j * stride 1 + ...}. A row-major view stays where it is in the file, any other is
 * copied.
 */
final class TensorReader {

    /**
     * Limit of the bytes copied per file: a stride of 0 makes a tensor of any size from a single number. The large
     * MobileNetV3 has about 44 MB in doubles.
     */
    static final long MAX_COPIED_BYTES = 128L << 20;

    private final String source;
    private final StorageSource storages;
    private long copiedBytes;

    /** @param source the file's name, for errors */
    TensorReader(String source, StorageSource storages) {
        this.source = source;
        this.storages = storages;
    }

    /**
     * Reads a tensor.
     *
     * @throws ModelException that names the file and the tensor, if its storage is missing, or does not hold it
     */
    Tensor read(String name, StridedTensor tensor) throws IOException {
        Storage storage = tensor.storage();
        ElementType type = storage.type().elementType().orElseThrow(() -> error(name, "its elements are those of a "
                + storage.type() + ", which are not read"));
        List<Integer> shape = shape(name, tensor);
        BigInteger elements = product(tensor.shape());
        if (elements.signum() == 0) {
            return new Tensor(name, type, shape, ByteBuffer.allocate(0));
        }
        requireInsideStorage(name, tensor);
        ByteBuffer bytes = storageBytes(name, storage);
        // The checks above leave both inside the mapped storage, whose size is an int.
        int start = storage.start().add(tensor.offset()).intValueExact() * type.bytes();
        if (isRowMajor(tensor) && (type.bytes() == 1 || storages.byteOrder() == ByteOrder.LITTLE_ENDIAN)) {
            return new Tensor(name, type, shape, bytes.slice(start, elements.intValueExact() * type.bytes()));
        }
        BigInteger size = elements.multiply(BigInteger.valueOf(type.bytes()));
        if (size.compareTo(BigInteger.valueOf(MAX_COPIED_BYTES - copiedBytes)) > 0) {
            throw error(name, "its " + size + " bytes are not row-major in the file, and more than the "
                    + MAX_COPIED_BYTES + " bytes of such tensors that are read; save it with contiguous()");
        }
        copiedBytes += size.intValueExact();
        return new Tensor(name, type, shape, gather(bytes, start, type, shape, strides(tensor, type)));
    }

    private List<Integer> shape(String name, StridedTensor tensor) {
        List<BigInteger> shape = tensor.shape();
        if (shape.size() != tensor.strides().size()) {
            throw error(name, "the shape " + shape + " and the strides " + tensor.strides() + " differ in length");
        }
        if (shape.stream().anyMatch(dimension -> dimension.signum() < 0 || dimension.bitLength() >= Integer.SIZE)) {
            throw error(name, "the shape " + shape + " has a dimension that is not a count below 2^31");
        }
        if (tensor.offset().signum() < 0 || tensor.strides().stream().anyMatch(stride -> stride.signum() < 0)) {
            throw error(name, "the offset " + tensor.offset() + " or one of the strides " + tensor.strides()
                    + " is negative");
        }
        if (product(shape.stream().map(BigInteger.ONE::max).toList()).bitLength() >= Long.SIZE) {
            throw error(name, "the shape " + shape + " is beyond all bounds");
        }
        return shape.stream().map(BigInteger::intValueExact).toList();
    }

    /** Whether the storage's stretch holds the last element, and so all of them. */
    private void requireInsideStorage(String name, StridedTensor tensor) {
        Storage storage = tensor.storage();
        if (storage.start().signum() < 0 || storage.length().signum() < 0
                || storage.start().add(storage.length()).compareTo(storage.elements()) > 0) {
            throw error(name, "the stretch of " + storage.length() + " elements from " + storage.start()
                    + " on is not in the storage " + storage.key() + ", which has " + storage.elements());
        }
        BigInteger last = tensor.offset();
        for (int i = 0; i < tensor.shape().size(); i++) {
            last = last.add(tensor.shape().get(i).subtract(BigInteger.ONE).multiply(tensor.strides().get(i)));
        }
        if (last.compareTo(storage.length()) >= 0) {
            throw error(name, "the shape " + tensor.shape() + " with the strides " + tensor.strides()
                    + " from element " + tensor.offset() + " on reaches to element " + last + " of the storage "
                    + storage.key() + ", which has " + storage.length());
        }
    }

    private ByteBuffer storageBytes(String name, Storage storage) throws IOException {
        try {
            return storages.bytes(storage);
        } catch (ModelException e) {
            throw new ModelException(e.getMessage() + "; tensor " + name + " needs it", e);
        }
    }

    private static boolean isRowMajor(StridedTensor tensor) {
        BigInteger expected = BigInteger.ONE;
        for (int i = tensor.shape().size() - 1; i >= 0; i--) {
            BigInteger dimension = tensor.shape().get(i);
            if (!dimension.equals(BigInteger.ONE) && !tensor.strides().get(i).equals(expected)) {
                return false;
            }
            expected = expected.multiply(dimension);
        }
        return true;
    }

    /** The strides in bytes; those of dimensions of 1 do not count, and may be beyond all bounds. */
    private static List<Integer> strides(StridedTensor tensor, ElementType type) {
        List<Integer> strides = new ArrayList<>();
        for (int i = 0; i < tensor.strides().size(); i++) {
            boolean counts = !tensor.shape().get(i).equals(BigInteger.ONE);
            strides.add(counts ? tensor.strides().get(i).intValueExact() * type.bytes() : 0);
        }
        return strides;
    }

    private ByteBuffer gather(ByteBuffer bytes, int start, ElementType type, List<Integer> shape,
            List<Integer> strides) {
        byte[] gathered = new byte[Math.toIntExact(Tensor.elements(shape) * type.bytes())];
        boolean reversed = storages.byteOrder() == ByteOrder.BIG_ENDIAN;
        int[] index = new int[shape.size()];
        int position = start;
        for (int target = 0; target < gathered.length; target += type.bytes()) {
            for (int i = 0; i < type.bytes(); i++) {
                gathered[target + (reversed ? type.bytes() - 1 - i : i)] = bytes.get(position + i);
            }
            int dimension = shape.size() - 1;
            while (dimension >= 0 && ++index[dimension] == shape.get(dimension)) {
                position -= (index[dimension] - 1) * strides.get(dimension);
                index[dimension--] = 0;
            }
            position += dimension < 0 ? 0 : strides.get(dimension);
        }
        return ByteBuffer.wrap(gathered);
    }

    private static BigInteger product(List<BigInteger> shape) {
        return shape.stream().reduce(BigInteger.ONE, BigInteger::multiply);
    }

    private ModelException error(String tensor, String message) {
        return new ModelException(source + ": tensor " + tensor + ": " + message);
    }

    /** The storages of a checkpoint. */
    interface StorageSource {

        /**
         * The bytes of a whole storage, mapped.
         *
         * @throws ModelException that says what is wrong, if the file does not hold the storage as it is described
         */
        ByteBuffer bytes(Storage storage) throws IOException;

        /** The order of the bytes of an element. */
        ByteOrder byteOrder();
    }
}
