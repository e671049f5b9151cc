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

    /// By byte; `nil` for bytes that are no operation.
    static let all: [PickleOpcode?] = {
        var all = [PickleOpcode?](repeating: nil, count: 256)
        for line in textual.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, let byte = words[0].utf8.first else { continue }
            all[Int(byte)] = PickleOpcode(name: String(words[2]), argument: argument(words[1]))
        }
        for (index, line) in binary.split(separator: "\n").enumerated() {
            let words = line.split(separator: " ")
            all[0x80 + index] = PickleOpcode(name: String(words[1]), argument: argument(words[0]))
        }
        return all
    }()

    /// `-` for none, `f` and a number of bytes, `c` and the bytes of a length, `l` and a number of lines.
    private static func argument(_ text: Substring) -> Argument {
        let number = Int(text.dropFirst()) ?? 0
        switch text.first {
        case "f": return .fixed(number)
        case "c": return .counted(number)
        case "l": return .lines(number)
        default: return .none
        }
    }

    private static let textual = """
        ( - MARK
        . - STOP
        0 - POP
        1 - POP_MARK
        2 - DUP
        F l1 FLOAT
        I l1 INT
        J f4 BININT
        K f1 BININT1
        L l1 LONG
        M f2 BININT2
        N - NONE
        P l1 PERSID
        Q - BINPERSID
        R - REDUCE
        S l1 STRING
        T c4 BINSTRING
        U c1 SHORT_BINSTRING
        V l1 UNICODE
        X c4 BINUNICODE
        a - APPEND
        b - BUILD
        c l2 GLOBAL
        d - DICT
        } - EMPTY_DICT
        e - APPENDS
        g l1 GET
        h f1 BINGET
        i l2 INST
        j f4 LONG_BINGET
        l - LIST
        ] - EMPTY_LIST
        o - OBJ
        p l1 PUT
        q f1 BINPUT
        r f4 LONG_BINPUT
        s - SETITEM
        t - TUPLE
        ) - EMPTY_TUPLE
        u - SETITEMS
        G f8 BINFLOAT
        B c4 BINBYTES
        C c1 SHORT_BINBYTES
        """

    /// From 0x80 on.
    private static let binary = """
        f1 PROTO
        - NEWOBJ
        f1 EXT1
        f2 EXT2
        f4 EXT4
        - TUPLE1
        - TUPLE2
        - TUPLE3
        - NEWTRUE
        - NEWFALSE
        c1 LONG1
        c4 LONG4
        c1 SHORT_BINUNICODE
        c8 BINUNICODE8
        c8 BINBYTES8
        - EMPTY_SET
        - ADDITEMS
        - FROZENSET
        - NEWOBJ_EX
        - STACK_GLOBAL
        - MEMOIZE
        f8 FRAME
        c8 BYTEARRAY8
        - NEXT_BUFFER
        - READONLY_BUFFER
        """
}
