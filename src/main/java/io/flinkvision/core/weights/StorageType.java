package io.flinkvision.core.weights;

import java.util.Arrays;
import java.util.Optional;

/** PyTorch's storage classes, as torch.save names them for the types of their elements (torch/storage.py). */
enum StorageType {
    FLOAT("FloatStorage", ElementType.F32),
    DOUBLE("DoubleStorage", ElementType.F64),
    HALF("HalfStorage", ElementType.F16),
    BFLOAT16("BFloat16Storage", ElementType.BF16),
    LONG("LongStorage", ElementType.I64),
    INT("IntStorage", ElementType.I32),
    SHORT("ShortStorage", ElementType.I16),
    CHAR("CharStorage", ElementType.I8),
    BYTE("ByteStorage", ElementType.U8),
    BOOL("BoolStorage", ElementType.BOOL),
    UNTYPED("UntypedStorage", ElementType.U8),
    /** The name of {@link #UNTYPED} in PyTorch 1.11 and 1.12. */
    PRIVATE_UNTYPED("_UntypedStorage", ElementType.U8),
    COMPLEX_FLOAT("ComplexFloatStorage", 8),
    COMPLEX_DOUBLE("ComplexDoubleStorage", 16),
    QINT8("QInt8Storage", 1),
    QINT32("QInt32Storage", 4),
    QUINT8("QUInt8Storage", 1),
    QUINT4X2("QUInt4x2Storage", 1),
    QUINT2X4("QUInt2x4Storage", 1);

    private final String className;
    private final int bytes;
    private final Optional<ElementType> elementType;

    StorageType(String className, ElementType elementType) {
        this.className = className;
        this.bytes = elementType.bytes();
        this.elementType = Optional.of(elementType);
    }

    StorageType(String className, int bytes) {
        this.className = className;
        this.bytes = bytes;
        this.elementType = Optional.empty();
    }

    /** The storage type of a class of the modules {@code torch}, {@code torch.cuda} or {@code torch.storage}. */
    static Optional<StorageType> of(String className) {
        return Arrays.stream(values()).filter(type -> type.className.equals(className)).findFirst();
    }

    /** Bytes per element. */
    int bytes() {
        return bytes;
    }

    /** The type of the elements, unless they are complex or quantised, which are not read. */
    Optional<ElementType> elementType() {
        return elementType;
    }

    @Override
    public String toString() {
        return "torch." + className;
    }
}
