package io.flinkvision.core.weights;

import io.flinkvision.core.weights.PickledValue.Dictionary;
import io.flinkvision.core.weights.PickledValue.Opaque;
import io.flinkvision.core.weights.PickledValue.RealNumber;
import io.flinkvision.core.weights.PickledValue.Sequence;
import io.flinkvision.core.weights.PickledValue.Storage;
import io.flinkvision.core.weights.PickledValue.Text;
import io.flinkvision.core.weights.PickledValue.WholeNumber;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads a pickle, which is a program for a stack machine (Python's pickletools describes it), with the few opcodes and
 * globals that tensors need. Python's own reader runs whatever function a pickle names; this one runs none: it knows a
 * global only as a name on the list of {@link PickleGlobals}.
 *
 * <p>A pickle cannot wear the reader out either. Every opcode takes a step of a budget and makes at most one value;
 * values that the memo brings back are shared and never copied or walked through, so nesting them costs nothing.
 */
final class PickleReader {

    /** A checkpoint with its optimizer's state takes about a hundred for each tensor. */
    static final int MAX_STEPS = 1_000_000;

    /** Python writes containers in batches of a thousand. */
    static final int MAX_STACK = 100_000;

    /** Open tuples and batches, one in another. */
    static final int MAX_DEPTH = 1_000;

    private static final int MAX_PROTOCOL = 5;

    private static final Opaque NONE = new Opaque("None");
    private static final Opaque TRUTH_VALUE = new Opaque("a truth value");
    private static final Opaque LONG_TEXT = new Opaque("a long text");
    private static final Opaque BYTES = new Opaque("a bytes object");

    private final PickleInput input;
    private final PickleGlobals globals;
    private final List<PickledValue> stack = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Integer, PickledValue> memo = new HashMap<>();

    private final Consumer<Storage> storages;

    private PickleReader(PickleInput input, Consumer<Storage> storages) {
        this.input = input;
        this.storages = storages;
        this.globals = new PickleGlobals(input);
    }

    /**
     * Reads one pickle, up to its STOP.
     *
     * @throws ModelException that names the file and the byte, if the pickle is damaged, asks for anything but plain
     *     values and tensors, or is beyond the limits
     */
    static PickledValue read(PickleInput input) {
        return read(input, storage -> {});
    }

    /**
     * Reads one pickle, up to its STOP.
     *
     * @param storages is given every storage that the pickle refers to, in its order
     */
    static PickledValue read(PickleInput input, Consumer<Storage> storages) {
        return new PickleReader(input, storages).run();
    }

    private PickledValue run() {
        for (int steps = 0; steps < MAX_STEPS; steps++) {
            PickleOpcode opcode = input.opcode();
            if (opcode == PickleOpcode.STOP) {
                return pop();
            }
            step(opcode);
            if (stack.size() > MAX_STACK || marks.size() > MAX_DEPTH) {
                throw input.error("the pickle holds more values at once than the limit of " + MAX_STACK
                        + ", or nests them deeper than " + MAX_DEPTH);
            }
        }
        throw input.error("the pickle has more than " + MAX_STEPS + " opcodes, the limit");
    }

    private void step(PickleOpcode opcode) {
        switch (opcode) {
            case PROTO -> requireProtocol(input.unsignedByte());
            case FRAME -> input.skip(Long.BYTES);
            case MARK -> marks.push(stack.size());
            case POP -> pop();
            case POP_MARK -> popToMark();
            case TUPLE -> push(Sequence.tuple(popToMark()));
            case TUPLE1 -> push(Sequence.tuple(popLast(1)));
            case TUPLE2 -> push(Sequence.tuple(popLast(2)));
            case TUPLE3 -> push(Sequence.tuple(popLast(3)));
            case APPEND -> append(popLast(1));
            case APPENDS, ADDITEMS -> append(popToMark());
            case SETITEM -> setItems(popLast(2));
            case SETITEMS -> setItems(popToMark());
            case BINGET -> push(recall(input.unsignedByte()));
            case LONG_BINGET -> push(recall(input.signedInt()));
            case BINPUT -> memo.put(input.unsignedByte(), peek());
            case LONG_BINPUT -> memo.put(input.signedInt(), peek());
            case MEMOIZE -> memo.put(memo.size(), peek());
            case GLOBAL -> push(globals.find(input.line(), input.line()));
            case STACK_GLOBAL -> stackGlobal();
            case REDUCE -> reduce();
            case NEWOBJ -> newObject();
            case BUILD -> build();
            case BINPERSID -> storage();
            default -> push(literal(opcode));
        }
    }

    private PickledValue literal(PickleOpcode opcode) {
        return switch (opcode) {
            case NONE -> NONE;
            case NEWTRUE, NEWFALSE -> TRUTH_VALUE;
            case BINFLOAT -> new RealNumber(input.realNumber());
            case BININT -> new WholeNumber(BigInteger.valueOf(input.signedInt()));
            case BININT1 -> new WholeNumber(BigInteger.valueOf(input.unsignedByte()));
            case BININT2 -> new WholeNumber(BigInteger.valueOf(input.unsignedShort()));
            case LONG1 -> new WholeNumber(input.wholeNumber(input.unsignedByte()));
            case BINUNICODE -> text(input.signedInt(), StandardCharsets.UTF_8);
            case SHORT_BINUNICODE -> new Text(input.text(input.unsignedByte(), StandardCharsets.UTF_8));
            // Python 2's texts, of which names of tensors are ASCII.
            case BINSTRING -> text(input.signedInt(), StandardCharsets.ISO_8859_1);
            case SHORT_BINSTRING -> new Text(input.text(input.unsignedByte(), StandardCharsets.ISO_8859_1));
            case BINBYTES -> passedOver(BYTES, input.signedInt());
            case SHORT_BINBYTES -> passedOver(BYTES, input.unsignedByte());
            case EMPTY_TUPLE -> Sequence.tuple(List.of());
            case EMPTY_LIST, EMPTY_SET -> Sequence.emptyList();
            case EMPTY_DICT -> new Dictionary();
            default -> throw input.error("the opcode " + opcode + " is refused: reading tensors does not need it");
        };
    }

    /** A text longer than any name holds a numpy array's bytes: protocol 2 has no other way to write them. */
    private PickledValue text(int length, Charset charset) {
        return length > PickleInput.MAX_TEXT_BYTES
                ? passedOver(LONG_TEXT, length)
                : new Text(input.text(length, charset));
    }

    private PickledValue passedOver(Opaque value, int length) {
        input.skip(length);
        return value;
    }

    private void requireProtocol(int protocol) {
        if (protocol > MAX_PROTOCOL) {
            throw input.error("the pickle's protocol is " + protocol + "; the highest known is " + MAX_PROTOCOL);
        }
    }

    private void append(List<PickledValue> items) {
        PickledValue target = peek();
        if (target instanceof Sequence list && !list.isTuple()) {
            items.forEach(list::append);
        } else if (!(target instanceof Opaque)) {
            throw input.error("it appends to " + target.kind());
        }
    }

    private void setItems(List<PickledValue> keysAndValues) {
        PickledValue target = peek();
        if (keysAndValues.size() % 2 != 0) {
            throw input.error("a dict's last key has no value");
        }
        if (target instanceof Opaque) {
            return;
        }
        if (!(target instanceof Dictionary dictionary)) {
            throw input.error("it sets an item of " + target.kind());
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            PickledValue key = keysAndValues.get(i);
            if (!dictionary.put(key, keysAndValues.get(i + 1))) {
                throw input.error("a dict has the key " + ((Text) key).text() + " twice");
            }
        }
    }

    private PickledValue recall(int index) {
        PickledValue value = memo.get(index);
        if (value == null) {
            throw input.error("it recalls the memo's value " + Integer.toUnsignedString(index)
                    + ", which was never kept");
        }
        return value;
    }

    private void stackGlobal() {
        List<PickledValue> names = popLast(2);
        if (!(names.get(0) instanceof Text module) || !(names.get(1) instanceof Text name)) {
            throw input.error("a global's name is " + names.get(0).kind() + " and " + names.get(1).kind());
        }
        push(globals.find(module.text(), name.text()));
    }

    private void reduce() {
        Sequence arguments = popArguments();
        push(globals.call(pop(), arguments));
    }

    private void newObject() {
        popArguments();
        push(globals.newObject(pop()));
    }

    private Sequence popArguments() {
        PickledValue arguments = pop();
        if (!(arguments instanceof Sequence sequence) || !sequence.isTuple()) {
            throw input.error("the arguments of a call are " + arguments.kind() + ", not a tuple");
        }
        return sequence;
    }

    /** Python sets the attributes of an object here: an OrderedDict's metadata, or what a Namespace holds. */
    private void build() {
        PickledValue state = pop();
        PickledValue target = peek();
        if (target instanceof Dictionary dictionary) {
            dictionary.setState(state);
        } else if (!(target instanceof Opaque)) {
            throw input.error("it sets the state of " + target.kind());
        }
    }

    private void storage() {
        Storage storage = globals.storage(pop());
        storages.accept(storage);
        push(storage);
    }

    private void push(PickledValue value) {
        stack.add(value);
    }

    private PickledValue peek() {
        if (stack.size() <= floor()) {
            throw input.error("it takes a value where there is none");
        }
        return stack.get(stack.size() - 1);
    }

    private PickledValue pop() {
        PickledValue value = peek();
        stack.remove(stack.size() - 1);
        return value;
    }

    private List<PickledValue> popLast(int count) {
        if (stack.size() - floor() < count) {
            throw input.error("it takes " + count + " values where there are " + (stack.size() - floor()));
        }
        return popFrom(stack.size() - count);
    }

    private List<PickledValue> popToMark() {
        if (marks.isEmpty()) {
            throw input.error("it takes the values from a mark on, and there is none");
        }
        return popFrom(marks.pop());
    }

    private List<PickledValue> popFrom(int start) {
        List<PickledValue> top = stack.subList(start, stack.size());
        List<PickledValue> values = List.copyOf(top);
        top.clear();
        return values;
    }

    /** Values below the last mark are out of reach until it is taken. */
    private int floor() {
        return marks.isEmpty() ? 0 : marks.peek();
    }
}
