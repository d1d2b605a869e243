package io.flinkvision.core.weights;

import java.util.Optional;

/**
 * The opcodes of pickle (Python's pickletools, protocols 0 to 5) that {@link PickleReader} obeys, and those whose
 * refusal deserves a name. Whatever is not here is refused by its number.
 */
enum PickleOpcode {
    MARK('('),
    STOP('.'),
    POP('0'),
    POP_MARK('1'),
    BINFLOAT('G'),
    BININT('J'),
    BININT1('K'),
    BININT2('M'),
    NONE('N'),
    BINPERSID('Q'),
    REDUCE('R'),
    BINSTRING('T'),
    SHORT_BINSTRING('U'),
    BINUNICODE('X'),
    APPEND('a'),
    BUILD('b'),
    GLOBAL('c'),
    APPENDS('e'),
    BINGET('h'),
    LONG_BINGET('j'),
    BINPUT('q'),
    LONG_BINPUT('r'),
    SETITEM('s'),
    TUPLE('t'),
    SETITEMS('u'),
    EMPTY_LIST(']'),
    EMPTY_DICT('}'),
    EMPTY_TUPLE(')'),
    BINBYTES('B'),
    SHORT_BINBYTES('C'),
    PROTO(0x80),
    NEWOBJ(0x81),
    TUPLE1(0x85),
    TUPLE2(0x86),
    TUPLE3(0x87),
    NEWTRUE(0x88),
    NEWFALSE(0x89),
    LONG1(0x8a),
    SHORT_BINUNICODE(0x8c),
    EMPTY_SET(0x8f),
    ADDITEMS(0x90),
    STACK_GLOBAL(0x93),
    MEMOIZE(0x94),
    FRAME(0x95),

    // Refused: they make or call what torch.save does not write for tensors, or take lengths of eight bytes.
    PERSID('P'),
    INST('i'),
    OBJ('o'),
    DUP('2'),
    EXT1(0x82),
    EXT2(0x83),
    EXT4(0x84),
    LONG4(0x8b),
    BINUNICODE8(0x8d),
    BINBYTES8(0x8e),
    FROZENSET(0x91),
    NEWOBJ_EX(0x92),
    BYTEARRAY8(0x96),
    NEXT_BUFFER(0x97),
    READONLY_BUFFER(0x98);

    private static final PickleOpcode[] BY_CODE = new PickleOpcode[256];

    static {
        for (PickleOpcode opcode : values()) {
            BY_CODE[opcode.code] = opcode;
        }
    }

    private final int code;

    PickleOpcode(int code) {
        this.code = code;
    }

    /** The opcode of an unsigned byte. */
    static Optional<PickleOpcode> of(int code) {
        return Optional.ofNullable(BY_CODE[code]);
    }
}
