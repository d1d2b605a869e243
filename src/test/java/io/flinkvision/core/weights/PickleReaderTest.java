package io.flinkvision.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.weights.PickledValue.Dictionary;
import io.flinkvision.core.weights.PickledValue.Sequence;
import io.flinkvision.core.weights.PickledValue.WholeNumber;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleReaderTest {

    @ParameterizedTest
    @CsvSource({"os,system", "posix,system", "nt,system", "builtins,eval", "builtins,exec", "builtins,getattr",
            "__builtin__,eval", "__builtin__,__import__", "subprocess,Popen", "torch,load", "torch.hub,load",
            "torch._utils,_import_dotted_name", "torch.serialization,load", "collections,OrderedDict.fromkeys",
            "torch._utils,_rebuild_tensor_v2.__globals__", "torch,FloatStorage.from_file", "evil,FloatStorage",
            "numpy.testing._private.utils,runstring", "numpy.core.multiarray,fromfile", "torch.jit,script"})
    void refusesAGlobalByItsName(String module, String name) {
        refuses(PickleBytes.start().global(module, name).raw('(').text("touch hostile").opcodes("tR").stop(),
                "the Python object " + module + "." + name + ",");
    }

    @Test
    void refusesAGlobalWhoseNameComesFromTheStack() {
        refuses(PickleBytes.start().text("os").text("system").raw(0x93).stop(), "os.system");
        refuses(PickleBytes.start().text("os").opcodes("N").raw(0x93).stop(), "a global's name is a text and None");
    }

    @Test
    void refusesAGlobalDeepInsideAnEntryThatWouldBePassedOver() {
        refuses(PickleBytes.start().opcodes("}").text("args").global("argparse", "Namespace").opcodes(")").raw(0x81)
                .opcodes("}").text("hook").global("os", "system").opcodes("sbs").stop(), "os.system");
    }

    @ParameterizedTest
    @CsvSource({"i,INST", "o,OBJ", "P,PERSID", "2,DUP", "\u0082,EXT1", "\u0083,EXT2", "\u0084,EXT4", "\u008b,LONG4",
            "\u0092,NEWOBJ_EX", "\u0097,NEXT_BUFFER"})
    void refusesAnOpcodeThatTensorsDoNotNeedByItsName(char code, String name) {
        refuses(PickleBytes.start().opcodes("(").raw(code).stop(), "the opcode " + name + " is refused");
    }

    @Test
    void refusesAnOpcodeThatDoesNotExistByItsNumber() {
        refuses(PickleBytes.start().raw(0xfe).stop(), "byte 2", "0xfe");
    }

    @Test
    void callsNothingButItsOwnGlobals() {
        refuses(PickleBytes.start().text("os.system").opcodes(")R").stop(), "calls a text");
        refuses(PickleBytes.start().opcodes("})R").stop(), "calls a dict");
        refuses(PickleBytes.start().global("torch", "FloatStorage").opcodes(")R").stop(), "torch.FloatStorage");
        refuses(PickleBytes.start().global("collections", "OrderedDict").opcodes("]R").stop(), "a list, not a tuple");
    }

    @Test
    void makesNoObjectOfAClassThatIsNotPassedOver() {
        refuses(PickleBytes.start().global("torch._utils", "_rebuild_parameter").opcodes(")").raw(0x81).stop(),
                "makes an object of torch._utils._rebuild_parameter");
        refuses(PickleBytes.start().text("Namespace").opcodes(")").raw(0x81).stop(), "makes an object of a text");
    }

    @Test
    void setsTheStateOfNothingThatActsOnIt() {
        refuses(PickleBytes.start().global("torch", "FloatStorage").opcodes("}b").stop(), "the state of the Python");
        refuses(PickleBytes.start().opcodes("]}b").stop(), "the state of a list");
        PickledValue value = read(PickleBytes.start().global("collections", "OrderedDict").opcodes(")R}")
                .text("__class__").text("os.system").opcodes("sb").stop());
        assertThat(((Dictionary) value).entries()).isEmpty();
    }

    @Test
    void refusesAPersistentIdThatNamesNoStorage() {
        refuses(PickleBytes.start().text("storage").opcodes("Q").stop(), "a persistent id is a text");
        refuses(PickleBytes.start().opcodes("]Q").stop(), "a persistent id is a list");
        refuses(PickleBytes.start().opcodes("(").text("module").global("torch", "FloatStorage").text("0").text("cpu")
                .number(1).opcodes("tQ").stop(), "a persistent id is a tuple that names no storage");
        refuses(PickleBytes.start().opcodes("(").text("storage").global("torch", "Size").text("0").text("cpu")
                .number(1).opcodes("tQ").stop(), "names no storage");
    }

    @Test
    void nestsListsInListsWithoutEndAtNoCost() {
        PickleBytes pickle = PickleBytes.start().opcodes("]").raw('q', 0);
        for (int level = 1; level < 200; level++) {
            // Ten times the list below: walked through, the last one would have 10^199 items.
            pickle.opcodes("](");
            for (int i = 0; i < 10; i++) {
                pickle.raw('h', level - 1);
            }
            pickle.opcodes("e").raw('q', level);
        }

        assertThat(((Sequence) read(pickle.stop())).size()).isEqualTo(10);
    }

    @Test
    void doesNotLoopInADictThatHoldsItself() {
        byte[] pickle = PickleBytes.start().opcodes("}").raw('q', 0).text("model").raw('h', 0).opcodes("s").stop();

        PickledValue value = read(pickle);

        assertThat(((Dictionary) value).entries().get("model")).isSameAs(value);
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> new Checkpoint("x.pth").stateDict(value))
                .withMessageContaining("tensor model: the state dict has a dict");
    }

    @Test
    void refusesMoreOpcodesThanTheLimit() {
        PickleBytes pickle = PickleBytes.start();
        pickle.raw("N0".repeat(PickleReader.MAX_STEPS / 2 + 1).getBytes(StandardCharsets.US_ASCII));

        refuses(pickle.opcodes("N").stop(), "more than " + PickleReader.MAX_STEPS + " opcodes");
    }

    @Test
    void refusesMoreValuesAtOnceThanTheLimit() {
        refuses(PickleBytes.start().opcodes("N".repeat(PickleReader.MAX_STACK + 1)).stop(), "more values at once");
    }

    @Test
    void refusesDeeperNestingThanTheLimit() {
        refuses(PickleBytes.start().opcodes("(".repeat(PickleReader.MAX_DEPTH + 1)).stop(), "deeper than");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 5, (1 << 20) + 1})
    void refusesATextThatIsLongerThanThePickleBeforeMakingRoomForIt(int length) {
        refuses(PickleBytes.start().raw('X').fourBytes(length).raw(new byte[3]).stop(), "byte 2");
        refuses(PickleBytes.start().raw('T').fourBytes(length).raw(new byte[3]).stop(), "byte 2");
        refuses(PickleBytes.start().raw('B').fourBytes(length).raw(new byte[3]).stop(), "byte 2");
    }

    @Test
    void refusesANameWithoutEnd() {
        refuses(PickleBytes.start().global("o".repeat(2000), "system").stop(), "a name is longer than the limit");
        refuses(PickleBytes.start().raw('c', 'o', 's').bytes(), "ends after 5 bytes");
    }

    @Test
    void refusesToTakeWhatIsNotThere() {
        for (String opcodes : List.of("", "0", "1", "t", "\u0085", "a", "}s", "]e", "R", "Q", "b", "q\0", "h\0",
                "r\0\0\0\0", "j\1\2\3\4", "\u0094", "\u0093", "N(0", "N(0t", "N(R", "N]b1")) {
            PickleBytes pickle = PickleBytes.start();
            opcodes.chars().forEach(pickle::raw);
            refuses(pickle.stop(), "of the pickle: ");
        }
    }

    @Test
    void refusesToChangeATuple() {
        refuses(PickleBytes.start().opcodes(")Na").stop(), "appends to a tuple");
        refuses(PickleBytes.start().opcodes(")NNs").stop(), "sets an item of a tuple");
    }

    @Test
    void refusesADictWithAKeyTwiceOrWithoutAValue() {
        refuses(PickleBytes.start().opcodes("}").text("w").opcodes("Ns").text("w").opcodes("Ns").stop(), "w twice");
        refuses(PickleBytes.start().opcodes("}(Nu").stop(), "last key has no value");
    }

    @Test
    void refusesATensorMadeOfOtherThingsThanNumbers() {
        refuses(PickleBytes.start().global("torch._utils", "_rebuild_tensor_v2").opcodes(")R").stop(),
                "argument 0 of torch._utils._rebuild_tensor_v2 is missing");
        refuses(PickleBytes.start().global("torch._utils", "_rebuild_tensor").opcodes("(")
                .storage("FloatStorage", "0", 1).number(0).numbers(1).opcodes("tR").stop(),
                "argument 3 of torch._utils._rebuild_tensor is missing");
        refuses(PickleBytes.start().global("torch._utils", "_rebuild_tensor").opcodes("(")
                .storage("FloatStorage", "0", 1).number(0).opcodes("N").raw(0x85).opcodes(")tR").stop(),
                "None where an integer belongs");
        refuses(PickleBytes.start().tensor("FloatStorage", "0", 1, 0, new int[65], new int[65]).stop(),
                "65 dimensions");
        refuses(PickleBytes.start().global("torch._utils", "_rebuild_parameter").opcodes("(}tR").stop(),
                "argument 0 of torch._utils._rebuild_parameter is a dict");
    }

    @Test
    void keepsOfATensorOfATypeWithoutAStorageClassOnlyItsType() {
        PickleBytes pickle = PickleBytes.start().global("torch._utils", "_rebuild_parameter_with_state").opcodes("(")
                .global("torch._utils", "_rebuild_tensor_v3").opcodes("(").storage("UntypedStorage", "0", 2).number(0)
                .numbers(1).numbers(1).opcodes("N}").global("torch", "uint16").opcodes("tRN}}tR");

        assertThat(read(pickle.stop()).kind()).isEqualTo("a tensor of torch.uint16");
    }

    @Test
    void readsWholeNumbersOfAnySign() {
        assertThat(read(PickleBytes.start().number(-5).stop())).isEqualTo(new WholeNumber(BigInteger.valueOf(-5)));
        assertThat(read(PickleBytes.start().raw('K', 200).stop())).isEqualTo(new WholeNumber(BigInteger.valueOf(200)));
        assertThat(read(PickleBytes.start().raw('M', 0xff, 0xff).stop()))
                .isEqualTo(new WholeNumber(BigInteger.valueOf(65535)));
        assertThat(read(PickleBytes.start().raw(0x8a, 0).stop())).isEqualTo(new WholeNumber(BigInteger.ZERO));
        assertThat(read(PickleBytes.start().raw(0x8a, 2, 0, 0xff).stop()))
                .isEqualTo(new WholeNumber(BigInteger.valueOf(-256)));
    }

    @Test
    void refusesAProtocolOfTheFuture() {
        refuses(new PickleBytes().raw(0x80, 6).opcodes("N").stop(), "protocol is 6");
    }

    private static PickledValue read(byte[] pickle) {
        return PickleReader.read(new PickleInput("x.pth", ByteBuffer.wrap(pickle)));
    }

    private static void refuses(byte[] pickle, String... parts) {
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> read(pickle))
                .withMessageStartingWith("x.pth: byte ")
                .withMessageContainingAll(parts);
    }
}
