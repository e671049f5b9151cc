/// The operations of a pickle, protocols 0 to 5, by their bytes and the names of Python's `pickletools`.
struct PickleOpcode: Sendable {
    /// What stands behind the byte.
    enum Argument: Sendable {
        case none
        /// So many bytes.
        case fixed(Int)
        /// A length of so many bytes, and then as many bytes.
        case counted(Int)
        /// So many lines of text.
        case lines(Int)
    }

    let name: String
    let argument: Argument

    private init(_ name: String, _ argument: Argument = .none) {
        self.name = name
        self.argument = argument
    }

    /// By byte; `nil` for bytes that are no operation.
    static let all: [PickleOpcode?] = {
        var all = [PickleOpcode?](repeating: nil, count: 256)
        for (byte, opcode) in textual { all[Int(byte)] = opcode }
        for (index, opcode) in binary.enumerated() { all[0x80 + index] = opcode }
        return all
    }()

    private static let textual: [UInt8: PickleOpcode] = [
        UInt8(ascii: "("): .init("MARK"), UInt8(ascii: "."): .init("STOP"), UInt8(ascii: "0"): .init("POP"),
        UInt8(ascii: "1"): .init("POP_MARK"), UInt8(ascii: "2"): .init("DUP"),
        UInt8(ascii: "F"): .init("FLOAT", .lines(1)), UInt8(ascii: "I"): .init("INT", .lines(1)),
        UInt8(ascii: "J"): .init("BININT", .fixed(4)), UInt8(ascii: "K"): .init("BININT1", .fixed(1)),
        UInt8(ascii: "L"): .init("LONG", .lines(1)), UInt8(ascii: "M"): .init("BININT2", .fixed(2)),
        UInt8(ascii: "N"): .init("NONE"), UInt8(ascii: "P"): .init("PERSID", .lines(1)),
        UInt8(ascii: "Q"): .init("BINPERSID"), UInt8(ascii: "R"): .init("REDUCE"),
        UInt8(ascii: "S"): .init("STRING", .lines(1)), UInt8(ascii: "T"): .init("BINSTRING", .counted(4)),
        UInt8(ascii: "U"): .init("SHORT_BINSTRING", .counted(1)), UInt8(ascii: "V"): .init("UNICODE", .lines(1)),
        UInt8(ascii: "X"): .init("BINUNICODE", .counted(4)), UInt8(ascii: "a"): .init("APPEND"),
        UInt8(ascii: "b"): .init("BUILD"), UInt8(ascii: "c"): .init("GLOBAL", .lines(2)),
        UInt8(ascii: "d"): .init("DICT"), UInt8(ascii: "}"): .init("EMPTY_DICT"), UInt8(ascii: "e"): .init("APPENDS"),
        UInt8(ascii: "g"): .init("GET", .lines(1)), UInt8(ascii: "h"): .init("BINGET", .fixed(1)),
        UInt8(ascii: "i"): .init("INST", .lines(2)), UInt8(ascii: "j"): .init("LONG_BINGET", .fixed(4)),
        UInt8(ascii: "l"): .init("LIST"), UInt8(ascii: "]"): .init("EMPTY_LIST"), UInt8(ascii: "o"): .init("OBJ"),
        UInt8(ascii: "p"): .init("PUT", .lines(1)), UInt8(ascii: "q"): .init("BINPUT", .fixed(1)),
        UInt8(ascii: "r"): .init("LONG_BINPUT", .fixed(4)), UInt8(ascii: "s"): .init("SETITEM"),
        UInt8(ascii: "t"): .init("TUPLE"), UInt8(ascii: ")"): .init("EMPTY_TUPLE"),
        UInt8(ascii: "u"): .init("SETITEMS"), UInt8(ascii: "G"): .init("BINFLOAT", .fixed(8)),
        UInt8(ascii: "B"): .init("BINBYTES", .counted(4)), UInt8(ascii: "C"): .init("SHORT_BINBYTES", .counted(1)),
    ]

    /// From 0x80 on.
    private static let binary: [PickleOpcode] = [
        .init("PROTO", .fixed(1)), .init("NEWOBJ"), .init("EXT1", .fixed(1)), .init("EXT2", .fixed(2)),
        .init("EXT4", .fixed(4)), .init("TUPLE1"), .init("TUPLE2"), .init("TUPLE3"), .init("NEWTRUE"),
        .init("NEWFALSE"), .init("LONG1", .counted(1)), .init("LONG4", .counted(4)),
        .init("SHORT_BINUNICODE", .counted(1)), .init("BINUNICODE8", .counted(8)), .init("BINBYTES8", .counted(8)),
        .init("EMPTY_SET"), .init("ADDITEMS"), .init("FROZENSET"), .init("NEWOBJ_EX"), .init("STACK_GLOBAL"),
        .init("MEMOIZE"), .init("FRAME", .fixed(8)), .init("BYTEARRAY8", .counted(8)), .init("NEXT_BUFFER"),
        .init("READONLY_BUFFER"),
    ]
}
