package io.flinkvision.core.weights;

import io.flinkvision.core.weights.PickledValue.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Where a checkpoint keeps its storages. */
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
