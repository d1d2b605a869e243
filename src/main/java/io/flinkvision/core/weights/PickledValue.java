package io.flinkvision.core.weights;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of a pickle. None of it runs, and nothing walks through it: values may hold each other in circles, so the
 * containers compare by identity and are never printed.
 */
sealed interface PickledValue {

    /** The kind of value, for errors: "a text". */
    String kind();

    /** A text. */
    record Text(String text) implements PickledValue {
        @Override
        public String kind() {
            return "a text";
        }
    }

    /** An integer. */
    record WholeNumber(BigInteger number) implements PickledValue {
        @Override
        public String kind() {
            return "an integer";
        }
    }

    /** A floating-point number. */
    record RealNumber(double number) implements PickledValue {
        @Override
        public String kind() {
            return "a floating-point number";
        }
    }

    /** A value that is only passed over; of it only the kind is kept. */
    record Opaque(String kind) implements PickledValue {}

    /** A Python class or function of {@link PickleGlobals}' list, by its full name. */
    record Global(String module, String simpleName) implements PickledValue {

        /** The full name. */
        String name() {
            return module + "." + simpleName;
        }

        @Override
        public String kind() {
            return "the Python object " + name();
        }
    }

    /**
     * A storage, or a stretch of one, which torch.save keeps outside the pickle.
     *
     * @param key its name in the file
     * @param elements how many the whole storage has
     * @param start the first element of the stretch
     * @param length how many elements the stretch has
     */
    record Storage(String key, StorageType type, BigInteger elements, BigInteger start, BigInteger length)
            implements PickledValue {
        @Override
        public String kind() {
            return "a bare " + type;
        }
    }

    /**
     * A tensor as a view of a storage. The numbers are the file's, checked by {@link TensorReader}.
     *
     * @param offset the tensor's first element in the storage
     * @param shape its dimensions, the outermost first
     * @param strides for each dimension, the elements from one index to the next
     */
    record StridedTensor(Storage storage, BigInteger offset, List<BigInteger> shape, List<BigInteger> strides)
            implements PickledValue {
        @Override
        public String kind() {
            return "a tensor";
        }
    }

    /** A list, tuple or set. */
    final class Sequence implements PickledValue {

        private final boolean tuple;
        private final List<PickledValue> items;

        private Sequence(boolean tuple, List<PickledValue> items) {
            this.tuple = tuple;
            this.items = items;
        }

        static Sequence emptyList() {
            return new Sequence(false, new ArrayList<>());
        }

        static Sequence tuple(List<PickledValue> items) {
            return new Sequence(true, List.copyOf(items));
        }

        boolean isTuple() {
            return tuple;
        }

        int size() {
            return items.size();
        }

        PickledValue get(int index) {
            return items.get(index);
        }

        void append(PickledValue item) {
            items.add(item);
        }

        @Override
        public String kind() {
            return tuple ? "a tuple" : "a list";
        }
    }

    /**
     * A dict or OrderedDict, or the attributes of a Namespace: its entries with texts as keys, in order, and how many
     * others it has.
     */
    final class Dictionary implements PickledValue {

        private final Map<String, PickledValue> entries = new LinkedHashMap<>();
        private final boolean isNamespace;
        private int otherKeys;

        Dictionary() {
            this(false);
        }

        private Dictionary(boolean isNamespace) {
            this.isNamespace = isNamespace;
        }

        /** An object without a class's behaviour, whose state is its attributes. */
        static Dictionary namespace() {
            return new Dictionary(true);
        }

        /** Sets the state of the object: the attributes of a namespace; that of an OrderedDict is not kept. */
        void setState(PickledValue state) {
            if (isNamespace && state instanceof Dictionary attributes) {
                entries.putAll(attributes.entries);
            }
        }

        Map<String, PickledValue> entries() {
            return Collections.unmodifiableMap(entries);
        }

        /**
         * The number of entries whose key is not a text; these cannot be tensors' names, so their values are dropped.
         */
        int otherKeys() {
            return otherKeys;
        }

        /** Whether the key is new to this dictionary. */
        boolean put(PickledValue key, PickledValue value) {
            if (key instanceof Text text) {
                return entries.putIfAbsent(text.text(), value) == null;
            }
            otherKeys++;
            return true;
        }

        @Override
        public String kind() {
            return isNamespace ? "a Namespace" : "a dict";
        }
    }
}
